"""Workers that are killed at any moment of a mixed load: every promise is kept once, and nothing stays behind."""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, Select, select

from engine import jobs as job_commands
from engine import timers, user_tasks
from engine.feel import Value
from engine.waiting import cases, incidents, jobs, subscriptions, tasks
from engine.waiting.timers import timers as timer_rows
from engine.waiting.variables import Variables
from ledger import clock
from ledger.event_log import events
from ledger.store import Durability, Store
from tests.integration.engine import mixed_load, standing
from tests.support import processes, schema
from tests.support.postgresql import Server
from tests.support.running import Run

WORKERS = 2
ONCE = {
    "case_started": 1, "task_completed": 2, "job_completed": 1,
    "timer_fired": 1, "message_received": 1, "case_completed": 1,
}  # fmt: skip
"""How often each case tells of each thing from its start to its end."""
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["tests.integration.engine.mixed_load", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)


class Crew:
    """Two workers; one that is killed is replaced."""

    def __init__(
        self,
        url: str,
        journal: Path,
        chance: random.Random,
        durability: Durability = "normal",
    ) -> None:
        self.url, self.journal, self.chance = url, journal, chance
        self.durability = durability
        self.count = 0
        self.working = [self.hire() for _ in range(WORKERS)]

    def hire(self) -> multiprocessing.process.BaseProcess:
        self.count += 1
        told, begun = PROCESSES.Pipe(duplex=False)
        hired = PROCESSES.Process(
            target=_work,
            args=(
                self.url,
                self.journal,
                f"w{self.count}",
                self.chance.getrandbits(32),
                begun,
                self.durability,
            ),
            daemon=True,
        )
        hired.start()
        begun.close()
        assert told.poll(60), "a worker to begin"
        told.close()
        return hired

    def kill_one(self) -> None:
        """Kill -9, at a moment nobody chose, while the others go on."""
        time.sleep(self.chance.uniform(0.02, 0.3))
        place = self.chance.randrange(WORKERS)
        self.working[place].kill()
        self.working[place].join(60)
        self.working[place] = self.hire()

    def dismiss(self) -> None:
        for worker in self.working:
            worker.kill()
            worker.join(60)


def _work(
    url: str, journal: Path, name: str, seed: int, begun: object, durability: Durability
) -> None:
    mixed_load.forever(url, journal, name, seed, begun.fileno(), durability)  # type: ignore[attr-defined]  # a connection


def end_everything(run: Run, journal: Path) -> None:
    """What people and programs do when the last worker is gone: all that still waits."""
    later = clock.VirtualClock(clock.system() + 2 * mixed_load.LEASE)
    run.store.clock = later
    last = mixed_load.Worker(run.store, mixed_load.Journal(journal), "last", random.Random(1))
    for _ in range(20):
        if not left_behind(run):
            return
        while timers.fire_due(run.store) + job_commands.work_due(run.store):
            pass
        last.work()
        for row in rows(run, select(subscriptions.subscriptions.c.case_id)):
            run.message("paid", {"order": order_of(run, row.case_id)})
        for row in rows(run, select(tasks.tasks.c.id).where(tasks.IS_OPEN)):
            run.do(partial(user_tasks.complete, task_id=row.id))
        later.move_to(later.now + timedelta(minutes=1))


def rows(run: Run, question: Select[Any]) -> Sequence[Row[Any]]:
    found: Sequence[Row[Any]] = run.ask(lambda tx: tx.execute(question).all())
    return found


def order_of(run: Run, case: int) -> str:
    row = run.ask(lambda tx: cases.row(tx, case))
    return str(row.business_key)


def left_behind(run: Run) -> list[Row[Any]]:
    """Rows of cases that did not end, and rows that wait although their case has ended."""
    questions: tuple[Select[Any], ...] = (
        select(cases.cases).where(cases.cases.c.state != "completed"),
        select(tasks.tasks).where(tasks.IS_OPEN),
        select(jobs.jobs),
        select(timer_rows),
        select(subscriptions.subscriptions),
        select(incidents.incidents),
        select(cases.scopes),
    )
    return [row for question in questions for row in rows(run, question)]


