"""Documents of cases: listed, and handed out as files."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields

from crm_entities import documents
from engine import instances
from web import case_rights, downloads, visit
from web.api.routes import route


class Document(Schema):
    """A file of a case."""

    id = fields.Integer()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer(metadata={"description": "Bytes."})
    created_at = fields.AwareDateTime()


class Documents(Schema):
    """Files, the newest first."""

    documents = fields.List(fields.Nested(Document))


@route("GET", "/cases/<int:case_id>/documents", gives=Documents, needs="case.read")
def list_documents(case_id: int) -> dict[str, Any]:
    """List the files of a case."""
    return {"documents": documents.of_case(visit.tx(), _seen(case_id))}


@route(
    "GET",
    "/cases/<int:case_id>/documents/<int:document_id>",
    sends="application/octet-stream",
    needs="case.read",
)
def download_document(case_id: int, document_id: int) -> Response:
    """Download a file of a case. It is sent as an attachment of its own media type."""
    found = documents.in_case(visit.tx(), document_id, _seen(case_id))
    content = documents.content(visit.tx(), found)
    return downloads.answer(found.name, content, found.media_type)


def _seen(case_id: int) -> str:
    case_rights.demand_case("case.read", instances.get(visit.tx(), case_id))
    return f"case:{case_id}"
