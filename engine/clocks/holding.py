"""Who may change a clock: by right, or as the holder of its task where the definition lets him pause it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine import calendar, calendars, definitions, ports
from engine.calendar import Calendar, CalendarDays, Deadline, WorkingTime
from engine.clocks import facts, rows
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import rejection
from ledger.rejection import Rejection
from ledger.transaction import Transaction

RIGHT = "case.reassign"
NOTHING = timedelta()
LEAST = timedelta(minutes=1)
"""What is shorter is no pause any more."""


def may_change(tx: Transaction, clock: Row[Any], right: str = RIGHT) -> bool:
    """Say whether the actor may change a clock by right. Programs may."""
    if not tx.actor.startswith("staff:"):
        return True
    return tx.port(ports.People).has_right(tx, tx.actor, right, clock.subject)


def own_cap(tx: Transaction, clock: Row[Any]) -> Deadline | None:
    """Return for how long at most the actor may pause a clock because he holds its task; None: he may not."""
    if clock.kind != "stage" or not tx.actor.startswith("staff:"):
        return None
    rule = rows.rule_of(definitions.process(tx, clock.definition_id), clock.element, clock.kind)
    if rule is None or rule.pausable is None:
        return None
    given = {"b_clock": clock.id, "b_actor": tx.actor}
    return rule.pausable if tx.execute(_held, given).first() is not None else None


def demand(tx: Transaction, clock: Row[Any]) -> Deadline:
    """Return for how long at most the actor may pause a clock. Raises Rejection(forbidden) where he may not."""
    most = own_cap(tx, clock)
    if most is None:
        raise refusal(clock)
    return most


def left(tx: Transaction, clock: Row[Any], most: Deadline) -> Deadline | datetime | None:
    """Return what the holders' pauses left of `most`, which they share for one visit of the stage.

    That is `most` while nothing is used, then working time; of calendar days, until when a pause
    from now on may last. None where all is used up.
    """
    hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
    rest: timedelta | None = None
    for begin, end in facts.own_pauses(clock.facts or ()):
        last = _end(hours, begin, most, rest)
        is_wall = isinstance(most, CalendarDays)
        rest = max(last - end, NOTHING) if is_wall else calendar.spent(hours, end, last)
    if rest is None:
        return most
    if rest < LEAST:
        return None
    return tx.now + rest if isinstance(most, CalendarDays) else WorkingTime(rest)


def _end(hours: Calendar, begin: datetime, most: Deadline, rest: timedelta | None) -> datetime:
    if rest is None:
        return calendar.due(hours, begin, most).at
    if isinstance(most, CalendarDays):
        return begin + rest
    return calendar.due(hours, begin, WorkingTime(rest)).at


def refusal(clock: Row[Any], right: str = RIGHT) -> Rejection:
    """Return the refusal for who may not change a clock."""
    return rejection.forbidden(
        "Expected the right %(right)s to change clock %(clock)s", right=right, clock=clock.id
    )


_held = (
    select(tasks.c.id)
    .where(
        tasks.c.clock_id == bindparam("b_clock"), IS_OPEN, tasks.c.assignee == bindparam("b_actor")
    )
    .limit(1)
)