@pytest.mark.soak
def test_whatever_was_acknowledged_is_there_once_and_nothing_is_stuck(
    database_url: str, tmp_path: Path, pytestconfig: pytest.Config, *, soak: bool
):
    seed = int(pytestconfig.getoption("hypothesis_seed", None) or 7)
    sys.stdout.write(f"seed {seed}\n")
    store, journal = Store.open(database_url, durability="normal"), tmp_path / "journal"
    run = Run(store, "staff:1").deploy(mixed_load.MODEL)
    crew = Crew(database_url, journal, random.Random(seed))
    for _ in range(200 if soak else 4):
        crew.kill_one()
        assert list(standing.differences(run)) == []
    crew.dismiss()
    end_everything(run, journal)
    assert list(mixed_load.read(journal, "broke")) == []
    assert left_behind(run) == []
    kept(run, journal)
    store.close()


@pytest.mark.soak
def test_a_database_that_goes_down_in_the_middle_keeps_what_it_acknowledged(
    tmp_path: Path, pytestconfig: pytest.Config, *, soak: bool
):
    seed = int(pytestconfig.getoption("hypothesis_seed", None) or 7)
    server, journal = Server(), tmp_path / "journal"
    url = server.url(server.create())
    schema.create(url)
    store = Store.open(url)
    run = Run(store, "staff:1").deploy(mixed_load.MODEL)
    crew = Crew(url, journal, random.Random(seed), durability="full")
    for _ in range(20 if soak else 1):
        crew.kill_one()
        server.crash()
        wait_for_work(crew)
        # Asked within a second of the last question, a connection is not tried first.
        store.engine.dispose()
        assert list(standing.differences(run)) == []
    crew.dismiss()
    end_everything(run, journal)
    assert list(mixed_load.read(journal, "broke")) == []
    assert list(mixed_load.read(journal, "lost")) != []
    assert left_behind(run) == []
    kept(run, journal)
    store.close()
    server.stop()


def wait_for_work(crew: Crew) -> None:
    """Go on once the workers, none of them begun anew, do things again."""
    before = len(crew.journal.read_text())
    processes.eventually(lambda: len(crew.journal.read_text()) > before + 500, "work to go on")
    assert all(worker.is_alive() for worker in crew.working)


def kept(run: Run, journal: Path) -> None:
    """Compare what the workers were told with what the database holds."""
    told = {
        what: Counter(words[0] for words in mixed_load.read(journal, what))
        for what in ("began", "started", "completed", "worked", "paid")
    }
    assert told["started"], "nothing was acknowledged: the load did not run"
    found = rows(run, select(cases.cases))
    there = Counter(row.business_key for row in found)
    assert set(there.values()) == {1}
    assert told["started"].keys() <= there.keys() <= told["began"].keys()
    happened = rows(run, select(events).order_by(events.c.case_id, events.c.seq))
    refs = Counter((row.kind, row.ref) for row in happened)
    for kind, prefix, what in (
        ("task_completed", "task", "completed"),
        ("job_completed", "job", "worked"),
    ):
        assert {refs[kind, f"{prefix}:{number}"] for number in told[what]} <= {1}
        assert max(told[what].values(), default=1) == 1
    of_case = Counter((row.case_id, row.kind) for row in happened)
    seqs: dict[int, list[int]] = {}
    for event in happened:
        seqs.setdefault(event.case_id, []).append(event.seq)
    for row in found:
        assert {kind: of_case[row.id, kind] for kind in ONCE} == ONCE
        assert variables(row)["booked"] == 1
        assert seqs[row.id] == list(range(1, row.seq + 1))
    charged_once(run, journal, there)


def variables(row: Row[Any]) -> dict[str, Value]:
    return Variables(row.variables).all()


def charged_once(run: Run, journal: Path, there: Counter[str]) -> None:
    """Each order was charged at least once, always under one key, which is the one that its case remembers."""
    keys: dict[str, set[str]] = {}
    for order, key in mixed_load.read(journal, "charged"):
        keys.setdefault(order, set()).add(key)
    assert keys.keys() == there.keys()
    remembered = {
        row.business_key: {variables(row)["paid_by"]} for row in rows(run, select(cases.cases))
    }
    assert keys == remembered
