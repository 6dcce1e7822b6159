"""Jobs that come again and again end cleanly, also while they ask for their next time."""

from __future__ import annotations

import threading
from datetime import timedelta
from functools import partial

from ledger import clock
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
