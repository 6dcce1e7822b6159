"""Scheduled starts: cron lines of the newest definitions, in the zone of the definition's calendar.

Runs that were missed are made up for once, or each of them where the definition asks for all. A line
may start a case for each client that its filters choose; then where it stands is kept in its row, so
that a stop in the middle starts nothing twice and leaves nobody out. Clock changes are handled by the cron
library as Debian's cron does: a skipped time runs at the change, a doubled one runs once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.exc import DBAPIError

from engine import calendars, definitions, instances, ports
from engine.bpmn.graph import Process
from engine.verbs import fail
from ledger import transaction
from ledger.base import Instant, metadata
from ledger.event_log import Event
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction
from ledger.words import packed, say
from scheduler import campaigns
from scheduler.campaigns import Begun

PIECES = 40
"""Pieces of a line that one pass does before it turns to something else."""
log = logging.getLogger(__name__)

schedules = Table(
    "sla_schedule",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("line", String(255), primary_key=True),
    Column("zone", String(64), nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("next_at", Instant),
    Column("last_at", Instant),
    Column("last_case", BigInteger),
    Column("last_error", String(500)),
    Column("run_at", Instant),
    Column("run_after", BigInteger),
    Column("run_started", Integer),
    Column("run_passed", Integer),
    Column("run_refused", Integer),
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
    if wanted != {key: Wanted(row.key, row.line, row.definition_id) for key, row in known.items()}:
        transaction.run(store, "worker", partial(_follow, wanted=wanted))
    due = [
        key
        for key, row in known.items()
        if key in wanted and (row.run_at or (row.next_at and row.next_at <= now))
    ]
    return sum(_guarded(store, *key) for key in due)


def _guarded(store: Store, key: str, line: str) -> int:
    """Do what is due on a line; one that fails stops no other."""
    try:
        return _worked_off(store, key, line)
    except Exception:
        log.exception("The scheduled starts of %s by %s failed", key, line)
        return 0


def _worked_off(store: Store, key: str, line: str) -> int:
    """Do all that is due on a line, piece by piece, and return how many cases began; a long one goes on next time."""
    begun = 0
    for _ in range(PIECES):
        started, is_more = transaction.run(store, "worker", partial(_step, key=key, line=line))
        begun += started
        if not is_more:
            break
    return begun


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next scheduled start is due; a campaign in the middle is due since it began."""
    return tx.execute(NEXT).scalar()


def of_process(tx: Transaction, key: str) -> Sequence[Row[Any]]:
    """Return the lines of a process with their next and last runs."""
    question = select(schedules).where(schedules.c.key == key).order_by(schedules.c.line)
    return tx.execute(question).all()


def following(line: str, zone: str, now: datetime) -> datetime:
    """Return the first instant after `now` that a cron line names. Raises ValueError for no such line."""
    try:
        return next(CronSim(line, now.astimezone(ZoneInfo(zone)))).astimezone(UTC)
    except (CronSimError, StopIteration):
        words = say("Expected a cron line such as 0 9 1 * *, but got %(line)s", line=line)
        raise ValueError(words) from None


def _follow(tx: Transaction, wanted: dict[tuple[str, str], Wanted]) -> None:
    known = {(row.key, row.line): row for row in tx.execute(select(schedules).with_for_update())}
    for key, line in known.keys() - wanted.keys():
        tx.execute(delete(schedules).where(schedules.c.key == key, schedules.c.line == line))
    for both, entry in wanted.items():
        row = known.get(both)
        if row is None:
            tx.execute(insert(schedules), _new(tx, entry))
        elif row.definition_id != entry.definition_id:
            _change(tx, row, _renewed(tx, row, entry))


def _renewed(tx: Transaction, row: Row[Any], entry: Wanted) -> dict[str, Any]:
    """Return what a new version changes in a line: the next run is by its zone, one that is due stays due."""
    new = _new(tx, entry)
    if new["zone"] == row.zone or (row.next_at is not None and row.next_at <= tx.now):
        del new["next_at"]
    return new


