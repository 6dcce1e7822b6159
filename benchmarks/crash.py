"""A worker is killed two hundred times while it completes tasks: all it was told is there once, nothing is stuck."""

from __future__ import annotations

import multiprocessing
import os
import random
import select as waiting
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from sqlalchemy import select

from benchmarks import companies, models, steps
from benchmarks.measuring import Result, compare, spread
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger.event_log import events
from ledger.store import Durability, Store

KILLS = 200
LONGEST = 0.06
"""How many seconds a worker lives at most after its first completed task."""
FORKED = multiprocessing.get_context("fork")


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite: the time from the kill to the successor's first acknowledged task."""
    file, seed = folder / "kontor.db", random.randrange(2**32)
    store = companies.sqlite(file, cast("Durability", durability))
    companies.deploy(store, models.loop('<userTask id="t"/>', "true"))
    for _ in range(10):
        steps.start(store, "loop", {})
    store.close()
    chance, told, taken = random.Random(seed), [], []
    for _ in range(KILLS):
        milliseconds, numbers = _killed(file, cast("Durability", durability), chance)
        taken.append(milliseconds)
        told += numbers
    facts = _after(file, told)
    yield compare(
        "crash", "from the start of a successor to its first acknowledged task", {"kontor": spread(taken)},
        durability=durability, rounds=KILLS, unit="wall_ms",
        target="200 kills: every acknowledged task completed exactly once, no case stuck",
        reached=lambda _: facts["lost"] == facts["twice"] == facts["stuck"] == 0,
        facts={**facts, "seed": seed},
    )  # fmt: skip


def _killed(file: Path, durability: Durability, chance: random.Random) -> tuple[float, list[int]]:
    """Let a worker live for a random while; return when it was first told something, and all it was told."""
    reading, writing = os.pipe()
    begun = time.monotonic()
    worker = FORKED.Process(target=_work, args=(file, durability, writing))
    worker.start()
    os.close(writing)
    waiting.select([reading], [], [], 60)
    first = (time.monotonic() - begun) * 1000
    time.sleep(chance.uniform(0, LONGEST))
    worker.kill()
    worker.join()
    with os.fdopen(reading) as lines:
        return first, [int(line) for line in lines]


def _work(file: Path, durability: Durability, told: int) -> None:
    store = companies.connected(Store.open(f"sqlite:///{file}", durability=durability))
    while True:
        with store.reading() as connection:
            numbers = (
                connection.execute(select(tasks.c.id).where(tasks.c.state == "open"))
                .scalars()
                .all()
            )
        for number in numbers:
            steps.complete(store, number, {"round": number})
            os.write(told, f"{number}\n".encode())


def _after(file: Path, told: list[int]) -> dict[str, int]:
    store = companies.connected(Store.open(f"sqlite:///{file}"))
    with store.reading() as connection:
        done = Counter(
            connection.execute(
                select(events.c.ref).where(events.c.kind == "task_completed")
            ).scalars()
        )
        open_ = Counter(
            connection.execute(select(tasks.c.case_id).where(tasks.c.state == "open")).scalars()
        )
        all_ = connection.execute(select(cases.c.id)).scalars().all()
    for case in all_:
        steps.complete(store, steps.open_task(store, case))
    store.close()
    return {
        "acknowledged": len(told),
        "completed": done.total(),
        "lost": sum(done[f"task:{number}"] == 0 for number in told),
        "twice": sum(count > 1 for count in done.values()),
        "stuck": sum(open_[case] != 1 for case in all_),
    }
