"""What an alert says, in the reader's language and zone: for the inbox and for mails."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
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
WHEN = {"en": "EEE d MMM y, HH:mm", "fr": "EEE d MMM y 'à' HH:mm"}
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Said:
    """An alert in words: one line, a sentence, and what it is about."""

    title: str
    text: str
    subject: str | None
    due: str | None
    reason: str | None


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


def say(tx: Transaction, alert: Row[Any], address: Address) -> Said:
    """Return an alert in the words of its reader; a record the reader may not see is left out."""
    spoken = words(address.language)
    language = address.language[:2] if address.language[:2] in languages() else DEFAULT
    data = alert.data or {}
    subject = _subject(tx, alert)
    due = None
    if alert.due_at is not None:
        zone = ZoneInfo(address.zone)
        due = format_datetime(alert.due_at, WHEN.get(language, WHEN[DEFAULT]), zone, language)
    stage, process = _titles(tx, data, spoken["words"]["unknown_stage"], language)
    late = max(alert.created_at - alert.due_at, timedelta()) if alert.due_at else timedelta()
    values = {
        "stage": data.get("title") or stage,
        "process": process,
        "subject": subject or "",
        "due": due or "",
        "late": format_timedelta(late, locale=language),
        "reason": data.get("reason", ""),
        "count": data.get("count", 1),
        "who": _name(tx, data.get("by")) or spoken["words"]["somebody"],
    }
    sentences = spoken.get(alert.kind, spoken["notice"])
    title, text = (sentences[part].format_map(values) for part in ("title", "text"))
    reason = data.get("reason")
    why = spoken["words"]["fallback"].format(reason=reason) if reason else None
    return Said(" ".join(title.split()), text, subject, due, why)


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


def _subject(tx: Transaction, alert: Row[Any]) -> str | None:
    names = tx.store.ports.get(Names)
    if alert.subject is None or names is None:
        return None
    return tx.port(Names).subject(tx, alert.subject, alert.recipient)


def _name(tx: Transaction, person: str | None) -> str | None:
    address = tx.port(Recipients).address(tx, person) if person else None
    return address.name if address else None
