"""Sentences of the rooms below, said in the page's language: refusals, findings, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from flask import g

from engine.feel import words as feel_words
from ledger import words
from ledger.words import Sentence
from web import formats, record_words, shown
from web.speech import gettext, listed

PERSON: Final = re.compile(r"\bstaff:\d+\b")
THING: Final = re.compile(r"\b(case|task|job|client|deal|contact|document)[ :](\d+)\b")
SPOKEN: Final = frozenset(
    {"allowed", "closed_as", "entity", "kind", "root", "state", "status", "statuses", "step"}
    | {"subject", "wanted", "what"}
)
"""Gaps that are filled with words of the program, which have words in every language."""


def readable(sentence: str) -> str:
    """Return a sentence in the page's language, with people's names in place of `staff:4`."""
    said = _said(sentence)
    if g.get("person") is None:
        return said
    return PERSON.sub(lambda found: shown.who(found[0]), said)


def kept(data: object) -> str:
    """Return a sentence that was kept in the database, as data or as a text, in the page's language."""
    return readable(words.unpacked(data) if isinstance(data, str) else words.restored(data))


def pause_reason(written: str) -> str:
    """Return why a clock stands still: what a person wrote, or the words of the program itself."""
    # why a deadline stands still
    known = {"waiting for the client": gettext("waiting for the client")}
    return known.get(written, written)


def _said(value: object, gap: str = "") -> str:
    if isinstance(value, Sentence | feel_words.Sentence):
        template = gettext(value.template) if value.template else ""
        gaps = {name: _said(one, name) for name, one in value.values.items()}
        return template % gaps if gaps else template
    if isinstance(value, Exception):
        return _said(value.args[0] if value.args else "", gap)
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return listed(_said(one, gap) for one in value)
    plain = words.plain(value)
    if gap == "place":
        return " ".join(map(record_words.field_word, plain.split(" ")))
    return _word(plain) if gap in SPOKEN else plain


def _word(value: str) -> str:
    """Return a word of the program as people say it; a list of such words each."""
    known = _words() | _kinds()
    if value in known:
        return known[value]
    if ", " in value:
        return listed(_word(one) for one in value.split(", "))
    return THING.sub(lambda found: f"{known[found[1]]} {found[2]}", value)


def _words() -> dict[str, str]:
    return {
        "active": gettext("active"),
        "assign": gettext("assign"),
        "cancel": gettext("cancel"),
        "cancelled": gettext("cancelled"),
        "case": gettext("case"),
        "change": gettext("change"),
        "claim": gettext("claim"),
        "claimed": gettext("claimed"),
        "client": gettext("client"),
        "company": gettext("company"),
        "complete": gettext("complete"),
        "completed": gettext("completed"),
        "contact": gettext("contact"),
        "deal": gettext("deal"),
        "delegate": gettext("delegate"),
        "delegated": gettext("delegated"),
        "document": gettext("document"),
        "done": gettext("done"),
        "draft": gettext("draft"),
        "give back": gettext("give back"),
        "job": gettext("job"),
        "lost": gettext("lost"),
        "open": gettext("open"),
        "person": gettext("person"),
        "potential": gettext("potential"),
        "publish": gettext("publish"),
        "published": gettext("published"),
        "regular": gettext("regular"),
        "release": gettext("give back"),
        "resume": gettext("resume"),
        "retired": gettext("retired"),
        "start": gettext("start"),
        "suspend": gettext("suspend"),
        "suspended": gettext("suspended"),
        "task": gettext("task"),
        "terminated": gettext("ended early"),
    }


def _kinds() -> dict[str, str]:
    return {
        "boolean": gettext("yes or no"),
        "date": gettext("date"),
        "number": gettext("number"),
        "text": gettext("text"),
    }
