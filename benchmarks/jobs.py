"""Twenty thousand service tasks on PostgreSQL: what the queue costs, and what reporting a result costs beside a task.

The peer is a queue written by hand as the good ones are: claimed with SKIP LOCKED in one statement,
deleted when it is done. pgqueuer and procrastinate do the same and more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import psycopg
from sqlalchemy import insert, select

from benchmarks import companies, models, servers, steps
from benchmarks.measuring import Contestant, Result, compare, in_turn
from engine import jobs
from engine.waiting.jobs import jobs as table
from ledger import transaction
from ledger.store import Durability, Store

if TYPE_CHECKING:
    from tests.support.postgresql import Server

WAITING = 20_000
BATCH = 50
CLAIMED = 1_000
"""How many are claimed in a round."""
REPORTED = 60


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure client and server together."""
    del folder  # the server has its own
    with servers.postgresql() as server:
        store = servers.store(server, cast("Durability", durability))
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
    peer = "hand-written queue, claimed and deleted"
    spreads = in_turn({"kontor": _claiming(store), peer: _by_hand(server)}, others=others)
    return compare(
        "jobs", "one of 20,000 waiting jobs claimed, 50 at a time", spreads, durability=where,
        target="at most 3 x a hand-written queue", reached=lambda ratios: ratios[peer] <= 3,
    )  # fmt: skip


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
    database = psycopg.connect(server.address(server.create()), autocommit=True)
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


def _done(tx: transaction.Transaction, job: jobs.Job) -> None:
    jobs.complete(tx, job.id, {"charged": True}, fence=job.fence)
