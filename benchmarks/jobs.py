"""What jobs cost: results reported together, a queue of twenty thousand on PostgreSQL, a result beside a task.

The peers are a queue written by hand as the good ones are (claimed with SKIP LOCKED in one statement,
deleted when it is done), and pgqueuer and procrastinate where they are installed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, cast

import psycopg
from sqlalchemy import insert, select

from benchmarks import companies, models, peers, pgqueuer, procrastinate, servers, steps
from benchmarks.measuring import Contestant, Result, compare, in_turn
from engine import jobs
from engine.jobs import reporting
from engine.waiting.jobs import jobs as table
from ledger import transaction
from ledger.store import Durability, Store

if TYPE_CHECKING:
    from tests.support.postgresql import Server

WAITING = 20_000
BATCH = 50
CLAIMED = 3_000
"""How many are claimed in a round: enough that the server's clock of 10 ms ticks tells the contestants apart."""
ONE_BY_ONE = 300
"""How many of them a queue does that claims one at a time."""
TOGETHER = 100
REPORTED = 60
ALONE = "each alone"


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, then on PostgreSQL client and server together."""
    level = cast("Durability", durability)
    yield _together(companies.sqlite(folder / "jobs.db", level), durability)
    with servers.postgresql() as server:
        store = servers.store(server, level)
        companies.deploy(
            store, models.service("charge"), models.chain("userTask", 10, body=companies.STAGE)
        )
        others = partial(servers.cpu_seconds, server)
        where = f"{durability}, {servers.WORDS}"
        yield _queue(store, server, others, where)
        yield _reports(store, others, where)
        store.close()


def _queue(store: Store, server: Server, others: Callable[[], float], where: str) -> Result:
    steps.start(store, "service", {})
    _copies(store)
    hand = "hand-written queue, claimed and deleted"
    with ExitStack() as opened:
        found = {
            "pgqueuer, claimed and finished": opened.enter_context(
                pgqueuer.queue(_new(server), waiting=WAITING, claimed=CLAIMED, batch=BATCH)
            ),
            "procrastinate, claimed and finished one by one": opened.enter_context(
                procrastinate.queue(_new(server), waiting=WAITING, claimed=ONE_BY_ONE)
            ),
        }
        ours = {"kontor": _claiming(store), hand: _by_hand(server)}
        spreads = in_turn({**ours, **peers.installed(found)}, others=others)
    return compare(
        "jobs", "one of 20,000 waiting jobs claimed, 50 at a time", spreads, durability=where,
        target="at most 3 x a hand-written queue", reached=lambda ratios: ratios[hand] <= 3,
        facts=peers.missing(found),
    )  # fmt: skip


def _new(server: Server) -> str:
    return server.address(server.create())


def _claiming(store: Store) -> Contestant:
    def work() -> int:
        for _ in range(CLAIMED // BATCH):
            taken = transaction.run(
                store, "worker", lambda tx: jobs.claim(tx, ["copy"], "w1", most=BATCH)
            )
            assert len(taken) == BATCH
        return CLAIMED

    return Contestant(work)


def _copies(store: Store) -> None:
    """Let the one job wait 20,000 times, for a topic of its own."""
    with store.writing() as connection:
        row = connection.execute(select(table)).mappings().one()
        rows = [
            {**row, "id": row["id"] + 1_000 + number, "topic": "copy"} for number in range(WAITING)
        ]
        connection.execute(insert(table), rows)


def _by_hand(server: Server) -> Contestant:
    database = psycopg.connect(_new(server), autocommit=True)
    database.execute(
        "CREATE TABLE job (id bigint PRIMARY KEY, topic text, due_at timestamptz DEFAULT now(), state text, data text)"
    )
    database.execute("CREATE INDEX due ON job (topic, due_at) WHERE state = 'ready'")
    database.execute(
        "INSERT INTO job (id, topic, state, data) SELECT n, 'copy', 'ready', '{}' FROM generate_series(1, %s) n",
        (WAITING,),
    )

    def work() -> int:
        for _ in range(CLAIMED // BATCH):
            with database.transaction():
                rows = database.execute(
                    "UPDATE job SET state = 'claimed' WHERE id IN (SELECT id FROM job WHERE topic = 'copy'"
                    " AND state = 'ready' AND due_at <= now() ORDER BY due_at LIMIT 50 FOR UPDATE SKIP LOCKED)"
                    " RETURNING id, data"
                ).fetchall()
            with database.transaction():
                database.execute("DELETE FROM job WHERE id = ANY(%s)", ([row[0] for row in rows],))
        return CLAIMED

    return Contestant(work)


def _reports(store: Store, others: Callable[[], float], where: str) -> Result:
    """Measure the case's step behind a job, which is a transaction of its own, beside a completed task."""
    started = [steps.start(store) for _ in range(REPORTED)]
    ready: list[jobs.Job] = []

    def prepare() -> None:
        for _ in range(REPORTED):
            steps.start(store, "service", {})
        ready[:] = transaction.run(
            store, "worker", lambda tx: jobs.claim(tx, ["charge"], "w1", most=REPORTED)
        )

    def work() -> int:
        for job in ready:
            transaction.run(store, "worker", partial(_done, job=job))
        return len(ready)

    task = "a completed task"
    spreads = in_turn(
        {"kontor": Contestant(work, prepare), task: steps.of_cases(store, started)}, others=others
    )
    return compare(
        "jobs", "a job reported, its case goes on to the next task", spreads, durability=where,
        target="no dearer than a task", reached=lambda ratios: ratios[task] <= 1,
    )  # fmt: skip


def _together(store: Store, durability: str) -> Result:
    """Measure 50 results in one transaction beside the same in a transaction each."""
    companies.deploy(store, models.service("charge"))
    ready: list[jobs.Job] = []
    waited: dict[str, list[float]] = {"kontor": [], ALONE: []}

    def prepare() -> None:
        for _ in range(TOGETHER):
            steps.start(store, "service", {})
        ready[:] = transaction.run(
            store, "worker", lambda tx: jobs.claim(tx, ["charge"], "w1", most=TOGETHER)
        )

    def work(name: str, most: int) -> int:
        before = time.perf_counter()
        for at in range(0, len(ready), most):
            outcomes = reporting.report(
                store, "worker", [_said(job) for job in ready[at : at + most]]
            )
            assert set(outcomes) == {"applied"}
        waited[name].append((time.perf_counter() - before) * 1e6 / len(ready))
        return len(ready)

    spreads = in_turn(
        {
            name: Contestant(partial(work, name, most), prepare)
            for name, most in (("kontor", BATCH), (ALONE, 1))
        }
    )
    store.close()
    return compare(
        "jobs", "a result, 50 reported together, SQLite WAL", spreads, durability=durability,
        target="cheaper than each alone", reached=lambda ratios: ratios[ALONE] < 1,
        facts={f"wall_us_{name.replace(' ', '_')}": round(median(all_)) for name, all_ in waited.items()},
    )  # fmt: skip


def _said(job: jobs.Job) -> reporting.Report:
    return reporting.Report(job.id, job.case_id, job.fence, reporting.Done({"charged": True}))


def _done(tx: transaction.Transaction, job: jobs.Job) -> None:
    jobs.complete(tx, job.id, {"charged": True}, fence=job.fence)
