"""Running clocks brought to the newest version of their calendar, or those of a case to another
calendar, on purpose: looked at first, then done.

A clock keeps the calendar it began with until somebody asks for this. A closed clock is never
touched; one whose due date was set by hand keeps it, one that began again counts from then. The epoch
rises; a level that was told is told again only where it comes once more, before another due date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update

from engine import calendars
from engine.clocks import commands, facts, policies, rows
from engine.clocks.policies import Promise, Terms
from engine.clocks.table import CLOSED, clocks
from ledger import rejection
from ledger.event_log import Event
from ledger.transaction import Transaction

PAGE = 200
SHOWN = 50
TERMS = Terms("recompute")


@dataclass(frozen=True, slots=True)
class Move:
    """A clock whose due date another calendar moves."""

    clock_id: int
    case_id: int
    subject: str | None
    kind: str
    definition_id: int
    element: str | None
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a recomputation would do: how many clocks it reckons again, how many due dates move,
    how many of those would be overdue at once that are not, and the first of the moves.
    """

    clocks: int
    moving: int
    overdue: int
    moves: Sequence[Move]


def waiting(tx: Transaction, calendar_id: int) -> int:
    """Return how many running clocks follow an older version of a calendar."""
    given = {"b_calendar": calendar_id, "b_version": _newest(tx, calendar_id)}
    return int(tx.execute(_count, given).scalar() or 0)


def report(tx: Transaction, calendar_id: int) -> Report:
    """Return what `recompute` would do, without doing it; memory does not grow with the clocks."""
    return _report(tx, _older(tx, calendar_id), (calendar_id, _newest(tx, calendar_id)))


def report_case(tx: Transaction, case_id: int, calendar_key: str) -> Report:
    """Return what `recompute_case` would do, without doing it."""
    target = _latest(tx, calendar_key)
    return _report(tx, _of_case(tx, case_id, target), target)


def recompute_case(tx: Transaction, case_id: int, calendar_key: str) -> int:
    """Let every running clock of a case follow the newest version of a calendar; return how many did not yet."""
    target = _latest(tx, calendar_key)
    found = _of_case(tx, case_id, target)
    for row in found:
        _one(tx, row, target)
    return len(found)


def _report(tx: Transaction, found: Iterable[Row[Any]], target: tuple[int, int]) -> Report:
    size = moving = overdue = 0
    shown: list[Move] = []
    for row in found:
        size += 1
        due = _recomputed(tx, row, target)["due_at"]
        if due == row.due_at:
            continue
        moving += 1
        overdue += due < tx.now <= row.due_at
        if len(shown) < SHOWN:
            where = (row.case_id, row.subject, row.kind, row.definition_id, row.element)
            shown.append(Move(row.id, *where, row.due_at, due))
    return Report(size, moving, overdue, shown)


def recompute(tx: Transaction, calendar_id: int, after: int = 0) -> tuple[int, int | None]:
    """Reckon the next PAGE clocks of a calendar again; return how many, and the last one's number.

    The number is None when none is left. Call it again, in a transaction of its own, with that number.
    """
    found = _next(tx, calendar_id, after)
    for row in found:
        _one(tx, row, (calendar_id, _newest(tx, calendar_id)))
    return len(found), found[-1].id if len(found) == PAGE else None


def _one(tx: Transaction, seen: Row[Any], target: tuple[int, int]) -> None:
    seq = tx.execute(commands.NEXT_SEQ, {"b_id": seen.case_id, "b_now": tx.now}).scalar()
    # The case is held from here on: what was read before may have been left behind.
    row = tx.execute(_by_id, {"b_id": seen.id}).one_or_none()
    if row is None:
        return
    columns = _recomputed(tx, row, target)
    tx.execute(update(clocks).where(clocks.c.id == row.id).values(**columns))
    if row.kind == "stage":
        commands.tell_tasks(tx, row.id, columns["due_at"])
    told = {
        "clock": row.kind,
        "from": row.due_at.isoformat(),
        "to": columns["due_at"].isoformat(),
        "version": columns["calendar_version"],
    }
    ref = f"clock:{row.id}"
    tx.note(Event("clock_recomputed", row.case_id, seq, row.subject, row.element, ref, told))


def _recomputed(tx: Transaction, row: Row[Any], target: tuple[int, int]) -> dict[str, Any]:
    number, version = target
    hours = calendars.load(tx, number, version)
    levels = commands.ladder_of(tx, row)
    if facts.is_set(row.facts):
        reading = facts.read(row.entered_at, row.deadline, row.facts, hours)
        kept = rows.kept(reading, levels, row.next_level)
        return {**kept, "calendar_id": number, "calendar_version": version, "epoch": row.epoch + 1}
    former = calendars.load(tx, row.calendar_id, row.calendar_version)
    began = facts.read(row.entered_at, row.deadline, row.facts, former).due.start
    again = {"start": began.isoformat()} if began != row.entered_at else {}
    return policies.moved(
        dict(row._mapping),  # noqa: SLF001  # SQLAlchemy's public name for it
        TERMS,
        Promise(row.deadline, number, version, hours),
        hours=former,
        climbed=(levels, levels),
        now=tx.now,
        told={"who": tx.actor, "version": version, **again},
    )


def _older(tx: Transaction, calendar_id: int) -> Iterator[Row[Any]]:
    after = 0
    while page := _next(tx, calendar_id, after):
        yield from page
        after = page[-1].id


def _of_case(tx: Transaction, case_id: int, target: tuple[int, int]) -> Sequence[Row[Any]]:
    return tx.execute(
        _others, {"b_case": case_id, "b_calendar": target[0], "b_version": target[1]}
    ).all()


def _latest(tx: Transaction, calendar_key: str) -> tuple[int, int]:
    found = calendars.latest(tx, calendar_key)
    if found is None:
        raise rejection.not_found("the calendar %(calendar)s", calendar=calendar_key)
    return found


def _next(tx: Transaction, calendar_id: int, after: int) -> Sequence[Row[Any]]:
    version = _newest(tx, calendar_id)
    given = {"b_calendar": calendar_id, "b_version": version, "b_after": after, "b_most": PAGE}
    return tx.execute(_page, given).all()


def _newest(tx: Transaction, calendar_id: int) -> int:
    known = tx.execute(_version, {"b_id": calendar_id}).scalar()
    if known is None:
        raise rejection.not_found("calendar %(calendar)s", calendar=calendar_id)
    return int(known)


_is_older = (
    (clocks.c.calendar_id == bindparam("b_calendar"))
    & (clocks.c.calendar_version < bindparam("b_version"))
    & (clocks.c.state != CLOSED)
)
_others = (
    select(clocks)
    .where(
        clocks.c.case_id == bindparam("b_case"),
        clocks.c.state != CLOSED,
        (clocks.c.calendar_id != bindparam("b_calendar"))
        | (clocks.c.calendar_version != bindparam("b_version")),
    )
    .order_by(clocks.c.id)
)
_count = select(func.count()).select_from(clocks).where(_is_older)
_page = (
    select(clocks)
    .where(_is_older, clocks.c.id > bindparam("b_after"))
    .order_by(clocks.c.id)
    .limit(bindparam("b_most"))
)
_by_id = select(clocks).where(clocks.c.id == bindparam("b_id"), clocks.c.state != CLOSED)
_version = select(calendars.calendars.c.version).where(
    calendars.calendars.c.id == bindparam("b_id")
)
