"""A case of automatic elements, from its start to its end in one durable transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import cast

from benchmarks import (
    bpmnengine,
    by_hand,
    companies,
    dbos,
    floor,
    models,
    peers,
    spiffworkflow,
    steps,
)
from benchmarks.measuring import Contestant, Result, Spread, compare, in_turn, spread
from ledger.store import Durability, Store

SIZES = {10: 60, 100: 20}
"""Elements in a row, and how many cases of them make a round."""
STEPS = 10
"""How many steps DBOS takes in a row: each costs the same, so that the longer chain would tell nothing more."""
NODE = "bpmn-engine in memory, node's start left out"
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
        contestants = {
            "kontor": _cases(store, cases, elements),
            "hand-written": by_hand.whole_cases(
                companies.sqlite(place / "hand.db", level), cases, elements
            ),
            "sqlalchemy-core a case": floor.core(place, level),
            "spiffworkflow in memory": spiffworkflow.in_memory(
                model, cases=cases, elements=elements
            ),
        }
        spreads, missing = _in_turn(contestants, place, model, durability, elements)
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
            facts={"allowed_us_an_element": round(allowed, 1), **missing},
        )


def _in_turn(
    contestants: Mapping[str, Contestant],
    place: Path,
    model: bytes,
    durability: str,
    elements: int,
) -> tuple[dict[str, Spread], dict[str, str]]:
    """Measure them with the peers that are installed; name those that are not."""
    cases = SIZES[elements]
    taken: list[float] = []
    with ExitStack() as opened:
        found = {
            NODE: bpmnengine.in_memory(
                model, taken, cases=cases, elements=elements, last=f"t{elements}"
            ),
        }
        if elements == STEPS:
            found["dbos, a step"] = opened.enter_context(
                dbos.workflows(place, cases=cases, elements=elements, durability=durability)
            )
        spreads = in_turn({**contestants, **peers.installed(found)})
    if taken:
        spreads[NODE] = spread(taken[1:])
    return spreads, peers.missing(found)


def _cases(store: Store, cases: int, elements: int) -> Contestant:
    def work() -> int:
        for _ in range(cases):
            steps.start(store)
        return cases * elements

    return Contestant(work)
