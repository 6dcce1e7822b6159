"""The jobs of a process that come again and again, each when it asks to, in memory alone."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from ledger import clock

# Its account of every tick is no news; its warnings are.
logging.getLogger("apscheduler").setLevel(logging.WARNING)
log = logging.getLogger(__name__)


LOOKED_EVERY = 1.0
"""Seconds between two looks at whether the machine's clock was set."""
SET_BY = 2.0
"""So many seconds between that clock and the one that only goes on are no drift."""


class Timetable:
    """Jobs by their ids; each runs at its interval and whenever it is asked for sooner or later.

    Where the machine's clock is set, each runs at once: APScheduler waits for instants of that clock,
    and one that was set back by an hour would let it wait for an hour.
    """

    def __init__(self, threads: int) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._lock = threading.Lock()
        self._is_running = False
        self._is_over = threading.Event()
        self._watching = threading.Thread(target=self._watch, name="clock", daemon=True)

    def add(self, id: str, work: Callable[[], None], seconds: float, first: datetime) -> None:
        """Let `work` be done every so many seconds, for the first time at `first`."""
        self._scheduler.add_job(work, "interval", seconds=seconds, id=id, next_run_time=first)

    def start(self) -> None:
        """Begin."""
        with self._lock:
            self._scheduler.start()
            self._is_running = True
        self._watching.start()

    def run_in(self, id: str, delay: timedelta) -> None:
        """Do a job after that time; nothing happens before the start and after the end."""
        with self._lock:
            if self._is_running:
                self._scheduler.modify_job(id, next_run_time=clock.system() + delay)

    def stop(self) -> None:
        """End after the jobs that run.

        APScheduler waits for them under the very lock that `modify_job` takes: a job that asked for its next time
        meanwhile would wait for ever, so none may ask any more.
        """
        with self._lock:
            self._is_running = False
        self._is_over.set()
        self._watching.join()
        self._scheduler.shutdown(wait=True)

    def _watch(self) -> None:
        before = _ahead()
        while not self._is_over.wait(LOOKED_EVERY):
            now = _ahead()
            if abs(now - before) > SET_BY:
                log.warning("The machine's clock was set by %+.0f seconds", now - before)
                for job in self._scheduler.get_jobs():
                    self.run_in(job.id, timedelta())
            before = now


def _ahead() -> float:
    """Return by how many seconds the machine's clock is ahead of the one that only goes on."""
    return clock.system().timestamp() - time.monotonic()
