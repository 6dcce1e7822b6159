"""Scheduled starts: cron lines of the newest definitions, in the zone of the definition's calendar.

Runs that were missed are made up for once, not for each. Clock changes are handled by the cron
library as Debian's cron does: a skipped time runs at the change, a doubled one runs once.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from sqlalchemy import (
    BigInteger,
    Column,
    Row,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from engine import calendars, definitions, instances, ports
from engine.bpmn.graph import Process
from ledger import transaction
from ledger.base import Instant, metadata
from ledger.event_log import Event
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction

log = logging.getLogger(__name__)

schedules = Table(
    "sla_schedule",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("line", String(255), primary_key=True),
    Column("zone", String(64), nullable=False),
    Column("next_at", Instant),
    Column("last_at", Instant),
    Column("last_case", BigInteger),
    Column("last_error", String(500)),
)


class Wanted(NamedTuple):
    """A line that a published definition asks for."""

    key: str
    line: str
    definition_id: int


def run(store: Store) -> int:
    """Start what is due and return how many cases began; new and gone lines are noticed first."""
    with transaction.read(store, "worker") as tx:
        wanted = {
            (row.key, row.name): Wanted(row.key, row.name, row.definition_id)
            for row in tx.execute(_entries)
        }
        known = {(row.key, row.line): row for row in tx.execute(select(schedules))}
        now = tx.now
    if wanted.keys() != known.keys():
        transaction.run(store, "worker", partial(_follow, wanted=wanted, known=known.keys()))
    due = [
        row for key, row in known.items() if key in wanted and row.next_at and row.next_at <= now
    ]
    return sum(transaction.run(store, "worker", partial(_start, due=row)) for row in due)


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next scheduled start is due."""
    rows = tx.execute(select(schedules.c.next_at).where(schedules.c.next_at.is_not(None))).scalars()
    return min(rows, default=None)


def following(line: str, zone: str, now: datetime) -> datetime:
    """Return the first instant after `now` that a cron line names. Raises ValueError for no such line."""
    try:
        return next(CronSim(line, now.astimezone(ZoneInfo(zone)))).astimezone(UTC)
    except (CronSimError, StopIteration):
        raise ValueError(f"Expected a cron line such as 0 9 1 * *, but got {line}") from None


def _follow(
    tx: Transaction, wanted: dict[tuple[str, str], Wanted], known: Iterable[tuple[str, str]]
) -> None:
    held = set(known)
    for key, line in held - wanted.keys():
        tx.execute(delete(schedules).where(schedules.c.key == key, schedules.c.line == line))
    for both, entry in wanted.items():
        if both not in held:
            tx.execute(insert(schedules), _new(tx, entry))


def _new(tx: Transaction, entry: Wanted) -> dict[str, Any]:
    zone = _zone(tx, definitions.process(tx, entry.definition_id))
    row: dict[str, Any] = {"key": entry.key, "line": entry.line, "zone": zone, "next_at": None}
    try:
        row["next_at"] = following(entry.line, zone, tx.now)
    except ValueError as fault:
        row["last_error"] = str(fault)
    return row


def _zone(tx: Transaction, process: Process) -> str:
    found = calendars.latest(tx, process.calendar) if process.calendar else None
    if found is None and ports.WorkingTime in tx.store.ports:
        found = tx.port(ports.WorkingTime).calendar_for(tx, None, None, process.calendar)
    return calendars.load(tx, *found).zone.key if found else "UTC"


def _start(tx: Transaction, due: Row[Any]) -> int:
    """Begin a case, unless another worker did meanwhile; a refusal is kept, and the next run is not lost."""
    zone = due.zone
    taken = tx.execute(
        _take,
        {
            "b_key": due.key,
            "b_line": due.line,
            "b_due": due.next_at,
            "b_next": following(due.line, zone, tx.now),
            "b_now": tx.now,
        },
    )
    if not taken.rowcount:
        return 0
    case_id, error = None, None
    try:
        with tx.savepoint():
            case_id = instances.start(tx, due.key)
    except Rejection as refused:
        error = refused.sentence[:500]
        log.warning("The scheduled start of %s was refused: %s", due.key, error)
        tx.note(
            Event("scheduled_start_refused", ref=f"schedule:{due.key}"[:64], data={"why": error})
        )
    tx.execute(_result, {"b_key": due.key, "b_line": due.line, "b_case": case_id, "b_error": error})
    return int(case_id is not None)


_entries = select(definitions.entries).where(definitions.entries.c.kind == "schedule")
_is_it = (schedules.c.key == bindparam("b_key")) & (schedules.c.line == bindparam("b_line"))
_take = (
    update(schedules)
    .where(_is_it, schedules.c.next_at == bindparam("b_due"))
    .values(next_at=bindparam("b_next"), last_at=bindparam("b_now"))
)
_result = (
    update(schedules)
    .where(_is_it)
    .values(last_case=bindparam("b_case"), last_error=bindparam("b_error"))
)
