"""Why it is due then, and what happens if nobody acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine import calendars, ladder
from engine.calendar import Calendar, Due, Piece
from engine.clocks import commands, facts, rows
from engine.clocks.table import CLOSED, clocks
from ledger import rejection
from ledger.transaction import Transaction


def calendar(tx: Transaction, id: int, version: int) -> Calendar:
    """Return a calendar as it was in that version, from memory after the first time."""
    return calendars.load(tx, id, version)


def explain(tx: Transaction, clock_id: int) -> list[Piece]:
    """Return the pieces of time from the clock's start to its due date, without a hole.

    A pause that still holds is shown until now, and the rest as it will be if it ends now.
    """
    return _until_now(tx, get(tx, clock_id)).pieces


def preview(tx: Transaction, clock_id: int) -> list[ladder.Step]:
    """Return the levels still to come, with their instants, if nobody acts."""
    clock = get(tx, clock_id)
    levels = rows.ahead(commands.ladder_of(tx, clock), clock.facts)
    if clock.state == CLOSED or not levels or not clock.next_level:
        return []
    return list(ladder.schedule(levels, _until_now(tx, clock), clock.next_level))


def reading(tx: Transaction, clock_id: int) -> facts.Reading:
    """Return what the facts of a clock say: promise, pauses, and who holds it."""
    clock = get(tx, clock_id)
    hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
    return facts.read(clock.entered_at, clock.deadline, clock.facts, hours)


def _until_now(tx: Transaction, clock: Row[Any]) -> Due:
    hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
    found = facts.read(clock.entered_at, clock.deadline, clock.facts, hours)
    if not found.open_pauses:
        return found.due
    until = max(clock.closed_at or tx.now, clock.entered_at)
    ends = [facts.fact("resumed", until, by=by) for by in found.open_pauses]
    told = [*(clock.facts or ()), *ends]
    return facts.read(clock.entered_at, clock.deadline, told, hours).due


def get(tx: Transaction, clock_id: int) -> Row[Any]:
    """Return a clock's row. Raises Rejection(not_found)."""
    found = tx.execute(_by_id, {"b_id": clock_id}).one_or_none()
    if found is None:
        raise rejection.not_found("clock %(clock)s", clock=clock_id)
    return found


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return every clock of a case, open and closed, in the order in which they began."""
    return tx.execute(_of_case, {"b_case_id": case_id}).all()


_by_id = select(clocks).where(clocks.c.id == bindparam("b_id"))
_of_case = select(clocks).where(clocks.c.case_id == bindparam("b_case_id")).order_by(clocks.c.id)
