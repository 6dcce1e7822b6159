"""Forecasts of open tasks: made for those on a page, and kept once for each deadline to be compared later.

What is kept was said before the end was known: a day before the deadline falls due, or when it was
first seen where it is shorter. Nothing is kept twice, and nothing is changed afterwards.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    exists,
    func,
    select,
)

from engine import calendar, calendars, definitions
from engine.calendar import Calendar
from engine.clocks import facts
from engine.clocks.forecasting import Forecast, forecast
from engine.clocks.measures import measures
from engine.clocks.table import RUNNING, clocks
from engine.waiting.tasks import IS_OPEN, tasks
from ledger.base import Instant, metadata
from ledger.transaction import Transaction

SECOND = timedelta(seconds=1)
VISITS = 400
"""How many past visits of a stage are looked at, the latest."""
PACE_OVER = timedelta(days=28)
PACE_FROM = 5
"""Tasks that somebody must have done in that time for his pace to be known."""
MOST_BEFORE = 5000
MOST = 20_000
"""Forecasts that are compared with what came, the latest."""
AHEAD = timedelta(days=1)
WHOLE = 10_000

kept = Table(
    "sla_forecast",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expected_at", Instant),
    Column("probability", Integer, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("holder", String(64)),
)


@dataclass(frozen=True, slots=True)
class Expected:
    """A forecast of one task, with the instant at which it will probably be done."""

    forecast: Forecast
    at: datetime | None


def of_tasks(tx: Transaction, rows: Sequence[Row[Any]]) -> dict[int, Expected]:
    """Return by task what to expect of those whose stage clock runs; a handful of statements in all."""
    wanted = {row.clock_id: row for row in rows if row.clock_id is not None}
    running = tx.execute(_running, {"b_clocks": list(wanted)}).all() if wanted else []
    if not running:
        return {}
    queues = _Queues(tx, [wanted[clock.id] for clock in running])
    histories: dict[tuple[str, str | None], Sequence[int]] = {}
    found = {}
    for clock in running:
        stage = (definitions.process(tx, clock.definition_id).id, clock.element)
        if stage not in histories:
            histories[stage] = history(tx, *stage)
        task = wanted[clock.id]
        found[task.id] = _expected(tx, clock, histories[stage], queues.before(task, clock))
    return {row.id: found[wanted[row.clock_id].id] for row in rows if _is_known(row, wanted, found)}


def history(tx: Transaction, key: str, element: str | None) -> Sequence[int]:
    """Return the working seconds that a stage's last visits took, ascending."""
    given = {"b_key": key, "b_element": element}
    return sorted(tx.execute(_history, given).scalars())


def keep(tx: Transaction, limit: int) -> int:
    """Keep a forecast of up to `limit` tasks due within a day that have none yet, and return how many."""
    given = {"b_now": tx.now, "b_until": tx.now + AHEAD, "b_limit": limit}
    rows = tx.execute(_unforeseen, given).all()
    said = of_tasks(tx, rows)
    new = {
        row.clock_id: _row(tx, row, said[row.id])
        for row in rows
        if row.id in said and said[row.id].forecast.probability is not None
    }
    if new:
        tx.write(kept.insert(), list(new.values()))
    return len(new)


def compared(tx: Transaction, counted: ColumnElement[bool]) -> Sequence[tuple[float, bool]]:
    """Return (probability, whether it was late) of the forecasts whose measures are `counted`, at most MOST.

    Left out are those whose promise was moved after the forecast, and those no longer needed.
    """
    rows = tx.execute(_compared.where(counted))
    return [(row.probability / WHOLE, row.verdict == "late") for row in rows]


def _is_known(row: Row[Any], wanted: Mapping[int, Row[Any]], found: Mapping[int, Expected]) -> bool:
    return row.clock_id in wanted and wanted[row.clock_id].id in found


def _expected(tx: Transaction, clock: Row[Any], past: Sequence[int], queue: int) -> Expected:
    hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
    pauses = facts.read(clock.entered_at, clock.deadline, clock.facts, hours).pauses
    elapsed = calendar.spent(hours, clock.entered_at, tx.now, pauses) // SECOND
    is_late = clock.due_at < tx.now
    left = -1 if is_late else calendar.spent(hours, tx.now, clock.due_at) // SECOND
    found = forecast(past, elapsed, left, queue)
    at = None
    if found.left is not None:
        at = calendar.after(hours, tx.now, timedelta(seconds=found.left))
    return Expected(found, at)


