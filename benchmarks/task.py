"""A person completes a task: ten of them in a row, each with a stage clock, each a transaction of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from sqlalchemy import event, select

from benchmarks import by_hand, companies, floor, models, spiffworkflow
from benchmarks.measuring import Contestant, Result, compare, in_turn
from engine import instances, user_tasks
from engine.waiting import tasks
from ledger import transaction
from ledger.store import Durability, Store

TASKS = 10
CASES = 300
MOST_STATEMENTS = 8


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite in WAL mode."""
    level = cast("Durability", durability)
    store = companies.sqlite(folder / "kontor.db", level)
    companies.deploy(store, models.chain("userTask", TASKS, body=companies.STAGE))
    spreads = in_turn(
        {
            "kontor": through_the_engine(store),
            "hand-written": by_hand.tasks_of(companies.sqlite(folder / "hand.db", level), CASES),
            "sqlalchemy-core": floor.core(folder, level),
            "spiffworkflow-json": spiffworkflow.json_steps(
                folder, models.chain("userTask", TASKS), cases=CASES, durability=durability
            ),
        }
    )
    count = statements(store)
    yield compare(
        "task",
        "one of ten tasks in a row, with clock and events, SQLite WAL",
        spreads,
        durability=durability,
        target="at most 1.5 x hand-written, 2.5 x sqlalchemy-core, 8 statements",
        reached=lambda ratios: ratios["hand-written"] <= 1.5  # noqa: PLR2004
        and ratios["sqlalchemy-core"] <= 2.5  # noqa: PLR2004
        and count <= MOST_STATEMENTS,
        facts={"statements": count},
    )
    store.close()


def through_the_engine(store: Store) -> Contestant:
    """Return a contestant that completes the next task of `CASES` cases."""
    started = [_start(store) for _ in range(CASES)]
    ready: list[int] = []

    def prepare() -> None:
        ready[:] = [_open_task(store, case_id) for case_id in started]

    def work() -> int:
        for number in ready:
            _complete(store, number)
        return len(ready)

    return Contestant(work, prepare)


def statements(store: Store) -> int:
    """Return how many statements one completed task takes, the transaction's own begin and commit left out."""
    case_id = _start(store)
    _complete(store, _open_task(store, case_id))
    number = _open_task(store, case_id)
    seen: list[str] = []

    def listen(_connection: object, _cursor: object, text: str, *_: object) -> None:
        seen.append(text)

    event.listen(store.engine, "before_cursor_execute", listen)
    _complete(store, number)
    event.remove(store.engine, "before_cursor_execute", listen)
    return sum(not text.startswith("BEGIN") for text in seen)


def _start(store: Store) -> int:
    return transaction.run(store, companies.ACTOR, lambda tx: instances.start(tx, "chain", {"amount": 5}))


def _complete(store: Store, number: int) -> None:
    transaction.run(store, companies.ACTOR, lambda tx: user_tasks.complete(tx, number, {"note": "done"}))


_open = select(tasks.tasks.c.id)


def _open_task(store: Store, case_id: int) -> int:
    with transaction.read(store, companies.ACTOR) as tx:
        question = _open.where(tasks.tasks.c.case_id == case_id, tasks.tasks.c.state == "open")
        return int(tx.execute(question).scalar_one())
