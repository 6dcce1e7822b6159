"""A program that moves many cases is killed between them and within one: another goes on, and each case moves once."""

from __future__ import annotations

import multiprocessing
import random
import time

import pytest
from sqlalchemy import func, select

from engine import definitions, migration
from engine.waiting.cases import cases
from ledger import clock
from ledger.event_log import events
from ledger.store import Store
from tests.conftest import MONDAY_MORNING
from tests.support.models import boundary, simple, timer
from tests.support.models import tasks as drawn
from tests.support.running import Run

CASES = 20
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.support.running", "psycopg"])


def carry_on(url: str, run_id: int) -> None:
    """What the killed program does."""
    store = Store.open(url, clock=clock.VirtualClock(MONDAY_MORNING))
    Run(store)
    while not migration.next_batch(store, "system", run_id, most=2).is_over:
        pass


@pytest.mark.soak
def test_each_case_moves_once_whenever_the_program_is_killed(
    run: Run,
    database_url: str,
    soak: bool,  # noqa: FBT001  # pytest gives it by its name
):
    chance = random.Random(1)
    run.deploy(simple("p", drawn("a"), "s > a > e"))
    started = [run.start().case for _ in range(CASES)]
    run.deploy(simple("p", drawn("b x") + boundary("t", "b", timer("PT1H")), "s > b > e\nt > x"))
    number = run.ask(lambda tx: definitions.latest(tx, "p").id)
    made = run.do(lambda tx: migration.start(tx, started, number, {"a": "b"}))
    for _ in range(5 if soak else 1):
        program = PROCESSES.Process(target=carry_on, args=(database_url, made), daemon=True)
        before = run.ask(lambda tx: migration.get(tx, made).waiting)
        program.start()
        while before - run.ask(lambda tx: migration.get(tx, made).waiting) < chance.randint(1, 3):
            assert program.is_alive(), "it ended before it could be killed"
            time.sleep(0.002)  # the other program is given time, whatever this one does
        program.kill()
        program.join()
    assert not run.ask(lambda tx: migration.get(tx, made).is_over)
    run.work()
    done = run.ask(lambda tx: migration.get(tx, made))
    assert (done.moved, done.failed, done.is_over) == (CASES, 0, True)
    moved = select(func.count()).select_from(cases).where(cases.c.definition_id == number)
    told = select(events.c.case_id).where(events.c.kind == "case_migrated")
    assert run.ask(lambda tx: tx.execute(moved).scalar_one()) == CASES
    assert sorted(run.ask(lambda tx: tx.execute(told).scalars().all())) == started
    run.case = started[0]
    assert run.wait(hours=2).at() == {"x"}