def _row(tx: Transaction, task: Row[Any], said: Expected) -> dict[str, Any]:
    return {
        "clock_id": task.clock_id,
        "made_at": tx.now,
        "due_at": task.due_at,
        "expected_at": said.at,
        "probability": round((said.forecast.probability or 0) * WHOLE),
        "visits": said.forecast.visits,
        "holder": task.assignee,
    }


class _Queues:
    """What lies before tasks in their holders' lists, and how fast each holder works."""

    def __init__(self, tx: Transaction, rows: Sequence[Row[Any]]) -> None:
        self._tx = tx
        self._due: dict[str, list[datetime]] = defaultdict(list)
        self._done: dict[str, int] = {}
        self._open: dict[tuple[int, int], timedelta] = {}
        holders = list({row.assignee for row in rows if row.assignee})
        if not holders:
            return
        last = max(row.due_at for row in rows if row.due_at is not None)
        for row in tx.execute(_before, {"b_holders": holders, "b_last": last}):
            self._due[row.assignee].append(row.due_at)
        since = tx.now - PACE_OVER
        for row in tx.execute(_pace, {"b_holders": holders, "b_since": since}):
            self._done[row.ended_by] = row.size

    def before(self, task: Row[Any], clock: Row[Any]) -> int:
        """Return the working seconds that the tasks due before this one will take its holder."""
        done = self._done.get(task.assignee or "", 0)
        if done < PACE_FROM or task.due_at is None:
            return 0
        return (
            self._worked(clock)
            // SECOND
            // done
            * bisect_left(self._due[task.assignee], task.due_at)
        )

    def _worked(self, clock: Row[Any]) -> timedelta:
        key = (clock.calendar_id, clock.calendar_version)
        if key not in self._open:
            hours: Calendar = calendars.load(self._tx, *key)
            now = self._tx.now
            self._open[key] = calendar.spent(hours, now - PACE_OVER, now)
        return self._open[key]


_running = select(clocks).where(
    clocks.c.id.in_(bindparam("b_clocks", expanding=True)),
    clocks.c.state == RUNNING,
    clocks.c.kind == "stage",
)
_history = (
    select(measures.c.worked)
    .where(
        measures.c.key == bindparam("b_key"),
        measures.c.element == bindparam("b_element"),
        measures.c.kind == "stage",
        measures.c.verdict != "ended",
    )
    .order_by(measures.c.closed_at.desc())
    .limit(VISITS)
)
_before = (
    select(tasks.c.assignee, tasks.c.due_at)
    .where(
        tasks.c.assignee.in_(bindparam("b_holders", expanding=True)),
        IS_OPEN,
        tasks.c.due_at < bindparam("b_last"),
    )
    .order_by(tasks.c.due_at)
    .limit(MOST_BEFORE)
)
_pace = (
    select(tasks.c.ended_by, func.count().label("size"))
    .where(
        tasks.c.ended_by.in_(bindparam("b_holders", expanding=True)),
        tasks.c.ended_at >= bindparam("b_since"),
    )
    .group_by(tasks.c.ended_by)
)
_unforeseen = (
    select(tasks)
    .join(clocks, clocks.c.id == tasks.c.clock_id)
    .where(
        IS_OPEN,
        tasks.c.due_at >= bindparam("b_now"),
        tasks.c.due_at < bindparam("b_until"),
        clocks.c.state == RUNNING,
        ~exists().where(kept.c.clock_id == tasks.c.clock_id),
    )
    .order_by(tasks.c.due_at, tasks.c.id)
    .limit(bindparam("b_limit"))
)
_compared = (
    select(kept.c.probability, measures.c.verdict)
    .join(measures, measures.c.clock_id == kept.c.clock_id)
    .where(measures.c.verdict.in_(("met", "late")), measures.c.due_at == kept.c.due_at)
    .order_by(measures.c.closed_at.desc())
    .limit(MOST)
)