def _new(tx: Transaction, entry: Wanted) -> dict[str, Any]:
    zone = _zone(tx, definitions.process(tx, entry.definition_id))
    known = {"key": entry.key, "line": entry.line, "definition_id": entry.definition_id}
    row: dict[str, Any] = {**known, "zone": zone, "next_at": None}
    try:
        row["next_at"] = following(entry.line, zone, tx.now)
    except ValueError as fault:
        row["last_error"] = packed(fault.args[0], 500)
    return row


def _zone(tx: Transaction, process: Process) -> str:
    found = calendars.latest(tx, process.calendar) if process.calendar else None
    if found is None and ports.WorkingTime in tx.store.ports:
        found = tx.port(ports.WorkingTime).calendar_for(tx, None, None, process.calendar)
    return calendars.load(tx, *found).zone.key if found else "UTC"


def _step(tx: Transaction, key: str, line: str) -> tuple[int, bool]:
    """Go on with a line, a bounded piece: begin its run if it is due, or a campaign's next clients.

    Returns how many cases began and whether more is to do. The row is held, so that no other worker
    does the same.
    """
    row = tx.execute(_held, {"b_key": key, "b_line": line}).one_or_none()
    if row is None or (row.run_at is None and (row.next_at is None or row.next_at > tx.now)):
        return 0, False
    campaign = campaigns.of(tx, key, line)
    if row.run_at is not None:
        told, started = campaigns.go_on(tx, row, campaign, partial(_begun, tx, key))
        _change(tx, row, told)
        return started, True
    following_at = following(line, row.zone, row.next_at if campaign.makes_up else tx.now)
    taken: dict[str, Any] = {"next_at": following_at, "last_at": tx.now}
    if campaign.clients is not None:
        taken |= {"run_at": row.next_at, **campaigns.NEW}
        _change(tx, row, taken)
        return 0, True
    begun = _begun(tx, key, None)
    _change(tx, row, {**taken, "last_case": begun.case, "last_error": begun.error})
    return int(begun.case is not None), following_at <= tx.now


def _begun(tx: Transaction, key: str, subject: str | None) -> Begun:
    """Start a case; a refusal or a fault is kept in words, and the next run is not lost."""
    try:
        with tx.savepoint():
            return Begun(instances.start(tx, key, subject=subject))
    except DBAPIError:
        raise
    except Exception as fault:
        is_refused = isinstance(fault, Rejection)
        if isinstance(fault, Rejection) and fault.reason == "conflict":
            return Begun(None, is_there=True)
        said = fail.words(fault)
        error = said[:500]
        log.warning(
            "The scheduled start of %s was refused: %s", key, error, exc_info=not is_refused
        )
        ref = f"schedule:{key}"[:64]
        tx.note(Event("scheduled_start_refused", subject=subject, ref=ref, data={"why": error}))
        return Begun(None, packed(said, 500))


def _change(tx: Transaction, row: Row[Any], values: dict[str, Any]) -> None:
    is_it = (schedules.c.key == row.key) & (schedules.c.line == row.line)
    tx.execute(update(schedules).where(is_it).values(**values))


_e = definitions.entries.c
_is_schedule = _e.kind == literal_column("'schedule'")
_entries = select(definitions.entries).where(_is_schedule)
NEXT = select(func.min(func.coalesce(schedules.c.run_at, schedules.c.next_at), type_=Instant))
"""Asks when the next scheduled start is due."""
_is_line = (_e.key == schedules.c.key) & (_e.name == schedules.c.line)
_is_new = exists().where(
    _is_schedule,
    ~exists()
    .where(_is_line, _e.definition_id == schedules.c.definition_id)
    .correlate(definitions.entries),
)
_is_gone = exists(schedules.c.key).where(
    ~exists().where(_is_schedule, _is_line).correlate(schedules)
)
HAS_CHANGED = _is_new | _is_gone
"""Whether the newest definitions want other lines than those that are kept."""
_held = (
    select(schedules)
    .where(schedules.c.key == bindparam("b_key"), schedules.c.line == bindparam("b_line"))
    .with_for_update()
)
