"""The program comes back after an outage and finds 100,000 deadlines passed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import cast

from benchmarks import filling, raw_sql, sweep
from benchmarks.measuring import Result, compare, in_turn, spread
from ledger import clock
from ledger.store import Durability
from scheduler import sweeps

OVERDUE = 100_000
A_SECOND = 10_000
MEGABYTE = 1e6
MOST_MEGABYTES = 50


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite, batch by batch as the heartbeat does it."""
    level, file = cast("Durability", durability), folder / "raw.db"
    store = sweep.filled(folder / "kontor.db", level, OVERDUE)
    filling.make_due(store, OVERDUE, clock.system() - timedelta(hours=2))
    before, most, taken, begun = _memory(), 0.0, [], time.monotonic()
    is_full, done = True, 0
    while is_full:
        start = time.process_time()
        swept, is_full = sweeps.run_once(store)
        done += swept.together
        if swept.together:
            taken.append((time.process_time() - start) * 1e6 / swept.together)
        most = max(most, _memory())
    seconds = time.monotonic() - begun
    assert (done, filling.due(store)) == (OVERDUE, 0)
    store.close()
    raw = in_turn({"raw": raw_sql.telling(sweep.filled(file, level, sweep.FEW), file, sweep.DUE)})[
        "raw"
    ]
    more = (most - before) / MEGABYTE
    ours = spread(taken)
    yield compare(
        "outage", "100,000 overdue, a clock told", {"kontor": ours, "raw sqlite3": raw},
        durability=durability, rounds=len(taken),
        target="10,000 a second or a tenth of raw SQL; at most 50 MB more memory",
        reached=lambda ratios: (1e6 / ours.median >= A_SECOND or ratios["raw sqlite3"] <= 10)
        and more <= MOST_MEGABYTES,
        facts={
            "a_second_of_cpu": round(1e6 / ours.median),
            "seconds": round(seconds, 1),
            "more_megabytes": round(more, 1),
        },
    )  # fmt: skip


def _memory() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
