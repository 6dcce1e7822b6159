"""Entries of the inbox as lines: what they say, their receipts, and small news of a busy hour folded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for
from sqlalchemy import Row

from scheduler import alerts, choices, texts
from scheduler.ports import Address
from web import alert_words, languages, subjects, visit

NAMING = frozenset({"task_handed_over", "mention"})
"""Kinds of alerts whose words name a colleague."""
LOOKS = {
    "deadline_near": ("clock", "amber"),
    "deadline_due": ("alarm", "amber"),
    "deadline_overdue": ("alarm", "red"),
    "pause_over_cap": ("player-pause", "blue"),
    "outage_summary": ("plug-connected-x", "red"),
    "mention": ("at", "accent"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as a row, with its receipt."""

    id: int
    kind: str
    title: str
    text: str
    url: str | None
    at: datetime
    is_new: bool
    icon: str
    tone: str
    about: str
    seen_at: datetime | None
    acted_at: datetime | None
    mail: alert_words.State | None
    mailed_at: datetime | None


@dataclass(slots=True)
class Hour:
    """The lines of one hour: those that show, and those that are folded away."""

    lines: list[Line] = field(default_factory=list)
    folded: list[Line] = field(default_factory=list)

    @property
    def has_news(self) -> bool:
        """Say whether something unread is folded away."""
        return any(line.is_new for line in self.folded)


def lines(rows: Sequence[Row[object]]) -> list[Line]:
    """Return the entries as lines: three statements, however many there are."""
    tx, person = visit.tx(), visit.actor()
    subjects.gather(row.subject for row in rows)
    mails = alerts.mails_of(tx, person, rows)
    reader = Address(visit.viewer().name, None, languages.language(), languages.zone())
    return [_line(row, reader, mails.get((row.source, row.epoch, row.level))) for row in rows]


def hours(found: Iterable[Line], limit: int) -> list[Hour]:
    """Return lines by the hour; small news beyond `limit` in one hour are folded (0: none)."""
    grouped: list[Hour] = []
    at: datetime | None = None
    for line in found:
        hour = line.at.replace(minute=0, second=0, microsecond=0)
        if hour != at:
            at = hour
            grouped.append(Hour())
        is_small = line.kind not in choices.URGENT
        is_folded = 0 < limit <= len(grouped[-1].lines) and is_small
        (grouped[-1].folded if is_folded else grouped[-1].lines).append(line)
    return grouped


def _line(row: Row[object], reader: Address, mail: Row[object] | None) -> Line:
    said = texts.say(visit.tx(), _bare(row), reader)
    icon, tone = LOOKS.get(row.kind, ("bell", "accent"))
    known = subjects.of(row.subject)
    return Line(
        id=row.id,
        kind=row.kind,
        title=said.title,
        text=f"{said.text} {said.note}" if said.note else said.text,
        url=_target(row),
        at=row.created_at,
        is_new=row.seen_at is None,
        icon=icon,
        tone=tone,
        about=known.title if known else "",
        seen_at=row.seen_at,
        acted_at=row.acted_at,
        mail=None if mail is None else alert_words.state(mail),
        mailed_at=None if mail is None else mail.sent_at,
    )


def _bare(row: Row[object]) -> texts.Spoken:
    """Return an alert without what the line says itself or its words do not use: each would be a question more."""
    data = dict(row.data or {})
    if row.kind not in NAMING:
        data.pop("by", None)
    return texts.Spoken.of(row, subject=None, data=data)


def _target(row: Row[object]) -> str | None:
    if row.task_id is not None:
        return url_for("task.show", task_id=row.task_id)
    return None if row.case_id is None else url_for("cases.show", case_id=row.case_id)
