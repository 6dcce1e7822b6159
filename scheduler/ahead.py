"""What comes next in every queue, asked in one question, so that a tick that finds nothing due costs no more."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from engine import jobs, timers
from engine.clocks import sweeping
from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import digests, outage, schedules, workers


class Ahead(NamedTuple):
    """When the first of each queue is due, and what waits for no instant; `now` is when it was asked.

    Mails, webhooks and, unless they were asked for, the services of this program are not in it.
    """

    now: datetime
    clock: datetime | None
    timer: datetime | None
    job: datetime | None
    start: datetime | None
    digest: datetime | None
    beaten: datetime | None
    """When deadlines were last looked at."""
    outage: int | None
    """What is being caught up with."""
    has_new_lines: bool
    """Whether scheduled starts are to be noticed."""

    @property
    def next_at(self) -> datetime | None:
        """The next instant at which there is something to do."""
        known = (self.clock, self.timer, self.job, self.start, self.digest)
        return min((at for at in known if at), default=None)

    @property
    def is_due(self) -> bool:
        """Say whether anything is to do now."""
        at = self.next_at
        is_ripe = at is not None and at <= self.now
        return is_ripe or self.outage is not None or self.has_new_lines


def ask(tx: Transaction, *, serves: bool = False) -> Ahead:
    """Return what comes next; with `serves` the next job may be one that this program or any worker serves."""
    (row,) = tx.read(_every if serves else _own, {})
    return Ahead(tx.now, *row)


def look(store: Store, *, serves: bool = False) -> Ahead:
    """Return what comes next, asked outside any transaction."""
    with transaction.glance(store, "worker") as tx:
        return ask(tx, serves=serves)


def _question(job: Select[Any]) -> Select[Any]:
    # Every value stands in it literally: then a database that keeps a plan never plans it again.
    asked = (
        sweeping.EARLIEST,
        timers.NEXT,
        job,
        schedules.NEXT,
        digests.NEXT,
        workers.BEATEN,
        outage.OPEN,
    )
    return select(*(each.scalar_subquery() for each in asked), schedules.HAS_CHANGED)


_own, _every = _question(jobs.NEXT_OWN), _question(jobs.NEXT)
