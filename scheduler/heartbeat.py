"""Looks for what is due, again and again: deadlines, services, figures, imports and the post, each in its own time.

What is due lives in our tables; the timetable only wakes us. A tick that was late does all there is.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from engine import jobs, timers
from engine.jobs import serving
from ledger import clock, timings, transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import ahead, digests, figures, imports, outage, schedules, sweeps, workers
from scheduler.ahead import Ahead
from scheduler.delivery import post
from scheduler.delivery.claims import Posted
from scheduler.delivery.rounds import Rounds
from scheduler.ports import MailSettings, Settings
from scheduler.timetable import Timetable

WRITTEN_EVERY = timedelta(seconds=5)
"""How old the heartbeat's row may grow, so that an empty tick need not wait for the disk."""
FIGURES_EVERY = 60
"""Seconds between two passes over what reports count."""
IMPORTS_EVERY = 15
"""Seconds after which an import that nobody moves is carried on."""
SOONEST = timedelta(seconds=1)
"""The shortest time between two ticks, whatever is due."""
BATCH = 200
THREADS = 6
T = TypeVar("T")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """What one tick did: clocks, timers, jobs, scheduled starts, people told after an outage, mails, digests."""

    clocks: int = 0
    timers: int = 0
    jobs: int = 0
    started: int = 0
    summaries: int = 0
    mails: int = 0
    failed: int = 0
    digests: int = 0

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was due."""
        return self == Counts()


def tick(store: Store, settings: MailSettings | None = None, *, serves: bool = True) -> Counts:
    """Do one pass of everything that is due now; without `settings` no mail is sent.

    Without `serves` the service tasks of this program, which may wait for other hosts, are left
    out. What fails is logged and stops nothing else.
    """
    done = _pass(store, _look(store, serves=serves), serves=serves)
    if settings is None:
        return done
    posted = _guarded("mail", lambda: post.run(store, settings), Posted())
    return replace(done, mails=posted.sent)


def _look(store: Store, *, serves: bool) -> Ahead | None:
    """Return what comes next, or None where that could not be read: then it is looked for queue by queue."""
    return _guarded("look", lambda: ahead.look(store, serves=serves), None)


def _pass(store: Store, known: Ahead | None, *, serves: bool) -> Counts:
    """Do what is due, and write down now and then that somebody looked."""
    done = Counts() if known is not None and not known.is_due else _work(store, serves=serves)
    beaten = known.beaten if known else None
    if known is None or beaten is None or abs(known.now - beaten) >= WRITTEN_EVERY:
        _guarded("heartbeat", lambda: transaction.run(store, "worker", workers.looked), None)
    return done


def _work(store: Store, *, serves: bool) -> Counts:
    """Look through every queue: what one has done may be due in the next."""
    fired = _guarded("timers", lambda: timers.fire_due(store, BATCH), 0)
    swept = _guarded("clocks", lambda: sweeps.run(store), sweeps.Swept())
    worked = _guarded("jobs", lambda: jobs.work_due(store, BATCH, serves=serves), 0)
    started = _guarded("schedules", lambda: schedules.run(store), 0)
    told = _guarded("outage", lambda: outage.settle(store), 0)
    gathered = _guarded("digests", lambda: digests.gather(store), 0)
    done = swept.together + swept.alone
    return Counts(done, fired, worked, started, told, failed=swept.failed, digests=gathered)


def _guarded(what: str, work: Callable[[], T], otherwise: T) -> T:
    try:
        with timings.taken("pass", what):
            return work()
    except Exception:
        log.exception("A pass over %s failed", what)
        return otherwise


def last(tx: Transaction) -> datetime | None:
    """Return when deadlines were last looked at, or None where nobody ever did."""
    return tx.execute(workers.BEATEN).scalar()


def next_at(tx: Transaction) -> datetime | None:
    """Return the next instant at which a tick has something to do; mails and services have jobs of their own."""
    return ahead.ask(tx).next_at


class Heartbeat:
    """Ticks in the background of a process, from `start` until `stop`."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._again = threading.Event()
        self._is_ticking = False
        self._served = threading.Event()
        self._is_serving = False
        self._timetable = Timetable(THREADS)
        self._left: imports.Places = {}
        self._rounds = Rounds(store, settings, self._timetable, self._until)

    def start(self) -> None:
        """Begin to tick, at once."""
        if self._store.is_sqlite:
            serving.release(self._store)
        now, often = clock.system(), self._settings.tick_seconds
        for id, work, seconds, first in (
            ("tick", self._tick, often, now),
            ("serve", self._serve, often, now),
            ("figures", self._figures, FIGURES_EVERY, now + SOONEST),
            ("imports", self._carry, IMPORTS_EVERY, now + SOONEST),
        ):
            self._timetable.add(id, work, seconds, first)
        self._rounds.start()
        self._timetable.start()

    def stop(self) -> None:
        """End after the tick that runs."""
        self._timetable.stop()
        self._rounds.stop()

    def wake(self) -> None:
        """Tick as soon as may be: something new may be due."""
        is_new = not self._again.is_set()
        self._again.set()
        # A tick that runs looks at the flag when it ends.
        if is_new and not self._is_ticking:
            self._timetable.run_in("tick", timedelta())

    def _tick(self) -> None:
        self._is_ticking = True
        self._again.clear()
        delay = self._ticked()
        self._is_ticking = False
        self._timetable.run_in("tick", timedelta() if self._again.is_set() else delay)
        self._served.clear()
        if not self._is_serving:
            self._timetable.run_in("serve", timedelta())
        self._rounds.wake()

    def _ticked(self) -> timedelta:
        """Do what is due, and return how long there is nothing to do; asked once where nothing was due."""
        known = _look(self._store, serves=False)
        _pass(self._store, known, serves=False)
        if known is None or known.is_due:
            return self._until(next_at)
        return self._left_until(known.next_at)

    def _serve(self) -> None:
        self._is_serving = True
        self._served.set()
        done = _guarded("services", lambda: serving.serve_due(self._store, serving.AT_ONCE), 0)
        delay = self._until(serving.next_at)
        self._is_serving = False
        if done:
            self.wake()
        # A tick that ended meanwhile has cleared the flag: it may have made work.
        self._timetable.run_in("serve", delay if self._served.is_set() else timedelta())

    def _figures(self) -> None:
        _guarded("figures", lambda: figures.run(self._store), 0)

    def _carry(self) -> None:
        self._left = _guarded("imports", lambda: imports.carry_left(self._store, self._left), {})

    def _until(self, asked: Callable[[Transaction], datetime | None]) -> timedelta:
        """Return how long there is nothing to do: at most the interval, at least SOONEST."""
        try:
            with transaction.read(self._store, "worker") as tx:
                return self._left_until(asked(tx))
        except Exception:
            log.exception("The next instant could not be read")
            return self._left_until(None)

    def _left_until(self, at: datetime | None) -> timedelta:
        longest = timedelta(seconds=self._settings.tick_seconds)
        return longest if at is None else min(longest, max(at - self._store.clock(), SOONEST))
