"""A process that starts by itself for the clients of a segment, while its worker is killed and clients come and go."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import random
import resource
import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

import pytest
from sqlalchemy import Row, func, select

from crm_entities import clients, company, groups, records, segments, terms
from crm_entities.clients import Client
from engine import definitions, instances
from engine.waiting.cases import cases
from ledger import transaction
from ledger.clock import VirtualClock
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import campaigns, schedules
from web import definition_files
from web.settings import Settings
from web.wiring import connections

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
FIRST = datetime(2026, 2, 1, 9, tzinfo=UTC)
SECOND = datetime(2026, 3, 1, 9, tzinfo=UTC)
PROCESS = b"""
kontor: 1
id: win-back
subject: client
owner: group:service
start:
  unique: per subject
  on:
    - every: "0 9 1 * *"
      for each client: { segment: lapsed }
stages:
  - id: call
    responsible: group:service
"""
FEW, MANY = 60, 10_000
STEADY = 24 << 20
"""By how many bytes a worker may grow from its first thousands of clients to its last."""
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    ["web.wiring.connections", "sqlalchemy.dialects.postgresql.psycopg", "psycopg"]
)


def opened(url: str, now: datetime) -> Store:
    """The program's database at an instant."""
    store = Store.open(url, clock=VirtualClock(now), durability="normal")
    connections.connect(store, Settings(database=url))
    return store


def found(store: Store, count: int) -> None:
    """A company with so many regular clients in a segment, one who is in none, and a process for the segment."""
    with transaction.begin(store, "system") as tx:
        company.set_up(tx, {"name": "Office", "country": "DE", "currency": "EUR"})
        groups.create(tx, "service", "Service")
        segments.create(tx, "lapsed", {"title": "Lapsed", "filters": [("status", "regular")]})
        definition = definition_files.look("win-back.yaml", PROCESS)
        definitions.deploy(tx, [definition_files.deployable(definition)])
    for begin in range(0, count, 1000):
        transaction.run(store, "system", partial(_write, size=min(1000, count - begin)))
    transaction.run(store, "system", partial(_write, size=1, status="potential"))
    schedules.run(store)


def _write(tx: Transaction, size: int, status: str = "regular") -> None:
    made = [Client(name=f"Client {number}", status=status) for number in range(size)]
    records.create_many(tx, made)
    terms.write(tx, "client", {one.id: clients.words(one) for one in made}, is_new=True)


def work(url: str, now: datetime, at_once: int, fatal: int, told: Connection) -> None:
    """Start what is due; with the `fatal`th case the worker is killed, in the middle of its transaction."""
    store = opened(url, now)
    campaigns.AT_ONCE = at_once
    real, count = instances.start, itertools.count(1)

    def start(tx: Transaction, key: str, **more: Any) -> int:
        if next(count) == fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(tx, key, **more)

    instances.start = start  # type: ignore[assignment]  # takes all that the real one does
    told.send(0)
    while schedules.run(store):
        told.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
    told.close()
    store.close()


def sizes(url: str, now: datetime, *, at_once: int, fatal: int = 0, after: float = 0) -> list[int]:
    """Let a worker work until it has done all or is killed; return how large it was from time to time."""
    heard, told = PROCESSES.Pipe(duplex=False)
    child = PROCESSES.Process(target=work, args=(url, now, at_once, fatal, told))
    child.start()
    told.close()
    assert heard.poll(60), "a worker to begin"
    seen = [heard.recv()]
    if after:
        time.sleep(after)
        child.kill()
    try:
        while True:
            seen.append(heard.recv())
    except EOFError:
        child.join(60)
    assert child.exitcode == (-signal.SIGKILL if fatal or after else 0)
    return seen[1:]


def begun(store: Store) -> Counter[int]:
    """How many cases each client has."""
    with transaction.read(store, "system") as tx:
        question = select(cases.c.subject, func.count().label("number")).group_by(cases.c.subject)
        rows = tx.execute(question).all()
        return Counter({int(row.subject.removeprefix("client:")): row.number for row in rows})


@pytest.mark.soak
def test_each_client_of_a_segment_gets_one_case_though_workers_are_killed(
    database_url: str, *, soak: bool
):
    count = MANY if soak else FEW
    store = opened(database_url, MONDAY)
    found(store, count)
    transaction.run(
        store, "system", lambda tx: instances.start(tx, "win-back", subject=f"client:{count // 2}")
    )
    sizes(database_url, FIRST, at_once=50 if soak else 7, fatal=count // 3)
    part = begun(store)
    assert 0 < len(part) < count // 2, "the worker was killed in the middle"
    _come_and_go(store, left=count, joined=count + 1)
    if soak:
        chance = random.Random(6)
        for _ in range(8):
            sizes(database_url, FIRST, at_once=50, after=chance.uniform(0.05, 0.5))
        grown = sizes(database_url, FIRST, at_once=50)
        assert grown[-1] - grown[0] < STEADY
    _move(store, FIRST)
    while schedules.run(store):
        pass
    everybody = {*range(1, count), count + 1, count + 2}
    assert begun(store) == Counter(dict.fromkeys(everybody, 1))
    row = _row(store)
    assert (row.run_at, row.run_started, row.run_passed, row.run_refused) == (None, count, 1, 0)
    _next_month(store, ended=7)
    store.close()


def _come_and_go(store: Store, left: int, joined: int) -> None:
    """Before their turn one client leaves the segment, one who was there joins it, and a new one comes."""

    def change(tx: Transaction) -> None:
        clients.set_status(tx, left, "lost", reason="closed")
        clients.set_status(tx, joined, "regular", reason="came back")

    transaction.run(store, "system", change)
    transaction.run(store, "system", partial(_write, size=1))


def _next_month(store: Store, ended: int) -> None:
    """Who has a live case is passed over; two missed runs are made up for by one."""
    with transaction.begin(store, "system") as tx:
        case = tx.execute(select(cases.c.id).where(cases.c.subject == f"client:{ended}")).scalar()
        instances.cancel(tx, case or 0, reason="done")
    before = begun(store)
    _move(store, SECOND + timedelta(days=40))
    assert schedules.run(store) == 1
    assert begun(store) - before == Counter({ended: 1})
    while _row(store).run_at is not None:
        schedules.run(store)
    row = _row(store)
    assert (row.run_started, row.run_passed, row.run_refused) == (1, before.total() - 1, 0)
    assert row.next_at == datetime(2026, 5, 1, 9, tzinfo=UTC)


def _row(store: Store) -> Row[Any]:
    with transaction.read(store, "system") as tx:
        (row,) = schedules.of_process(tx, "win-back")
        return row


def _move(store: Store, to: datetime) -> None:
    assert isinstance(store.clock, VirtualClock)
    store.clock.move_to(to)
