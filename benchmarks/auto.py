"""A case of automatic elements, from its start to its end in one durable transaction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from benchmarks import by_hand, companies, floor, models, spiffworkflow, steps
from benchmarks.measuring import Contestant, Result, compare, in_turn
from ledger.store import Durability, Store

SIZES = {10: 60, 100: 20}
"""Elements in a row, and how many cases of them make a round."""
MOST_MICROS = 12.0
FLOOR_MICROS = 60.0
"""What the floor costs on the machine for which the absolute figures hold."""


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite in WAL mode; plain tasks, so that the engine's own work is what is measured."""
    level = cast("Durability", durability)
    for elements, cases in SIZES.items():
        place = folder / str(elements)
        place.mkdir()
        model = models.chain("task", elements)
        store = companies.sqlite(place / "kontor.db", level)
        companies.deploy(store, model)
        spreads = in_turn(
            {
                "kontor": _cases(store, cases, elements),
                "hand-written": by_hand.whole_cases(
                    companies.sqlite(place / "hand.db", level), cases, elements
                ),
                "sqlalchemy-core a case": floor.core(place, level),
                "spiffworkflow in memory": spiffworkflow.in_memory(
                    model, cases=cases, elements=elements
                ),
            }
        )
        store.close()
        allowed = MOST_MICROS * spreads["sqlalchemy-core a case"].median / FLOOR_MICROS
        per_element = spreads["kontor"].median
        yield compare(
            "auto",
            f"{elements} automatic elements in a row, an element",
            spreads,
            durability=durability,
            target="100: at most 12 µs an element, scaled by the floor; 10: at most 1.5 x hand-written",
            reached=lambda ratios, elements=elements, allowed=allowed, taken=per_element: (  # type: ignore[misc]
                taken <= allowed if elements == 100 else ratios["hand-written"] <= 1.5
            ),
            facts={"allowed_us_an_element": round(allowed, 1)},
        )


def _cases(store: Store, cases: int, elements: int) -> Contestant:
    def work() -> int:
        for _ in range(cases):
            steps.start(store)
        return cases * elements

    return Contestant(work)
