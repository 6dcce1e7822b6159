"""What a case costs that only waits: bytes of live rows and indexes, bytes of history, and no memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import cast

from sqlalchemy import delete, func, select

from benchmarks import companies, models, spiffworkflow, steps
from benchmarks.measuring import Result, Spread
from engine.clocks.table import clocks
from engine.feel import Value
from engine.waiting.cases import cases
from engine.waiting.tasks import candidates, tasks
from ledger.event_log import events
from ledger.store import Durability, Store

CASES = 3_000
MOST = 1_500
TRACED = 600
"""How many cases are started while memory is traced."""
MOST_MEMORY = 100
"""Bytes of memory a case that still count as none: caches that have a bound fill a little."""
VARIABLES: dict[str, Value] = {"amount": 12_500, "client": "Example Ltd.", "approved": False}


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure a SQLite file before, with and without the history, each time packed."""
    store = companies.sqlite(folder / "kontor.db", cast("Durability", durability))
    model = models.chain("userTask", 10, body=companies.STAGE)
    companies.deploy(store, model)
    _start(store, CASES - TRACED)
    memory = round(_kept(lambda: _start(store, TRACED)) / TRACED)
    told = _count(store)
    whole = _packed(store)
    _empty(store, events)
    live = _packed(store)
    for table in (cases, tasks, clocks, candidates):
        _empty(store, table)
    bare = _packed(store)
    store.close()
    each = (live - bare) / CASES
    peer = spiffworkflow.size(model, VARIABLES)
    yield Result(
        name="rest",
        case="an open case at its first task, with a clock and 3 variables",
        durability=durability,
        rounds=CASES,
        ours={
            "bytes": asdict(Spread(each, each, each)),
            "log_bytes_an_event": round((whole - live) / told),
            "events_a_case": round(told / CASES, 1),
            "memory_bytes": memory,
        },
        others={"spiffworkflow-json": {"bytes": asdict(Spread(peer, peer, peer))}},
        ratios={"spiffworkflow-json": round(each / peer, 3)},
        target="at most 1.5 kB of live rows and indexes, no memory",
        reached=each <= MOST and memory <= MOST_MEMORY,
    )


def _packed(store: Store) -> int:
    with store.engine.connect() as connection:
        file = connection.connection.dbapi_connection
        assert file is not None
        cursor = file.cursor()  # past SQLAlchemy, which would begin a transaction
        cursor.execute("VACUUM")
        return int(cursor.execute("PRAGMA page_count").fetchone()[0]) * int(
            cursor.execute("PRAGMA page_size").fetchone()[0]
        )


def _count(store: Store) -> int:
    with store.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(events)).scalar_one())


def _empty(store: Store, table: object) -> None:
    with store.writing() as connection:
        connection.execute(delete(table))  # type: ignore[arg-type]  # a table


def _start(store: Store, count: int) -> None:
    for _ in range(count):
        steps.start(store, "chain", VARIABLES)


def _kept(work: Callable[[], object]) -> int:
    """Return how many bytes of Python's memory are still taken after `work` that were not before."""
    tracemalloc.start()
    work()
    gc.collect()
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return kept
