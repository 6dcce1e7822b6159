"""A person completes a task: ten of them in a row, each with a stage clock, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from sqlalchemy import event

from benchmarks import by_hand, companies, floor, models, peers, spiffworkflow, steps, viewflow
from benchmarks.measuring import Contestant, Result, compare, in_turn
from ledger.store import Durability, Store

TASKS = 10
CASES = 300
MOST_STATEMENTS = 8


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite in WAL mode."""
    level = cast("Durability", durability)
    store = companies.sqlite(folder / "kontor.db", level)
    companies.deploy(store, models.chain("userTask", TASKS, body=companies.STAGE))
    found = {"django-viewflow": viewflow.tasks(folder, cases=CASES, durability=durability)}
    spreads = in_turn(
        {
            "kontor": through_the_engine(store),
            "hand-written": by_hand.tasks_of(companies.sqlite(folder / "hand.db", level), CASES),
            "sqlalchemy-core": floor.core(folder, level),
            "spiffworkflow-json": spiffworkflow.json_steps(
                folder, models.chain("userTask", TASKS), cases=CASES, durability=durability
            ),
            **peers.installed(found),
        }
    )
    count = statements(store)
    yield compare(
        "task",
        "one of ten tasks in a row, with clock and events, SQLite WAL",
        spreads,
        durability=durability,
        target="at most 1.5 x hand-written, 2.5 x sqlalchemy-core, 8 statements",
        reached=lambda ratios: (
            ratios["hand-written"] <= 1.5
            and ratios["sqlalchemy-core"] <= 2.5
            and count <= MOST_STATEMENTS
        ),
        facts={"statements": count, **peers.missing(found)},
    )
    store.close()


def through_the_engine(store: Store) -> Contestant:
    """Return a contestant that completes the next task of `CASES` cases."""
    return steps.of_cases(store, [steps.start(store) for _ in range(CASES)])


def statements(store: Store) -> int:
    """Return how many statements one completed task takes, the transaction's own begin and commit left out."""
    case_id = steps.start(store)
    steps.complete(store, steps.open_task(store, case_id))
    number = steps.open_task(store, case_id)
    seen: list[str] = []

    def listen(_connection: object, _cursor: object, text: str, *_: object) -> None:
        seen.append(text)

    event.listen(store.engine, "before_cursor_execute", listen)
    steps.complete(store, number)
    event.remove(store.engine, "before_cursor_execute", listen)
    return sum(not text.startswith("BEGIN") for text in seen)
