"""A case that goes round ten thousand times, by itself and by people: the last round costs what the first cost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

from sqlalchemy import select

from benchmarks import companies, models, steps
from benchmarks.measuring import Result, compare, cpu_micros, spread
from engine import instances, jobs
from engine.waiting.cases import cases
from ledger import transaction
from ledger.store import Durability, Store

ROUNDS = 10_000
PART = 1_000
"""How many of the first and of the last rounds are compared."""
MOST = 1.2
Rounds = tuple[list[float], list[float], int]
"""What the first and the last rounds took, and how many there were."""


def results(folder: Path, durability: str) -> Iterator[Result]:
    """Measure on SQLite; each loop in one case."""
    store = companies.sqlite(folder / "kontor.db", cast("Durability", durability))
    script = '<scriptTask id="t"><script>{count: count + 1}</script></scriptTask>'
    companies.deploy(store, models.loop(script, f"count < {ROUNDS}", "automatic"))
    companies.deploy(store, models.loop('<userTask id="t"/>', "again", "human"))
    yield _result("automatic, a round", durability, *_automatic(store))
    yield _result("human, a completed task", durability, *_human(store))
    store.close()


def _automatic(store: Store) -> Rounds:
    """Take for each round its share of the transaction that it was in."""
    taken: list[float] = []
    number = 0

    def begin() -> None:
        nonlocal number
        number = steps.start(store, "automatic", {"count": 0})

    micros = cpu_micros(begin)
    before = 0
    while True:
        count = _count(store, number)
        if count > before:  # the last transaction may only leave the loop
            taken += [micros / (count - before)] * (count - before)
        if _state(store, number) == "completed":
            return taken[:PART], taken[-PART:], count
        before = count
        micros = cpu_micros(lambda: jobs.work_due(store, 1))


def _human(store: Store) -> Rounds:
    """Measure the last rounds of one case in turn with the first of another, so that both meet the same machine."""
    old, new = steps.start(store, "human", {}), steps.start(store, "human", {})
    for _ in range(ROUNDS - PART):
        _round(store, old, again=True)
    last, first = [], []
    for left in range(PART - 1, -1, -1):
        first.append(_round(store, new, again=True))
        last.append(_round(store, old, again=left > 0))
    return first, last, ROUNDS if _state(store, old) == "completed" else 0


def _round(store: Store, number: int, *, again: bool) -> float:
    task = steps.open_task(store, number)
    return cpu_micros(lambda: steps.complete(store, task, {"again": again}))


def _count(store: Store, number: int) -> int:
    with transaction.read(store, companies.ACTOR) as tx:
        return int(str(instances.variables_of(tx, number)["count"]))


def _state(store: Store, number: int) -> str:
    with transaction.read(store, companies.ACTOR) as tx:
        return str(tx.execute(select(cases.c.state).where(cases.c.id == number)).scalar_one())


def _result(
    case: str, durability: str, first: list[float], last: list[float], count: int
) -> Result:
    return compare(
        "loop",
        f"{ROUNDS:,} rounds, {case}",
        {"kontor": spread(last), "first 1,000 rounds": spread(first)},
        durability=durability,
        rounds=PART,
        target="the last 1,000 rounds at most 1.2 x the first 1,000, the count exact",
        reached=lambda ratios: ratios["first 1,000 rounds"] <= MOST and count == ROUNDS,
        facts={"count": count},
    )
