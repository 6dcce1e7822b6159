"""What reports count: one row for each clock that ended, made once from its facts and the event log.

A measure is written some seconds after its clock has closed, by `take`, and never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Row, String, Table, bindparam, exists, select

from engine import calendars, definitions, ports
from engine.clocks import charging
from engine.clocks.charging import Holding
from engine.clocks.endings import Ending, ending
from engine.clocks.table import clocks
from engine.waiting.tasks import tasks
from ledger import numbers
from ledger.base import Instant, metadata
from ledger.event_log import events
from ledger.transaction import Transaction

SECOND = timedelta(seconds=1)

measures = Table(
    "sla_measure",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("element", String(255)),
    Column("about", String(16)),
    Column("about_id", BigInteger),
    Column("holder", String(64)),
    Column("team", String(64)),
    Column("entered_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("worked", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    # what a report counts in a time, and its rows, newest first; a sum is read from the index alone
    Index(
        "ix_sla_measure_kind_closed_at",
        "kind",
        "closed_at",
        "clock_id",
        "verdict",
        "late",
        "worked",
        "key",
        "element",
        "holder",
        "team",
        "about",
        "about_id",
        "definition_id",
    ),
    # how long a stage took of late, for its forecast
    Index("ix_sla_measure_key_element", "key", "element", "kind", "closed_at"),
)
charged = Table(
    "sla_charge",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("holder", String(64), primary_key=True),
    Column("seconds", BigInteger, nullable=False),
    Column("team", String(64)),
)
stops = Table(
    "sla_stop",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", String(255), primary_key=True),
    Column("seconds", BigInteger, nullable=False),
)


def take(tx: Transaction, since: datetime, limit: int) -> Sequence[Row[Any]]:
    """Measure up to `limit` clocks that closed at or after an instant, and return their rows, oldest first."""
    closed = tx.execute(_unmeasured, {"b_since": since, "b_limit": limit}).all()
    if closed:
        _write(tx, closed)
    return closed


def charges(
    tx: Transaction, rows: Sequence[Row[Any]], until: datetime
) -> dict[int, dict[str, int]]:
    """Return by clock who is charged with how many seconds, as if those still open ended at `until`."""
    found = {row.id: _ended(tx, row, until) for row in rows}
    late = [row for row in rows if found[row.id].late]
    return _charges(tx, late, found, _tasks_under(tx, late), until)


def _write(tx: Transaction, rows: Sequence[Row[Any]]) -> None:
    found = {row.id: _ended(tx, row, row.closed_at) for row in rows}
    under = _tasks_under(tx, rows)
    late = [row for row in rows if found[row.id].late]
    blamed = _charges(tx, late, found, under, max(row.closed_at for row in rows))
    measured = [_measure(tx, row, found[row.id], under[row.id]) for row in rows]
    teams = _teams(tx, [row["holder"] for row in measured], blamed)
    tx.write(_insert, [{**row, "team": teams.get(row["holder"])} for row in measured])
    shares = [
        {"clock_id": clock, "holder": who, "seconds": seconds, "team": teams.get(who)}
        for clock, each in blamed.items()
        for who, seconds in each.items()
    ]
    held = [
        {"clock_id": row.id, "reason": reason[:255], "seconds": length // SECOND}
        for row in rows
        for reason, length in found[row.id].paused.items()
    ]
    for statement, values in ((_insert_charge, shares), (_insert_stop, held)):
        if values:
            tx.write(statement, values)


def _teams(
    tx: Transaction, holders: Iterable[str | None], blamed: Mapping[int, Mapping[str, int]]
) -> Mapping[str | None, str]:
    """Return the teams of holders and of who is charged, as they are while a clock is measured."""
    everybody = {*holders, *(who for each in blamed.values() for who in each)}
    found = tx.port(ports.People).teams(tx, sorted(who for who in everybody if who))
    return dict(found.items())


def _ended(tx: Transaction, row: Row[Any], until: datetime) -> Ending:
    hours = calendars.load(tx, row.calendar_id, row.calendar_version)
    at, how = row.closed_at or until, row.closed_as or "completed"
    return ending(row.entered_at, row.deadline, row.facts, hours, at, how)


def _measure(
    tx: Transaction, row: Row[Any], found: Ending, under: Sequence[Row[Any]]
) -> dict[str, Any]:
    about, _, number = (row.subject or "").partition(":")
    return {
        "clock_id": row.id,
        "case_id": row.case_id,
        "key": definitions.process(tx, row.definition_id).id,
        "definition_id": row.definition_id,
        "kind": row.kind,
        "element": row.element,
        "about": about[:16] or None,
        "about_id": numbers.of_record(number),
        "holder": _last_holder(under),
        "entered_at": row.entered_at,
        "due_at": found.due_at,
        "closed_at": row.closed_at,
        "verdict": found.verdict,
        "worked": found.worked // SECOND,
        "late": found.late // SECOND,
    }


def _last_holder(under: Sequence[Row[Any]]) -> str | None:
    """Return who did the last task of a clock, else who held it at the end."""
    done = [task for task in under if (task.ended_by or "").startswith("staff:")]
    if done:
        return str(max(done, key=lambda task: task.ended_at).ended_by)
    return next((task.assignee for task in reversed(under) if task.assignee), None)


def _tasks_under(tx: Transaction, rows: Sequence[Row[Any]]) -> Mapping[int, Sequence[Row[Any]]]:
    """Return the tasks of each clock: a stage's own, a first answer's, or all of the case."""
    if not rows:
        return {}
    by_case: dict[int, list[Row[Any]]] = defaultdict(list)
    for task in tx.execute(_tasks_of_cases, {"b_cases": list({row.case_id for row in rows})}):
        by_case[task.case_id].append(task)
    return {row.id: [task for task in by_case[row.case_id] if _is_under(task, row)] for row in rows}


def _is_under(task: Row[Any], row: Row[Any]) -> bool:
    if row.kind == "stage":
        return bool(task.clock_id == row.id)
    is_in_time = row.closed_at is None or task.created_at <= row.closed_at
    ended = task.ended_at is None or task.ended_at >= row.entered_at
    return is_in_time and ended and row.element in (None, task.element)


def _charges(
    tx: Transaction,
    late: Sequence[Row[Any]],
    found: Mapping[int, Ending],
    under: Mapping[int, Sequence[Row[Any]]],
    until: datetime,
) -> dict[int, dict[str, int]]:
    changes = _changes(tx, [task for row in late for task in under[row.id]])
    blamed = {}
    for row in late:
        held: list[Holding] = []
        for task in under[row.id]:
            held += charging.holdings(changes[task.id], task.ended_at or until)
        hours = calendars.load(tx, row.calendar_id, row.calendar_version)
        one = found[row.id]
        end = row.closed_at or until
        blamed[row.id] = charging.charges(hours, one.due_at, end, one.pauses, held)
    return blamed


def _changes(
    tx: Transaction, of: Sequence[Row[Any]]
) -> Mapping[int, list[tuple[datetime, Mapping[str, Any]]]]:
    """Return by task what its events say of who held it, in order."""
    found: dict[int, list[tuple[datetime, Mapping[str, Any]]]] = defaultdict(list)
    if not of:
        return found
    given = {
        "b_cases": list({task.case_id for task in of}),
        "b_refs": list({f"task:{task.id}" for task in of}),
    }
    for event in tx.execute(_events, given):
        found[int(event.ref.partition(":")[2])].append((event.at, event.data or {}))
    return found


_is_measured = exists().where(measures.c.clock_id == clocks.c.id)
_unmeasured = (
    select(clocks)
    .where(clocks.c.closed_at >= bindparam("b_since"), ~_is_measured)
    .order_by(clocks.c.closed_at, clocks.c.id)
    .limit(bindparam("b_limit"))
)
_tasks_of_cases = (
    select(
        tasks.c.id,
        tasks.c.case_id,
        tasks.c.clock_id,
        tasks.c.element,
        tasks.c.assignee,
        tasks.c.created_at,
        tasks.c.ended_at,
        tasks.c.ended_by,
    )
    .where(tasks.c.case_id.in_(bindparam("b_cases", expanding=True)))
    .order_by(tasks.c.id)
)
_events = (
    select(events.c.ref, events.c.at, events.c.data)
    .where(
        events.c.case_id.in_(bindparam("b_cases", expanding=True)),
        events.c.kind.in_(sorted(charging.HOLDING)),
        events.c.ref.in_(bindparam("b_refs", expanding=True)),
    )
    .order_by(events.c.case_id, events.c.seq, events.c.id)
)
_insert = measures.insert()
_insert_charge = charged.insert()
_insert_stop = stops.insert()
