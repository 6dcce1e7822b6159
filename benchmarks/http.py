"""A person completes a task by a form: session, secret of the form, rights, transaction, redirect."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, cast

from benchmarks import desks, floor, servers, steps
from benchmarks.desks import Desk
from benchmarks.measuring import Contestant, Result, compare, in_turn
from engine import user_tasks
from ledger import transaction
from ledger.store import Durability
from web import garbage

if TYPE_CHECKING:
    from tests.support.postgresql import Server

CASES = 200
MOST_MICROS, FLOOR_MICROS = 550, 60
"""At most so much, where the floor takes so much."""
COMMAND, FLOOR, SQLITE = "the command alone", "sqlalchemy-core", "sqlite"
MOST_OF_SQLITE = 2.0


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure past any network: sockets are not counted. PostgreSQL goes beside the same on SQLite."""
    garbage.go_on()  # as the program that serves does once it is there
    level = cast("Durability", durability)
    desk = desks.sqlite(folder / "desk.db", level)
    yield _on_sqlite(folder, desk, level)
    with servers.postgresql() as server:
        yield _on_postgresql(server, desk, level)
    desk.store.close()


def _on_sqlite(folder: Path, desk: Desk, level: Durability) -> Result:
    other = desks.sqlite(folder / "other.db", level)
    spreads = in_turn(
        {
            "kontor": _completing(desk, partial(_post, desk)),
            COMMAND: _completing(other, partial(_complete, other)),
            FLOOR: floor.core(folder, level),
        }
    )
    other.store.close()
    allowed = MOST_MICROS * spreads[FLOOR].median / FLOOR_MICROS
    return compare(
        "http", "one of ten tasks completed by POST, SQLite WAL", spreads, durability=level,
        target=f"at most {MOST_MICROS} µs, scaled by the floor",
        reached=lambda _: spreads["kontor"].median <= allowed,
        facts={"allowed_us": round(allowed)},
    )  # fmt: skip


def _on_postgresql(server: Server, sqlite: Desk, level: Durability) -> Result:
    """Count the server's CPU time too; the same requests on SQLite are measured in the same rounds."""
    desk, other = (desks.furnished(server.url(server.create()), level) for _ in range(2))
    spreads = in_turn(
        {
            "kontor": _completing(desk, partial(_post, desk)),
            SQLITE: _completing(sqlite, partial(_post, sqlite)),
            COMMAND: _completing(other, partial(_complete, other)),
        },
        others=partial(servers.cpu_seconds, server),
    )
    desk.store.close()
    other.store.close()
    return compare(
        "http", "one of ten tasks completed by POST, PostgreSQL, client and server", spreads,
        durability=f"{level}, {servers.WORDS}", target=f"at most {MOST_OF_SQLITE:.0f} x SQLite",
        reached=lambda ratios: ratios[SQLITE] <= MOST_OF_SQLITE,
    )  # fmt: skip


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
