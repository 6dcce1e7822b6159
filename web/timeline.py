"""What happened, in words: events of the log as lines of a timeline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from crm_entities import api_keys
from crm_entities.interactions import Interaction
from engine.waiting.cases import cases
from ledger.event_log import event_values
from web import event_words, formats, record_words, sentences, shown, visit
from web.event_words import KINDS, SILENT, Told
from web.speech import gettext

PAGE = 60
NOTED = {"comment_written": "text", "document_added": "name"}
"""Kinds of events whose words lie among the values, and under which field."""
LATE = 120
"""From how many seconds on an alert is said to be late."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when, what, by whom."""

    at: datetime
    icon: str
    tone: str
    words: str
    who: str
    note: str = ""
    kind: str = ""


def entries(events: Iterable[Row[Any]], *, is_whole: bool = False) -> list[Entry]:
    """Return events as lines; without `is_whole` those that only the engine's log needs are left out."""
    kept = [
        event for event in events if event.kind in KINDS or (is_whole and event.kind not in SILENT)
    ]
    told = _told(kept)
    data = [
        value for event in kept for value in (event.data or {}).values() if isinstance(value, str)
    ]
    shown.gather(
        [*(event.actor for event in kept), *(value for value in data if value.startswith("staff:"))]
    )
    keys = {event.via for event in kept if event.via}
    names = api_keys.names(visit.tx(), keys) if keys else {}
    return [_entry(event, told, names) for event in kept]


def _entry(event: Row[Any], told: Told, keys: Mapping[str, str]) -> Entry:
    icon, tone, sentence = KINDS.get(event.kind, ("circle-dot", "plain", event_words.plain))
    words = sentence(event, told) if callable(sentence) else str(sentence)
    note = _note(event, told)
    return Entry(event.at, icon, tone, words, _who(event, keys), note, event.kind)


def _who(event: Row[Any], keys: Mapping[str, str]) -> str:
    """Return who acted; for a program also by which API key."""
    if not event.via:
        return shown.who(event.actor)
    if event.actor == "worker":
        return gettext("a program with the API key “%(key)s”", key=keys.get(event.via, event.via))
    return gettext(
        "%(who)s, by the API key “%(key)s”",
        who=shown.who(event.actor),
        key=keys.get(event.via, event.via),
    )


def _told(events: list[Row[Any]]) -> Told:
    tx = visit.tx()
    case_ids = {event.case_id for event in events if event.case_id is not None}
    question = select(cases.c.id, cases.c.definition_id).where(cases.c.id.in_(case_ids))
    definitions = {row.id: row.definition_id for row in tx.execute(question)} if case_ids else {}
    refs = {
        int(event.ref.partition(":")[2])
        for event in events
        if event.kind == "interaction_logged" and event.ref
    }
    found = (
        tx.session.scalars(select(Interaction).where(Interaction.id.in_(refs))).all()
        if refs
        else ()
    )
    values: dict[int, dict[str, tuple[Any, Any]]] = {}
    personal = [
        event.id for event in events if event.kind.endswith("_changed") or event.kind in NOTED
    ]
    if personal:
        for row in tx.execute(select(event_values).where(event_values.c.event_id.in_(personal))):
            values.setdefault(row.event_id, {})[row.field] = (row.before, row.after)
    return Told(definitions, {one.subject: one for one in found}, values)


def _note(event: Row[Any], told: Told) -> str:
    data = event.data or {}
    found = told.interactions.get(event.ref or "")
    if found is not None:
        return str(found.body)
    if event.kind in NOTED:
        return str(told.values.get(event.id, {}).get(NOTED[event.kind], ("", ""))[1] or "")
    if event.kind == "level_reached":
        return late_words(data.get("late"))
    if event.actor == "system" and data.get("reason") == "deadline":
        return gettext("A deadline has passed")
    if event.kind == "due_date_overridden" and data.get("reason") == "reassigned":
        return gettext("because it was handed over")
    if data.get("said"):
        return sentences.kept(data["said"])
    for name in ("text", "comment", "reason", "message"):
        if data.get(name):
            return sentences.pause_reason(str(data[name]))
    if event.kind.endswith("_changed") and event.kind.split("_")[0] in {
        "client",
        "deal",
        "contact",
        "staff",
    }:
        return _differences(event, told)
    return ""


def _differences(event: Row[Any], told: Told) -> str:
    changes = {**((event.data or {}).get("changes") or {}), **told.values.get(event.id, {})}
    plain = {name: pair for name, pair in changes.items() if all(_is_plain(one) for one in pair)}
    return "\n".join(
        f"{record_words.field_word(name)}: {_word(before)} → {_word(after)}"
        for name, (before, after) in plain.items()
    )


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, (str, int, float))


def _word(value: Any) -> str:
    if value in (None, ""):
        return "–"
    return shown.who(value) if isinstance(value, str) and value.startswith("staff:") else str(value)


def late_words(seconds: float | None) -> str:
    """Return by how much something came late, or nothing."""
    if not seconds or seconds < LATE:
        return ""
    return gettext("%(span)s late", span=formats.span(timedelta(seconds=seconds)))
