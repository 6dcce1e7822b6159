"""Processes that can be started."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from engine import definitions
from web import languages, visit
from web.api.routes import route


class Process(Schema):
    """The newest published version of a process."""

    key = fields.String(metadata={"description": "What a case is started by."})
    version = fields.Integer()
    title = fields.String()
    subject = fields.String(
        allow_none=True, metadata={"description": "client or deal, where a case must be about one."}
    )


class Processes(Schema):
    """All of them, by title."""

    processes = fields.List(fields.Nested(Process))


@route("GET", "/processes", gives=Processes)
def list_processes() -> dict[str, Any]:
    """List the published processes."""
    known = definitions.listed(visit.tx())
    return {
        "processes": [
            {
                "key": one.key,
                "version": one.version,
                "title": languages.titled(one.titles, one.title),
                "subject": one.subject,
            }
            for one in known
            if one.state == "published"
        ]
    }
