"""A clock as a page shows it: what was promised, why it is due then, what stopped and moved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine import calendars, clocks
from engine.calendar import Piece
from engine.clocks import endings, holding
from engine.clocks.commands import HAND
from engine.clocks.facts import is_set, moment
from engine.clocks.table import CLOSED, PAUSED
from ledger.rejection import Rejection
from web import (
    clock_moves,
    clock_report,
    due_words,
    formats,
    process_words,
    sentences,
    shown,
    strips,
    visit,
)
from web.due_words import Level
from web.speech import gettext, listed
from web.strips import Segment


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause that still holds: why, since when, until when at most; `is_by_hand` can be ended by hand.

    `is_own` is one that the visitor began.
    """

    reason: str
    since: datetime
    cap: datetime | None
    is_by_hand: bool
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """An open clock.

    `due_at` is, while it stands still, when it would be due if it ran on now.
    `is_overdue` stays so in a pause that began after the due date.
    """

    id: int
    kind: str
    title: str
    due_at: datetime
    due: shown.Due | None
    is_overdue: bool
    promise: str
    calendar: str
    pauses: Sequence[Pause]
    moved: Sequence[str]
    strip: Sequence[Segment]
    reasons: Sequence[Segment]
    ahead: Sequence[Level]
    reckoned: str = ""
    """From when on and how the promise is reckoned, in a sentence; empty where an instant stands."""
    own_cap: str = ""
    """For how long at most the visitor may pause it because he holds its task; empty: not at all, or no more."""

    @property
    def may_hold(self) -> bool:
        """Say whether the visitor may pause it, or let it run on, as the holder of its task."""
        if self.is_held:
            return any(pause.is_own for pause in self.pauses)
        return bool(self.own_cap)

    @property
    def is_held(self) -> bool:
        """Say whether somebody paused it by hand."""
        return any(pause.is_by_hand for pause in self.pauses)


@dataclass(frozen=True, slots=True)
class Past:
    """A clock that ended: how it is reported."""

    title: str
    due_at: datetime
    ended_at: datetime
    kind: str
    icon: str
    words: str


def of_task(task: Row[Any]) -> list[Card]:
    """Return the open clocks that a task answers to: its stage's, its first answer's, its case's last."""
    rows = [row for row in clocks.of_case(visit.tx(), task.case_id) if row.state != CLOSED]
    near = sorted(rows, key=lambda row: row.kind == "case")
    return [_card(row) for row in near if _is_of(row, task)]


def of_case(case_id: int) -> tuple[list[Card], list[Past]]:
    """Return the open clocks of a case, and those that ended, the latest first."""
    rows = clocks.of_case(visit.tx(), case_id)
    ended = [_past(row) for row in rows if row.state == CLOSED and row.closed_at is not None]
    return [_card(row) for row in rows if row.state != CLOSED], ended[::-1]


def _is_of(row: Row[Any], task: Row[Any]) -> bool:
    if row.kind == "stage":
        return bool(row.id == task.clock_id)
    return bool(row.kind == "case" or row.element == task.element)


def _card(row: Row[Any]) -> Card:
    reading = clocks.reading(visit.tx(), row.id)
    pauses = [_pause(by, fact) for by, fact in reading.open_pauses.items()]
    stopped = min((pause.since for pause in pauses), default=visit.tx().now)
    reason = listed(pause.reason for pause in pauses) if row.state == PAUSED else None
    pieces = _pieces(row.id)
    return Card(
        id=row.id,
        kind=row.kind,
        title=_title(row),
        due_at=pieces[-1].end if pieces else row.due_at,
        due=shown.due_state(row.due_at, reason),
        is_overdue=row.state == PAUSED and row.due_at < stopped,
        promise=due_words.promise(row.deadline),
        calendar=calendars.title(visit.tx(), row.calendar_id),
        pauses=pauses,
        moved=clock_moves.told(row.facts),
        strip=strips.drawn(pieces),
        reasons=strips.drawn(pieces, most=strips.LISTED),
        ahead=due_words.ahead(row.id),
        reckoned="" if is_set(row.facts) else due_words.reckoned(row.deadline, reading.due),
        own_cap=_own_cap(row),
    )


def _own_cap(row: Row[Any]) -> str:
    most = holding.own_cap(visit.tx(), row)
    left = None if most is None else holding.left(visit.tx(), row, most)
    if most is None or left is None:
        return ""
    if isinstance(left, datetime):
        return gettext("as long as until %(when)s", when=formats.moment(left))
    whole, words = due_words.promise(str(most)), due_words.promise(str(left))
    if left == most:
        return whole
    return gettext("%(left)s, which is left of %(most)s", left=words, most=whole)


def _pieces(clock_id: int) -> list[Piece]:
    try:
        return clocks.explain(visit.tx(), clock_id)
    except Rejection:
        return []


def _title(row: Row[Any]) -> str:
    if row.kind == "case":
        return gettext("The whole case")
    stage = process_words.element_title(row.definition_id, row.element)
    return gettext("First answer: %(stage)s", stage=stage) if row.kind == "response" else stage


def _pause(by: str, fact: Any) -> Pause:
    cap = fact.get("cap")
    is_own = by == HAND and fact.get("who") == visit.actor()
    since, last = moment(fact["at"]), moment(cap) if cap else None
    why = sentences.pause_reason(str(fact.get("reason") or ""))
    return Pause(why, since, last, by == HAND, is_own)


def _past(row: Row[Any]) -> Past:
    kind, icon, words = _ending(row)
    return Past(_title(row), row.due_at, row.closed_at, kind, icon, words)


def _ending(row: Row[Any]) -> tuple[str, str, str]:
    """Return how an ended clock is reported: one that was moved by hand is never met."""
    hours = calendars.load(visit.tx(), row.calendar_id, row.calendar_version)
    found = endings.ending(
        row.entered_at, row.deadline, row.facts, hours, row.closed_at, row.closed_as
    )
    kind, icon, words = clock_report.verdict(found.verdict)
    late = row.closed_at - found.due_at
    if found.verdict == "late" and late:
        words = gettext("%(span)s late", span=formats.span(late))
    return kind, icon, words
