"""Eight clients write to one SQLite file at once: each is served in its turn, and none waits long."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

from benchmarks import companies, floor, models, steps
from benchmarks.measuring import Result, in_turn, spread
from ledger.store import Durability, Store

CLIENTS = 8
CASES = 25
"""How many cases each client has; one round completes one task of each."""
ROUNDS = 9
MOST_MILLISECONDS = 25.0
A_SECOND = 1_500
FLOOR_MICROS = 60.0
"""What the floor costs on the machine for which the absolute figures hold."""


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure eight threads of one process, as `kontor serve` has them; beside it, raw writers without a queue."""
    store = companies.sqlite(folder / "kontor.db", cast("Durability", durability))
    companies.deploy(store, models.chain("userTask", ROUNDS + 1, body=companies.STAGE))
    shares = [[steps.start(store) for _ in range(CASES)] for _ in range(CLIENTS)]
    ours, seconds = [], 0.0
    for _ in range(ROUNDS):
        tasks = [[steps.open_task(store, case) for case in share] for share in shares]
        begun = time.monotonic()
        ours += _at_once([partial(_complete, store, share) for share in tasks])
        seconds += time.monotonic() - begun
    store.close()
    slower = (
        in_turn({"floor": floor.core(folder, cast("Durability", durability))})["floor"].median
        / FLOOR_MICROS
    )
    raw = _at_once(
        [partial(_raw, folder / "raw.db", durability, number) for number in range(CLIENTS)]
    )
    yield _result(durability, ours, raw, len(ours) / seconds, slower)


def _result(
    durability: str, ours: list[float], raw: list[float], a_second: float, slower: float
) -> Result:
    last = quantiles(ours, n=100)[98]
    return Result(
        name="clients",
        case=f"{CLIENTS} threads complete tasks on SQLite, wall time of one",
        durability=durability,
        rounds=len(ours),
        ours={
            "wall_ms": asdict(spread(ours)),
            "p99_ms": round(last, 1),
            "a_second": round(a_second),
            "errors": 0,
        },
        others={
            "raw sqlite3 without a queue": {
                "wall_ms": asdict(spread(raw)),
                "p99_ms": quantiles(raw, n=100)[98],
            }
        },
        ratios={"raw sqlite3 without a queue": round(spread(ours).median / spread(raw).median, 3)},
        target="p99 at most 25 ms at 1,500 a second, scaled by the floor:"
        f" {25 * slower:.0f} ms at {A_SECOND / slower:.0f}",
        reached=last <= MOST_MILLISECONDS * slower and a_second >= A_SECOND / slower,
    )


def _at_once(clients: Sequence[Callable[[], list[float]]]) -> list[float]:
    """Run each client in a thread of its own; what one raises ends the benchmark."""
    with ThreadPoolExecutor(len(clients)) as pool:
        futures = [pool.submit(client) for client in clients]
        return [taken for future in futures for taken in future.result()]


def _complete(store: Store, tasks: Sequence[int]) -> list[float]:
    return [_timed(steps.complete, store, task) for task in tasks]


def _timed(work: Callable[..., Any], *arguments: Any) -> float:
    begun = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - begun) * 1000


def _raw(file: Path, durability: str, number: int) -> list[float]:
    database = sqlite3.connect(file, isolation_level=None, timeout=60)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"PRAGMA synchronous = {durability}")
    database.execute(
        "CREATE TABLE IF NOT EXISTS line (id INTEGER PRIMARY KEY, client INTEGER, text TEXT)"
    )
    return [_timed(_insert, database, number) for _ in range(CASES * ROUNDS)]


def _insert(database: sqlite3.Connection, number: int) -> None:
    database.execute("BEGIN IMMEDIATE")
    for text in ("one", "two", "three"):
        database.execute("INSERT INTO line (client, text) VALUES (?, ?)", (number, text))
    database.execute("COMMIT")
