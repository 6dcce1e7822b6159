"""Many open cases at once, as rows: copies of one that the engine started."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    String,
    Table,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from engine.clocks.table import clocks
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger.base import metadata
from ledger.identifiers import BLOCK, counter, sequence
from ledger.store import Store

client_table, deal_table, term_table = (
    metadata.tables[name] for name in ("crm_client", "crm_deal", "crm_term")
)
STEP = 8
"""How many numbers lie between a case and the next; its task and clock take two of them."""
PART = 100_000


def copies(store: Store, case_id: int, count: int) -> None:
    """Add `count` copies of a case, each with its own task and clock; new numbers begin behind them."""
    with store.writing() as connection:
        first = _begin(connection)
        for begin in range(0, count, PART):
            numbers = _numbers(begin, min(begin + PART, count))
            base = literal(first) + numbers.c.n * STEP
            inner = {"case_id": base, "scope_id": base, "clock_id": base + 2}
            _copy(connection, cases, {"id": base}, numbers, cases.c.id == case_id)
            _copy(connection, tasks, {"id": base + 1, **inner}, numbers, _is_open(case_id))
            own_clock = {"id": base + 2, "case_id": base}
            _copy(connection, clocks, own_clock, numbers, clocks.c.case_id == case_id)
        _go_on(connection, first + count * STEP)
    store.identifiers.forget()
    settle(store)


def _is_open(case_id: int) -> ColumnElement[bool]:
    return (tasks.c.case_id == case_id) & (tasks.c.state == "open")


def settle(store: Store) -> None:
    """Do on PostgreSQL what autovacuum does some time after many rows changed; the server measured here has it off."""
    if store.is_sqlite:
        return
    with store.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))


def _begin(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sequence))
    return int(connection.execute(select(counter.c.next)).scalar_one())


def _go_on(connection: Connection, number: int) -> None:
    after = (number // BLOCK + 1) * BLOCK
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.setval(sequence.name, after + 1 - BLOCK)))
        return
    connection.execute(update(counter).values(next=after))


def _numbers(begin: int, end: int) -> CTE:
    numbers = select(literal(begin).label("n")).cte("numbers", recursive=True)
    return numbers.union_all(select(numbers.c.n + 1).where(numbers.c.n < end - 1))


def _copy(
    connection: Connection,
    table: Table,
    own: Mapping[str, Any],
    numbers: CTE,
    which: ColumnElement[bool],
) -> None:
    """Add a copy of the row for each number, with columns of its own."""
    columns = [own.get(column.name, column) for column in table.c]
    question = select(*columns).select_from(table.join(numbers, literal(1) == 1)).where(which)
    connection.execute(insert(table).from_select(table.c.keys(), question))


def clients(store: Store, count: int) -> int:
    """Add copies of the only client, `Example n0` and so on, with the words they are found by; return the first."""
    with store.writing() as connection:
        model = connection.execute(select(client_table)).one()
        first = model.id + 1
        is_word = (term_table.c.record_id == model.id) & (term_table.c.term == "example")
        for begin in range(0, count, PART):
            numbers = _numbers(begin, min(begin + PART, count))
            name = literal("n") + cast(numbers.c.n, String)
            own = {"id": literal(first) + numbers.c.n, "name": literal("Example ") + name}
            _copy(connection, client_table, own, numbers, client_table.c.id == model.id)
            word = {"record_id": literal(first) + numbers.c.n}
            _copy(connection, term_table, word, numbers, is_word)
            _copy(connection, term_table, word | {"term": name}, numbers, is_word)
    return int(first)


def deals(store: Store, first: int, count: int) -> None:
    """Add copies of the only deal, one for each client from `first` on; of ten nine are won, and one is open."""
    with store.writing() as connection:
        model = connection.execute(select(deal_table)).one()
        is_word = (term_table.c.record_id == model.id) & (term_table.c.entity == "deal")
        for begin in range(0, count, PART):
            numbers = _numbers(begin, min(begin + PART, count))
            own = {"id": literal(model.id + 1) + numbers.c.n, "client_id": first + numbers.c.n}
            is_open = numbers.c.n % 10 == 0
            won = {"pipeline_stage": "won", "state": "won", "closed_at": deal_table.c.touched_at}
            for name, value in won.items():
                own[name] = case((is_open, deal_table.c[name]), else_=value)
            _copy(connection, deal_table, own, numbers, deal_table.c.id == model.id)
            _copy(connection, term_table, {"record_id": own["id"]}, numbers, is_word)
    settle(store)


def ended_tasks(store: Store, task_id: int, count: int) -> None:
    """Add copies of a task that somebody else completed."""
    with store.writing() as connection:
        first = _begin(connection)
        for begin in range(0, count, PART):
            numbers = _numbers(begin, min(begin + PART, count))
            own = {
                "id": literal(first) + numbers.c.n,
                "case_id": literal(-1) - numbers.c.n // 4,
                "state": literal("completed"),
                "ended_at": tasks.c.created_at,
                "assignee": literal("staff:999"),
                "ended_by": literal("staff:999"),
            }
            _copy(connection, tasks, own, numbers, tasks.c.id == task_id)
        _go_on(connection, first + count)
    store.identifiers.forget()


def hand_out(store: Store, mine: int) -> None:
    """Let all open tasks but `mine` be somebody else's."""
    newest = (
        select(tasks.c.id).where(tasks.c.state == "open").order_by(tasks.c.id.desc()).limit(mine)
    )
    with store.writing() as connection:
        change = update(tasks).where(tasks.c.state == "open", tasks.c.id.not_in(newest))
        connection.execute(change.values(assignee="staff:999"))


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
