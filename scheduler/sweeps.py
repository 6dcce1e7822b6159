"""Clocks whose time has come, taken in batches: many that only tell at once, the others alone.

Any number of sweepers may run: a batch holds its clocks and cases, and others pass them over.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from engine.clocks import sweeping
from engine.clocks.sweeping import Claimed, Ripe
from ledger import transaction
from ledger.event_log import Event
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import actions, escalation
from scheduler.escalation import Batch

BATCH = 200
AGAIN_AFTER = timedelta(minutes=5)
"""When a clock that could not be done is looked at again."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many clocks a sweep did together, alone, and how many failed and wait."""

    together: int = 0
    alone: int = 0
    failed: int = 0

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            self.together + other.together, self.alone + other.alone, self.failed + other.failed
        )


def run(store: Store, batch: int = BATCH) -> Swept:
    """Do every clock that is due now, batch by batch."""
    total = Swept()
    while True:
        done, is_full = run_once(store, batch)
        total += done
        if not is_full:
            return total


def run_once(store: Store, batch: int = BATCH) -> tuple[Swept, bool]:
    """Do one batch; return what was done, and whether the batch was full."""
    try:
        count, left = transaction.run(store, "worker", partial(_together, batch=batch))
    except Exception:
        log.exception("A batch of clocks failed; each of them is done alone")
        with transaction.read(store, "worker") as tx:
            left = [row.id for row in sweeping.claim(tx, batch)]
        count = len(left)
    failed = sum(not _is_done_alone(store, clock_id) for clock_id in left)
    return Swept(count - len(left), len(left) - failed, failed), count == batch


def _together(tx: Transaction, batch: int) -> tuple[int, list[int]]:
    """Do the clocks of a batch that only tell; return its size and the clocks to do alone."""
    claimed = sweeping.claim(tx, batch)
    telling: list[Ripe] = []
    alone: list[int] = []
    for row in claimed:
        clock = _readable(tx, row)
        if clock is not None and clock.is_telling_only:
            telling.append(clock)
        else:
            alone.append(row.id)
    _tell(tx, telling)
    return len(claimed), alone


def _readable(tx: Transaction, row: Claimed) -> Ripe | None:
    try:
        return sweeping.ripe(tx, row)
    except Exception:
        log.exception("Clock %s could not be read", row.id)
        return None


def _tell(tx: Transaction, telling: Sequence[Ripe]) -> None:
    if not telling:
        return
    tasks = sweeping.open_tasks(tx, [clock.row for clock in telling])
    batch = Batch(tx)
    for clock in telling:
        batch.climb(clock, tasks[clock.row.id])
    batch.write()


def _is_done_alone(store: Store, clock_id: int) -> bool:
    try:
        transaction.run(store, "worker", partial(_alone, clock_id=clock_id))
    except Exception as fault:
        log.exception("Clock %s failed; it is looked at again in %s", clock_id, AGAIN_AFTER)
        transaction.run(store, "worker", partial(_postpone, clock_id=clock_id, why=str(fault)))
        return False
    return True


def _alone(tx: Transaction, clock_id: int) -> None:
    row = sweeping.claim_one(tx, clock_id)
    if row is None:
        return
    clock = sweeping.ripe(tx, row)
    tasks = sweeping.open_tasks(tx, [row])[row.id]
    batch = Batch(tx)
    if clock.is_capped:
        batch.cap(clock, tasks)
        batch.write()
        sweeping.cap_told(tx, row)
        return
    batch.climb(clock, tasks)
    batch.write()
    around = escalation.around_of(clock, tasks)
    for step in clock.come.steps:
        news = batch.news(clock, step)
        actions.perform(tx, batch.people, clock, step, around, news)


def _postpone(tx: Transaction, clock_id: int, why: str) -> None:
    sweeping.postpone(tx, clock_id, tx.now + AGAIN_AFTER)
    tx.note(Event("clock_postponed", ref=f"clock:{clock_id}", data={"why": why[:500]}))
