"""The form of a webhook: what was typed becomes the values of a receiver, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Row

from engine import definitions
from scheduler import texts, webhooks
from web import alert_words, languages, visit
from web.fields import Option
from web.speech import gettext


@dataclass(frozen=True, slots=True)
class Parts:
    """What the form offers."""

    languages: Sequence[Option]
    levels: Sequence[Option]
    kinds: Sequence[Option]
    events: Sequence[Option]
    definitions: Sequence[Option]


def parts() -> Parts:
    """Return the choices of the form."""
    names = languages.LANGUAGES
    return Parts(
        [Option(code, names.get(code, code)) for code in texts.languages()],
        [
            Option("all", gettext("All levels of all ladders")),
            Option("asked", gettext("Only levels that name a webhook (how: webhook)")),
            Option("none", gettext("No deadlines")),
        ],
        [Option(name, alert_words.kind(name)) for name in webhooks.KINDS],
        [Option(name, alert_words.kind(name)) for name in webhooks.EVENTS],
        [
            Option(one.key, languages.titled(one.titles, one.title))
            for one in definitions.listed(visit.tx())
        ],
    )


def typed() -> dict[str, Any]:
    """Return what was typed, as the values of a receiver."""
    form = request.form
    return {
        "title": form.get("title", ""),
        "url": form.get("url", ""),
        "language": form.get("language", "en"),
        "levels": form.get("levels", ""),
        "kinds": form.getlist("kinds"),
        "events": form.getlist("events"),
        "definitions": sorted(form.getlist("definitions")),
        "is_naming": form.get("is_naming") == "true",
        "is_on": form.get("is_on") == "true",
    }


def held(row: Row[Any]) -> Mapping[str, Any]:
    """Return the values of a receiver, as the form shows them."""
    return {name: getattr(row, name) for name in webhooks.FIELDS}


def empty() -> Mapping[str, Any]:
    """Return the values that an empty form begins with."""
    return {
        "title": "",
        "url": "",
        "language": languages.language(),
        "levels": "all",
        "kinds": [],
        "events": [],
        "definitions": [],
        "is_naming": False,
        "is_on": True,
    }
