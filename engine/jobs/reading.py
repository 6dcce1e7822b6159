"""Jobs as they are read: those of a case, those that wait, when the next is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, literal_column, select

from engine.waiting.jobs import IS_LIVE, jobs
from ledger import rejection
from ledger.transaction import Transaction

LIVE_NOW = IS_LIVE & (jobs.c.due_at <= bindparam("now"))
"""What could be claimed at the instant `now`."""

NEXT = select(func.min(jobs.c.due_at)).where(IS_LIVE)
"""Asks when the next job may be done, whoever does it."""
NEXT_OWN = NEXT.where(jobs.c.kind != literal_column("'service'"))
"""Asks when the next job that is no service task may be done."""
_next_by_topic = (
    select(jobs.c.topic, func.min(jobs.c.due_at).label("at"))
    .where(IS_LIVE, jobs.c.kind == "service")
    .group_by(jobs.c.topic)
)


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the jobs of a case, oldest first."""
    return tx.execute(select(jobs).where(jobs.c.case_id == case_id).order_by(jobs.c.id)).all()


def waiting(tx: Transaction, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return the newest service jobs that no worker has done yet."""
    question = select(jobs).where(jobs.c.kind == "service", IS_LIVE)
    return tx.execute(question.order_by(jobs.c.id.desc()).limit(most)).all()


def case_of(tx: Transaction, job_id: int) -> int:
    """Return the case of a service job. Raises Rejection(not_found)."""
    question = select(jobs.c.case_id).where(jobs.c.id == job_id, jobs.c.kind == "service")
    number = tx.execute(question).scalar()
    if number is None:
        raise rejection.not_found("job %(job)s", job=job_id)
    return int(number)


def element_of(tx: Transaction, job_id: int) -> str | None:
    """Return the element at which a job waits, or None where there is no such job."""
    return tx.execute(select(jobs.c.element).where(jobs.c.id == job_id)).scalar()


def topics_of(tx: Transaction, numbers: Sequence[int]) -> dict[int, str]:
    """Return the topics of those jobs that are still there."""
    question = select(jobs.c.id, jobs.c.topic).where(jobs.c.id.in_(numbers))
    return {row.id: row.topic for row in tx.execute(question)}


def is_claimable(tx: Transaction, topics: Sequence[str]) -> bool:
    """Say whether a job of one of these topics could be claimed now."""
    question = select(jobs.c.id).where(LIVE_NOW, jobs.c.kind == "service", jobs.c.topic.in_(topics))
    return tx.execute(question.limit(1), {"now": tx.now}).first() is not None


def next_due(tx: Transaction) -> datetime | None:
    """Return when the next job may be done, or None."""
    return tx.execute(NEXT).scalar()


def next_by_topic(tx: Transaction) -> dict[str, datetime]:
    """Return for each topic of service jobs when the next of them may be claimed."""
    return {row.topic: row.at for row in tx.execute(_next_by_topic)}


def waiting_topics(tx: Transaction) -> list[str]:
    """Return the topics of service jobs that could be claimed now."""
    question = select(jobs.c.topic).distinct().where(LIVE_NOW, jobs.c.kind == "service")
    return list(tx.execute(question, {"now": tx.now}).scalars())
