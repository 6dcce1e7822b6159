"""What an alert says, in the reader's language and zone: for the inbox and for mails."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta
from sqlalchemy import Row

from engine import definitions
from engine.bpmn.graph import Process, UserTask
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from scheduler.ports import Address, Names, Recipients

DEFAULT = "en"
NOBODY = "nobody is "
NOT_MAILED = frozenset(
    {
        "words",
        "sample",
        "test",
        "case_started",
        "case_completed",
        "case_terminated",
        "case_cancelled",
        "task_created",
        "task_completed",
        "comment_written",
    }
)
"""Parts of a language's file that are no kind of mail."""
_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
"""Spaces, ends of lines of every kind (a word processor writes some), and other controls."""
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
Sentences = Mapping[str, str]
Words = Mapping[str, Sentences]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What the words of an alert are made of."""

    kind: str
    data: Mapping[str, Any] | None
    subject: str | None
    recipient: str
    created_at: datetime
    due_at: datetime | None

    @staticmethod
    def of(alert: Row[Any], **changed: Any) -> Spoken:
        """Return the parts of an alert, some of them changed."""
        parts = {name: getattr(alert, name) for name in Spoken.__slots__}
        return Spoken(**(parts | changed))


@dataclass(frozen=True, slots=True)
class Said:
    """An alert in words: one line, a sentence, and what it is about."""

    title: str
    text: str
    subject: str | None
    due: str | None
    reason: str | None
    note: str | None = None
    """What a colleague wrote who passed a task on."""


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that alerts are written in."""
    files = resources.files("scheduler").joinpath("templates").iterdir()
    return tuple(sorted(file.name[:-5] for file in files if file.name.endswith(".toml")))


@cache
def words(language: str) -> Words:
    """Return the sentences of a language, or those of English where there are none."""
    known = language[:2]
    name = f"{known if known in languages() else DEFAULT}.toml"
    text = resources.files("scheduler").joinpath("templates", name).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def mailed() -> list[str]:
    """Return the kinds of alerts that come by mail, in the order in which they are shown."""
    return [kind for kind in words(DEFAULT) if kind not in NOT_MAILED]


def language_of(address: Address) -> str:
    """Return the language that a reader is written to in."""
    known = address.language[:2]
    return known if known in languages() else DEFAULT


def say(tx: Transaction, alert: Row[Any] | Spoken, address: Address) -> Said:
    """Return an alert in the words of its reader; a record the reader may not see is left out."""
    spoken = words(address.language)
    filled = values(tx, alert, address)
    sentences = spoken.get(alert.kind, spoken["notice"])
    title, text = (sentences[part].format_map(filled) for part in ("title", "text"))
    reason = filled["reason"]
    why = spoken["words"]["fallback"].format(reason=reason) if reason else None
    form, word = spoken["words"]["fact"], (alert.data or {}).get("word")
    note = form.format(name=spoken["words"]["word"], value=word) if word else None
    due = filled["due"] or None
    return Said(one_line(title), text, filled["subject"] or None, due, why, note)


def one_line(text: str) -> str:
    """Return a text as a header can bear it: on one line, without what turns the writing round.

    Spaces that do not break stay.
    """
    return _BREAKS.sub(" ", _TURNS.sub("", text)).strip()


def values(tx: Transaction, alert: Row[Any] | Spoken, address: Address) -> dict[str, str]:
    """Return what the words of an alert are filled in with."""
    spoken, language = words(address.language), language_of(address)
    data = alert.data or {}
    stage, process = _titles(tx, data, spoken["words"]["unknown_stage"], language)
    late = max(alert.created_at - alert.due_at, timedelta()) if alert.due_at else timedelta()
    return {
        "stage": data.get("title") or stage,
        "process": process,
        "subject": _subject(tx, alert) or "",
        "due": _due(_due_at(alert, data), address, spoken["words"]["when"], language),
        "late": format_timedelta(late, locale=language),
        "reason": _reason(data.get("reason", ""), spoken),
        "count": str(data.get("count", 1)),
        "who": _name(tx, data.get("by")) or spoken["words"]["somebody"],
        "name": address.name,
    }


def _due_at(alert: Row[Any] | Spoken, data: Mapping[str, Any]) -> datetime | None:
    """Return when what an alert is about is due: by its clock, else as its task was when it was told."""
    if alert.due_at is None and data.get("due"):
        return datetime.fromisoformat(data["due"])
    at: datetime | None = alert.due_at
    return at


def _due(at: datetime | None, address: Address, form: str, language: str) -> str:
    if at is None:
        return ""
    return str(format_datetime(at, form, ZoneInfo(address.zone), language))


def _reason(reason: str, spoken: Words) -> str:
    """Return why the reader is told, said in his language where it is the sweep's own sentence."""
    if not reason.startswith(NOBODY):
        return reason
    return spoken["words"]["nobody"].format(who=reason.removeprefix(NOBODY))


def _titles(
    tx: Transaction, data: Mapping[str, Any], unknown: str, language: str
) -> tuple[str, str]:
    if not data.get("definition"):
        return unknown, ""
    try:
        process = definitions.process(tx, data["definition"])
    except Rejection:
        return unknown, ""
    whole = process.titles.get(language) or process.name or process.id
    return stage_title(process, data.get("element"), language) or whole, whole


def stage_title(process: Process, element: str | None, language: str) -> str | None:
    """Return what an element is called in a language, or None where there is no such element."""
    found = process.elements.get(element or "")
    if found is None:
        return None
    titles = found.title if isinstance(found, UserTask) else {}
    return titles.get(language) or found.name or found.id


def _subject(tx: Transaction, alert: Row[Any] | Spoken) -> str | None:
    names = tx.store.ports.get(Names)
    if alert.subject is None or names is None:
        return None
    return tx.port(Names).subject(tx, alert.subject, alert.recipient)


def _name(tx: Transaction, person: str | None) -> str | None:
    address = tx.port(Recipients).address(tx, person) if person else None
    return address.name if address else None
