"""A thousand deadlines pass among a million open cases: people are told, once each, with receipt and event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

from benchmarks import companies, filling, models, raw_sql, steps
from benchmarks.measuring import Contestant, Result, Spread, compare, in_turn
from ledger import clock
from ledger.store import Durability, Store
from scheduler import heartbeat, sweeps

FEW, MANY = 10_000, 1_000_000
DUE = 1_000
ALONE = 100
"""How many clocks a round takes where each does something beside telling."""
TICKS = 50
FLOOR = "raw sqlite3, the same rows"


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite: 10,000 and 1,000,000 open cases, an empty tick, and clocks that also act."""
    level = cast("Durability", durability)
    few, many = (filled(folder / f"{count}.db", level, count) for count in (FEW, MANY))
    spreads = in_turn(
        {
            "kontor": _telling(many),
            "10,000 open cases": _telling(few),
            FLOOR: raw_sql.telling(filled(folder / "raw.db", level, FEW), folder / "raw.db", DUE),
        }
    )
    yield compare(
        "sweep", "1,000 due among 1,000,000 open cases, a clock told", spreads, durability=durability,
        target="at most 3 x raw SQL, and 3 x the same among 10,000",
        reached=lambda ratios: ratios[FLOOR] <= 3 and ratios["10,000 open cases"] <= 3,
    )  # fmt: skip
    ticks = in_turn({"kontor": _empty(many), "10,000 open cases": _empty(few)})
    yield compare(
        "sweep", "an empty tick among 1,000,000 open cases", ticks, durability=durability,
        target="at most 1 ms", reached=lambda _: ticks["kontor"].median <= 1_000,
    )  # fmt: skip
    few.close()
    many.close()
    yield _acting(folder, level)


def filled(
    file: Path, level: Durability, count: int, ladder: str = 'notify="responsible"'
) -> Store:
    store = companies.sqlite(file, level)
    companies.deploy(store, models.stage(ladder))
    filling.copies(store, steps.start(store, "stage", {}), count - 1)
    return store


def _telling(store: Store, count: int = DUE) -> Contestant:
    def prepare() -> None:
        filling.make_due(store, count, clock.system() - timedelta(minutes=1))

    def work() -> int:
        done = sweeps.run(store)
        assert (done.together + done.alone, filling.due(store)) == (count, 0)
        return count

    return Contestant(work, prepare)


def _empty(store: Store) -> Contestant:
    def work() -> int:
        for _ in range(TICKS):
            assert heartbeat.tick(store).is_empty
        return TICKS

    return Contestant(work, lambda: heartbeat.tick(store))


def _acting(folder: Path, level: Durability) -> Result:
    """Measure clocks that raise the priority of a task, each in a transaction of its own."""
    store = filled(folder / "acting.db", level, FEW, 'notify="responsible" priority="high"')
    tasks = companies.sqlite(folder / "tasks.db", level)
    companies.deploy(tasks, models.chain("userTask", 10, body=companies.STAGE))
    started = [steps.start(tasks) for _ in range(ALONE)]
    spreads: dict[str, Spread] = in_turn(
        {"kontor": _telling(store, ALONE), "a completed task": steps.of_cases(tasks, started)}
    )
    store.close()
    tasks.close()
    return compare(
        "sweep", "a clock that is told and raises a priority", spreads, durability=level,
        target="at most 2 x a completed task", reached=lambda ratios: ratios["a completed task"] <= 2,
    )  # fmt: skip
