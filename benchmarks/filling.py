"""Many open cases at once, as rows: copies of one that the engine started."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Table, bindparam, func, insert, literal, select, update

from engine.clocks.table import clocks
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger.identifiers import BLOCK, counter
from ledger.store import Store

STEP = 8
"""How many numbers lie between a case and the next; its task and clock take two of them."""
PART = 100_000


def copies(store: Store, case_id: int, count: int) -> None:
    """Add `count` copies of a case on SQLite, each with its own task and clock; new numbers begin behind them."""
    with store.writing() as connection:
        first = connection.execute(select(counter.c.next)).scalar_one()
        for begin in range(0, count, PART):
            numbers = select(literal(begin).label("n")).cte("numbers", recursive=True)
            numbers = numbers.union_all(
                select(numbers.c.n + 1).where(numbers.c.n < min(begin + PART, count) - 1)
            )
            base = literal(first) + numbers.c.n * STEP
            for table, own in (
                (cases, {"id": base}),
                (tasks, {"id": base + 1, "case_id": base, "scope_id": base, "clock_id": base + 2}),
                (clocks, {"id": base + 2, "case_id": base}),
            ):
                columns = [own.get(column.name, column) for column in table.c]
                question = select(*columns).select_from(table.join(numbers, literal(1) == 1))
                connection.execute(
                    insert(table).from_select(table.c.keys(), question.where(_of(table) == case_id))
                )
        connection.execute(update(counter).values(next=first + (count * STEP // BLOCK + 1) * BLOCK))
    store.identifiers.forget()


def make_due(store: Store, count: int, at: datetime) -> None:
    """Let the newest `count` clocks be due at an instant, under a new promise, so that people are told again."""
    newest = select(clocks.c.id).order_by(clocks.c.id.desc()).limit(count)
    change = update(clocks).where(clocks.c.id.in_(newest))
    with store.writing() as connection:
        connection.execute(
            change.values(
                due_at=bindparam("at"),
                next_fire_at=bindparam("at"),
                next_level="due",
                state="running",
                epoch=clocks.c.epoch + 1,
            ),
            {"at": at},
        )


def due(store: Store) -> int:
    """Return how many clocks still wait for their level."""
    with store.reading() as connection:
        question = select(func.count()).where(clocks.c.next_fire_at <= store.clock())
        return int(connection.execute(question).scalar_one())


def _of(table: Table):  # type: ignore[no-untyped-def]  # noqa: ANN202  # a column of either table
    return table.c.id if table is cases else table.c.case_id
