"""A thousand deadlines pass among a million open cases: people are told, once each, with receipt and event."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

from benchmarks import companies, databases, filling, floor, models, raw_sql, steps
from benchmarks.databases import Database
from benchmarks.measuring import Contestant, Result, Spread, compare, in_turn
from ledger import clock
from ledger.store import Durability, Store
from scheduler import heartbeat, sweeps

FEW, MANY = 10_000, 1_000_000
DUE = 1_000
ALONE = 100
"""How many clocks a round takes where each does something beside telling."""
TICKS = 50
MOST_MICROS = 1_000
FLOOR_MICROS = 60.0
"""What the floor costs on the machine for which the absolute figure holds."""
AT_REST = timedelta(seconds=15)
"""How long after the last tick the next one comes, as the settings say unless told otherwise."""
ROWS = "the same rows"


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, then on PostgreSQL, client and server together."""
    level = cast("Durability", durability)
    measured = in_turn({"floor": floor.core(folder, level)})["floor"].median
    for database in databases.each(folder, level):
        yield from _among(database, MOST_MICROS * measured / FLOOR_MICROS)
        yield _acting(database)


def _among(database: Database, allowed: float) -> Iterator[Result]:
    """Measure beside 10,000 and 1,000,000 open cases: clocks that tell, and an empty tick."""
    few, many = (filled(database.make(), count) for count in (FEW, MANY))
    raw, by_hand = f"raw {database.driver}, {ROWS}", filled(database.make(), FEW)
    spreads = in_turn(
        {
            "kontor": _telling(many),
            "10,000 open cases": _telling(few),
            raw: raw_sql.telling(by_hand, DUE),
        },
        others=database.others,
    )
    yield compare(
        "sweep", f"{DUE:,} due among {MANY:,} open cases, a clock told{database.suffix}", spreads,
        durability=database.durability, target="at most 3 x raw SQL, and 3 x the same among 10,000",
        reached=lambda ratios: ratios[raw] <= 3 and ratios["10,000 open cases"] <= 3,
    )  # fmt: skip
    contestants = {"kontor": _empty(many), "10,000 open cases": _empty(few)}
    ticks = in_turn(contestants, others=database.others)
    yield compare(
        "sweep", f"an empty tick among {MANY:,} open cases{database.suffix}", ticks,
        durability=database.durability,
        target="at most 1 ms, scaled by the floor",
        reached=lambda _: ticks["kontor"].median <= allowed, facts={"allowed_us": round(allowed)},
    )  # fmt: skip
    for store in (few, many, by_hand):
        store.close()


def filled(store: Store, count: int, ladder: str = 'notify="responsible"') -> Store:
    """Let an empty store have so many open cases, each with a clock of one level."""
    companies.deploy(store, models.stage(ladder))
    filling.copies(store, steps.start(store, "stage", {}), count - 1)
    return store


def _telling(store: Store, count: int = DUE) -> Contestant:
    def prepare() -> None:
        assert filling.due(store) == 0
        filling.make_due(store, count, clock.system() - timedelta(minutes=1))

    def work() -> int:
        done = sweeps.run(store)
        assert done.together + done.alone == count
        return count

    return Contestant(work, prepare)


def _empty(store: Store) -> Contestant:
    """Tick as a process at rest does: so long after the last time that the heartbeat is written too."""
    ahead = clock.VirtualClock(clock.system())
    store.clock = ahead

    def work() -> int:
        for _ in range(TICKS):
            ahead.move_to(ahead() + AT_REST)
            assert heartbeat.tick(store).is_empty
        return TICKS

    return Contestant(work, lambda: heartbeat.tick(store))


def _acting(database: Database) -> Result:
    """Measure clocks that raise the priority of a task, each in a transaction of its own."""
    store = filled(database.make(), FEW, 'notify="responsible" priority="high"')
    tasks = database.make()
    companies.deploy(tasks, models.chain("userTask", 10, body=companies.STAGE))
    started = [steps.start(tasks) for _ in range(ALONE)]
    spreads: dict[str, Spread] = in_turn(
        {"kontor": _telling(store, ALONE), "a completed task": steps.of_cases(tasks, started)},
        others=database.others,
    )
    store.close()
    tasks.close()
    return compare(
        "sweep", f"a clock that is told and raises a priority{database.suffix}", spreads,
        durability=database.durability, target="at most 2 x a completed task",
        reached=lambda ratios: ratios["a completed task"] <= 2,
    )  # fmt: skip
