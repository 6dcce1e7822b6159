"""Jobs that come again and again end cleanly, also while they ask for their next time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Any

import pytest
from apscheduler.schedulers import base

from ledger import clock
from scheduler import timetable as timetables
from scheduler.timetable import Timetable

JOBS = ("one", "two", "three", "four", "five", "six")


ROUNDS = 20


def test_it_ends_while_jobs_ask_for_their_next_time():
    assert all(_ends() for _ in range(ROUNDS))


def _ends() -> bool:
    timetable, begun = Timetable(len(JOBS)), threading.Barrier(len(JOBS) + 1)

    def ask(id: str) -> None:
        begun.wait(20)
        for _ in range(1_000):
            timetable.run_in(id, timedelta(hours=1))

    for id in JOBS:
        timetable.add(id, partial(ask, id), 3600, clock.system())
    timetable.start()
    begun.wait(20)
    ending = threading.Thread(target=timetable.stop, daemon=True)
    ending.start()
    ending.join(20)
    return not ending.is_alive()


def test_a_job_is_done_when_it_is_asked_for():
    timetable, done = Timetable(threads=1), threading.Event()
    timetable.add("work", done.set, 3600, clock.system() + timedelta(hours=1))
    timetable.start()
    timetable.run_in("work", timedelta())
    assert done.wait(20)
    timetable.stop()
    timetable.run_in("work", timedelta())


@pytest.mark.parametrize("hours", [-1, 24])
def test_jobs_go_on_when_the_machines_clock_is_set(hours: int, monkeypatch: pytest.MonkeyPatch):
    set_by = timedelta()

    class Machine(datetime):
        """The clock of the machine as APScheduler reads it."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + set_by

    monkeypatch.setattr(base, "datetime", Machine)
    monkeypatch.setattr(clock, "system", lambda: datetime.now(UTC) + set_by)
    monkeypatch.setattr(timetables, "LOOKED_EVERY", 0.05)
    timetable, done = Timetable(threads=1), threading.Semaphore(0)
    timetable.add("work", done.release, 0.1, clock.system())
    timetable.start()
    try:
        assert done.acquire(timeout=20)
        set_by = timedelta(hours=hours)
        assert all(done.acquire(timeout=5) for _ in range(4))
    finally:
        timetable.stop()
