"""One task completed in models of 10 to 1,000 tasks: the size of the drawing costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from benchmarks import companies, models, steps
from benchmarks.measuring import Result, compare, in_turn
from ledger.store import Durability

SIZES = (10, 50, 200, 1_000)
CASES = 60
MOST = 1.2


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, all sizes in one store."""
    store = companies.sqlite(folder / "kontor.db", cast("Durability", durability))
    contestants = {}
    for size in SIZES:
        key = f"chain{size}"
        companies.deploy(store, models.chain("userTask", size, body=companies.STAGE, process=key))
        started = [steps.start(store, key) for _ in range(CASES)]
        contestants["kontor" if size == SIZES[-1] else f"{size} tasks"] = steps.of_cases(
            store, started
        )
    yield compare(
        "model",
        "one task of a model of 1,000 in a row",
        in_turn(contestants),
        durability=durability,
        target="1,000 tasks at most 1.2 x 10",
        reached=lambda ratios: ratios["10 tasks"] <= MOST,
    )
    store.close()
