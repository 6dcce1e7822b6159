"""A program that completes open tasks one after another and says each number once it is durable; it is killed."""

from __future__ import annotations

import sys
from functools import partial

from sqlalchemy import select

from engine import user_tasks
from engine.waiting.tasks import OPEN, tasks
from ledger import transaction
from ledger.store import Store
from tests.support.running import Run


def main(url: str) -> None:
    """Complete tasks until there are none or somebody kills us."""
    run = Run(Store.open(url))
    question = select(tasks.c.id).where(tasks.c.state.in_(OPEN)).order_by(tasks.c.id).limit(20)
    while True:
        with transaction.read(run.store, "system") as tx:
            found = tx.execute(question).scalars().all()
        if not found:
            return
        for number in found:
            run.do(partial(user_tasks.complete, task_id=number))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1])
