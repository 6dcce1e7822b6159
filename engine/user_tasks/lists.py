"""User tasks as they are read: one, those of a person, those to be taken, the overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.engine import result_tuple

from engine import ports
from engine.waiting.tasks import IS_OPEN, candidates, tasks
from ledger import rejection
from ledger.transaction import Transaction

PAGE = 50

_by_id = select(tasks).where(tasks.c.id == bindparam("id"))
_row = result_tuple(tasks.c.keys())


def get(tx: Transaction, task_id: int) -> Row[Any]:
    """Return a task's row. Raises Rejection(not_found)."""
    rows = tx.read(_by_id, {"id": task_id})
    if not rows:
        raise rejection.not_found("task %(task)s", task=task_id)
    return _row(rows[0])


def held_by(
    tx: Transaction,
    person: str,
    *,
    after: tuple[datetime | None, int] | None = None,
    most: int = PAGE,
) -> Sequence[Row[Any]]:
    """Return the open tasks of a person, the most urgent first; `after` is (due_at, id) of the last one seen."""
    question = select(tasks).where(tasks.c.assignee == person, IS_OPEN)
    return _page(tx, question, after, most)


def claimable(
    tx: Transaction,
    person: str,
    *,
    after: tuple[datetime | None, int] | None = None,
    most: int = PAGE,
) -> Sequence[Row[Any]]:
    """Return the open tasks that nobody holds and that a person may take, the most urgent first."""
    who = [person, *tx.port(ports.People).groups_of(tx, person)]
    offered = exists(literal(1)).where(
        candidates.c.task_id == tasks.c.id, candidates.c.who.in_(who)
    )
    question = select(tasks).where(tasks.c.assignee.is_(None), IS_OPEN, offered)
    return [row for row in _page(tx, question, after, most) if person not in (row.excluded or ())]


def overdue(tx: Transaction, *, most: int = PAGE) -> Sequence[Row[Any]]:
    """Return the open tasks whose due date has passed, the longest overdue first."""
    question = select(tasks).where(IS_OPEN, tasks.c.due_at < tx.now)
    return tx.execute(question.order_by(tasks.c.due_at, tasks.c.id).limit(most)).all()


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return all tasks of a case in the order of their creation."""
    return tx.execute(select(tasks).where(tasks.c.case_id == case_id).order_by(tasks.c.id)).all()


def _page(
    tx: Transaction, question: Select[Any], after: tuple[datetime | None, int] | None, most: int
) -> Sequence[Row[Any]]:
    """Return the next page by due date; tasks without one come last."""
    if after is not None:
        due_at, number = after
        no_due = tasks.c.due_at.is_(None)
        later: ColumnElement[bool] = no_due & (tasks.c.id > number)
        if due_at is not None:
            same = (tasks.c.due_at == due_at) & (tasks.c.id > number)
            later = or_(tasks.c.due_at > due_at, same, no_due)
        question = question.where(later)
    return list(
        tx.execute(
            question.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id).limit(most)
        ).all()
    )
