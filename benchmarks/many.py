"""One of 10 to 10,000 people who got the same task completes it: those who still wait cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from benchmarks import companies, models, steps
from benchmarks.measuring import ROUNDS, Contestant, Result, compare, in_turn
from engine import jobs
from ledger.store import Durability, Store

SIZES = (10, 100, 1_000, 10_000)
TASKS = 60
"""How many are completed in a round."""
MOST = 1.3


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, all sizes in one store."""
    store = companies.sqlite(folder / "kontor.db", cast("Durability", durability))
    contestants = {
        ("kontor" if size == SIZES[-1] else f"{size:,} at once"): _of(store, size) for size in SIZES
    }
    yield compare(
        "many",
        "one of 10,000 parallel instances of a user task",
        in_turn(contestants),
        durability=durability,
        target="one of 10,000 at most 1.3 x one of 10",
        reached=lambda ratios: ratios["10 at once"] <= MOST,
    )
    store.close()


def _of(store: Store, size: int) -> Contestant:
    """Return a contestant over as many cases as have tasks enough for all rounds, so that no case ends."""
    companies.deploy(store, models.many(size, f"many{size}"))
    each = min(TASKS, size // (ROUNDS + 2))
    started = [steps.start(store, f"many{size}") for _ in range(TASKS // each)]
    while jobs.work_due(store):
        pass
    return steps.of_cases(store, started, each)
