"""The completed task on PostgreSQL, client and server counted, and what eight clients bring through."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from benchmarks import by_hand, companies, models, servers, steps
from benchmarks.measuring import Result, compare, in_turn, spread
from engine import definitions
from ledger import transaction
from ledger.store import Durability, Store

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from multiprocessing.synchronize import Barrier

    from tests.support.postgresql import Server

CASES = 120
CLIENTS = 8
ROUNDS = 5
EACH = 40
"""How many cases each client has."""
MOST = 2.0
LEAST_SHARE = 0.8
FORKED = multiprocessing.get_context("fork")
MODEL = models.chain("userTask", 10, body=companies.STAGE)


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure beside SQLite and beside the rows written by hand."""
    level = cast("Durability", durability)
    with servers.postgresql() as server:
        yield _beside_sqlite(folder, server, level)
        yield _together(server, level)


def _beside_sqlite(folder: Path, server: Server, level: Durability) -> Result:
    stores = {
        "kontor": servers.store(server, level),
        "sqlite": companies.sqlite(folder / "kontor.db", level),
    }
    contestants = {}
    for name, store in stores.items():
        companies.deploy(store, MODEL)
        contestants[name] = steps.of_cases(store, [steps.start(store) for _ in range(CASES)])
    hand = servers.store(server, level)
    contestants["hand-written"] = by_hand.tasks_of(hand, CASES)
    spreads = in_turn(contestants, others=partial(servers.cpu_seconds, server))
    for store in (*stores.values(), hand):
        store.close()
    return compare(
        "pg", "one of ten tasks in a row, client and server", spreads, durability=f"{level}, {servers.WORDS}",
        target="at most 2 x SQLite", reached=lambda ratios: ratios["sqlite"] <= MOST,
    )  # fmt: skip


def _together(server: Server, level: Durability) -> Result:
    """Let eight processes complete tasks at once; what they bring through is compared with what the cores could."""
    url = server.url(server.create())
    store = companies.prepared(Store.open(url, durability=level))
    companies.deploy(store, MODEL)
    shares = [[steps.start(store) for _ in range(EACH)] for _ in range(CLIENTS)]
    store.close()
    others, cores = partial(servers.cpu_seconds, server), len(os.sched_getaffinity(0))
    taken, shares_of_cores, rates = [], [], []
    for number in range(ROUNDS + 1):
        cpu, seconds = _round(url, level, shares, others)
        if number:
            tasks = CLIENTS * EACH
            taken.append(cpu * 1e6 / tasks)
            rates.append(tasks / seconds)
            shares_of_cores.append(cpu / seconds / cores)
    share = spread(shares_of_cores).median
    return compare(
        "pg", "eight clients at once, client and server, a task", {"kontor": spread(taken)},
        durability=f"{level}, {servers.WORDS}",
        target="throughput at least 80 % of cores / CPU a task",
        reached=lambda _: share >= LEAST_SHARE,
        facts={"a_second": round(spread(rates).median), "share_of_cores": round(share, 2), "cores": cores},
    )  # fmt: skip


def _round(
    url: str, level: Durability, shares: list[list[int]], others: Callable[[], float]
) -> tuple[float, float]:
    """Return the CPU time and the seconds that a round takes once every client is ready."""
    ready, told = FORKED.Barrier(CLIENTS + 1), FORKED.Queue()
    clients = [
        FORKED.Process(target=_client, args=(url, level, share, ready, told)) for share in shares
    ]
    for client in clients:
        client.start()
    ready.wait()
    server, begun = others(), time.monotonic()
    own = sum(told.get() for _ in clients)
    seconds = time.monotonic() - begun
    server = others() - server
    for client in clients:
        client.join()
    return own + server, seconds


def _client(
    url: str, level: Durability, share: list[int], ready: Barrier, told: Queue[float]
) -> None:
    store = companies.connected(Store.open(url, durability=level))
    numbers = [steps.open_task(store, case) for case in share]
    with transaction.read(store, companies.ACTOR) as tx:
        definitions.process(tx, definitions.latest(tx, "chain").id)  # compiled before the time runs
    ready.wait()
    start = time.process_time()
    for number in numbers:
        steps.complete(store, number)
    told.put(time.process_time() - start)
    store.close()
