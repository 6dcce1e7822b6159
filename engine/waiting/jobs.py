"""Rows of jobs: work for a program. `kind` is service, continue (go on with a case) or delivery (reach a case)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    literal_column,
    text,
)

from ledger.base import Instant, Json, metadata
from ledger.transaction import Transaction

jobs = Table(
    "bpmn_job",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger),
    Column("scope_id", BigInteger),
    Column("token_id", BigInteger),
    Column("definition_id", BigInteger),
    Column("element", String(255)),
    Column("kind", String(8), nullable=False),
    Column("topic", String(255), nullable=False),
    Column("state", String(8), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("worker", String(64)),
    Column("fence", Integer, nullable=False, default=0),
    Column("variables", Text),
    Column("data", Json),
    Column("error", Text),
    Column("created_at", Instant, nullable=False),
    # what the program itself does next
    Index(
        "ix_bpmn_job_due_at",
        "due_at",
        "id",
        sqlite_where=text("state IN ('ready', 'claimed')"),
        postgresql_where=text("state IN ('ready', 'claimed')"),
    ),
    # what a worker may take next
    Index(
        "ix_bpmn_job_topic",
        "topic",
        "due_at",
        "id",
        sqlite_where=text("state IN ('ready', 'claimed')"),
        postgresql_where=text("state IN ('ready', 'claimed')"),
    ),
    # what a token waits for, and the jobs of a case
    Index("ix_bpmn_job_case_id", "case_id", "token_id"),
)

LIVE = ("ready", "claimed")
IS_LIVE = jobs.c.state.in_([literal_column(f"'{state}'") for state in LIVE])
"""Said literally, as the partial indexes say it: with parameters no planner knows that they serve."""
TRIES = 3

INSERT = insert(jobs)
CLEAR = delete(jobs).where(
    jobs.c.case_id == bindparam("b_case"), jobs.c.token_id == bindparam("b_token")
)


def delivery(tx: Transaction, topic: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the row of a delivery that comes from outside any case."""
    row = {
        "id": tx.new_id(),
        "case_id": None,
        "kind": "delivery",
        "topic": topic,
        "state": "ready",
        "data": data,
    }
    tries = {"tries_left": TRIES, "retries": TRIES, "fence": 0, "priority": 0}
    return {**row, **tries, "due_at": tx.now, "created_at": tx.now}
