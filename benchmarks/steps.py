"""What the benchmarks do with cases: start one, complete a task, find the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select

from benchmarks import companies
from benchmarks.measuring import Contestant
from engine import instances, user_tasks
from engine.feel import Value
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.store import Store

_open = (
    select(tasks.c.id)
    .where(tasks.c.case_id == bindparam("case_id"), tasks.c.state == "open")
    .order_by(tasks.c.id)
    .limit(bindparam("most"))
)


def start(store: Store, key: str = "chain", variables: Mapping[str, Value] | None = None) -> int:
    """Start a case in a transaction of its own."""
    given = {"amount": 5} if variables is None else variables
    return transaction.run(store, companies.ACTOR, lambda tx: instances.start(tx, key, given))


def complete(store: Store, number: int, variables: Mapping[str, Value] | None = None) -> None:
    """Complete a task in a transaction of its own."""
    given = variables or {"note": "done"}
    transaction.run(store, companies.ACTOR, lambda tx: user_tasks.complete(tx, number, given))


def open_tasks(store: Store, case_id: int, most: int) -> Sequence[int]:
    """Return the oldest open tasks of a case."""
    with transaction.read(store, companies.ACTOR) as tx:
        return tx.execute(_open, {"case_id": case_id, "most": most}).scalars().all()


def open_task(store: Store, case_id: int) -> int:
    """Return the open task of a case."""
    return open_tasks(store, case_id, 1)[0]


def of_cases(store: Store, cases: Sequence[int], each: int = 1) -> Contestant:
    """Return a contestant that completes the next `each` tasks of every case."""
    ready: list[int] = []

    def prepare() -> None:
        ready[:] = [number for case in cases for number in open_tasks(store, case, each)]

    def work() -> int:
        for number in ready:
            complete(store, number)
        return len(ready)

    return Contestant(work, prepare)
