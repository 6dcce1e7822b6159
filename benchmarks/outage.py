"""The program comes back after an outage and finds 100,000 deadlines passed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

from benchmarks import databases, filling, raw_sql, sweep
from benchmarks.databases import Database
from benchmarks.measuring import Contestant, Result, compare, cpu_seconds, spread
from ledger import clock
from ledger.store import Durability, Store
from scheduler import sweeps

OVERDUE = 100_000
BATCHES = 10
"""How many batches are measured as one, since a server's CPU time is known to a hundredth of a second."""
A_SECOND = 10_000
MEGABYTE = 1e6
MOST_MEGABYTES = 50


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, then on PostgreSQL, client and server together."""
    for database in databases.each(folder, cast("Durability", durability)):
        yield _result(database)


@dataclass(slots=True)
class _Taken:
    """What was measured: microseconds of CPU a clock, ours and by hand, seconds waited, bytes of memory."""

    ours: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    seconds: float = 0.0
    memory: float = 0.0


def _result(database: Database) -> Result:
    store = sweep.filled(database.make(), OVERDUE)
    by_hand = sweep.filled(database.make(), sweep.FEW)
    filling.make_due(store, OVERDUE, clock.system() - timedelta(hours=2))
    # An instant passes long after it was written down: the planner knows of these.
    filling.settle(store)
    taken = _caught_up(store, raw_sql.telling(by_hand, sweep.DUE), database)
    assert filling.due(store) == 0
    store.close()
    by_hand.close()
    ours, raw, more = spread(taken.ours), f"raw {database.driver}", taken.memory / MEGABYTE
    return compare(
        "outage", f"{OVERDUE:,} overdue, a clock told{database.suffix}",
        {"kontor": ours, raw: spread(taken.raw)}, durability=database.durability, rounds=len(taken.ours),
        target="10,000 a second or a tenth of raw SQL; at most 50 MB more memory",
        reached=lambda ratios: (1e6 / ours.median >= A_SECOND or ratios[raw] <= 10)
        and more <= MOST_MEGABYTES,
        facts={
            "a_second_of_cpu": round(1e6 / ours.median),
            "seconds": round(taken.seconds, 1),
            "more_megabytes": round(more, 1),
        },
    )  # fmt: skip


def _caught_up(store: Store, by_hand: Contestant, database: Database) -> _Taken:
    """Sweep batch by batch as the heartbeat does until nothing is due, in turn with the rows by hand."""
    taken, before, left = _Taken(), _memory(), OVERDUE
    while left:
        begun, start = time.monotonic(), cpu_seconds(database.others)
        told = _some(store)
        taken.ours.append((cpu_seconds(database.others) - start) * 1e6 / told)
        taken.seconds += time.monotonic() - begun
        taken.memory = max(taken.memory, _memory() - before)
        left -= told
        by_hand.prepare()
        start = cpu_seconds(database.others)
        told = by_hand.work()
        taken.raw.append((cpu_seconds(database.others) - start) * 1e6 / told)
    return taken


def _some(store: Store) -> int:
    """Sweep some batches and return how many clocks told."""
    done = 0
    for _ in range(BATCHES):
        swept, is_full = sweeps.run_once(store)
        assert swept.alone == 0
        done += swept.together
        if not is_full:
            break
    assert done
    return done


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
