"""A person completes a task by a form: session, secret of the form, rights, transaction, redirect."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import cast

from benchmarks import desks, floor, steps
from benchmarks.desks import Desk
from benchmarks.measuring import Contestant, Result, compare, in_turn
from engine import user_tasks
from ledger import transaction
from ledger.store import Durability

CASES = 200
MOST_MICROS, FLOOR_MICROS = 550, 60
"""At most so much, where the floor takes so much."""
COMMAND, FLOOR = "the command alone", "sqlalchemy-core"


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, past any network: sockets are not counted."""
    desk, other = (desks.sqlite(folder / f"{name}.db", durability) for name in ("desk", "other"))
    spreads = in_turn(
        {
            "kontor": _completing(desk, partial(_post, desk)),
            COMMAND: _completing(other, partial(_complete, other)),
            FLOOR: floor.core(folder, cast("Durability", durability)),
        }
    )
    allowed = MOST_MICROS * spreads[FLOOR].median / FLOOR_MICROS
    yield compare(
        "http", "one of ten tasks completed by POST, SQLite WAL", spreads, durability=durability,
        target=f"at most {MOST_MICROS} µs, scaled by the floor",
        reached=lambda _: spreads["kontor"].median <= allowed,
        facts={"allowed_us": round(allowed)},
    )  # fmt: skip
    desk.store.close()
    other.store.close()


def _completing(desk: Desk, complete: partial[None]) -> Contestant:
    """Return a contestant that completes the next task of every case in one way."""
    cases = [steps.start(desk.store) for _ in range(CASES)]
    ready: list[int] = []

    def prepare() -> None:
        ready[:] = [steps.open_task(desk.store, case) for case in cases]

    def work() -> int:
        for number in ready:
            complete(number)
        return len(ready)

    return Contestant(work, prepare)


def _post(desk: Desk, number: int) -> None:
    status = desk.ask("POST", f"/tasks/{number}/complete", {"outcome": "done"})
    if status != HTTPStatus.SEE_OTHER:
        raise RuntimeError(f"Expected task {number} to be completed, but got {status}")


def _complete(desk: Desk, number: int) -> None:
    transaction.run(desk.store, desk.actor, lambda tx: user_tasks.complete(tx, number, {}))
