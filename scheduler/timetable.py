"""The jobs of a process that come again and again, each when it asks to, in memory alone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from ledger import clock

# Its account of every tick is no news; its warnings are.
logging.getLogger("apscheduler").setLevel(logging.WARNING)


class Timetable:
    """Jobs by their ids; each runs at its interval and whenever it is asked for sooner or later."""

    def __init__(self, threads: int) -> None:
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._lock = threading.Lock()
        self._is_running = False

    def add(self, id: str, work: Callable[[], None], seconds: float, first: datetime) -> None:
        """Let `work` be done every so many seconds, for the first time at `first`."""
        self._scheduler.add_job(work, "interval", seconds=seconds, id=id, next_run_time=first)

    def start(self) -> None:
        """Begin."""
        with self._lock:
            self._scheduler.start()
            self._is_running = True

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
        self._scheduler.shutdown(wait=True)
