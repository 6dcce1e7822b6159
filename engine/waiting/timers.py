"""Rows of timers: what is due when. A row without a case starts one."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    insert,
    text,
    update,
)

from ledger.base import Instant, metadata

timers = Table(
    "bpmn_timer",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger),
    Column("scope_id", BigInteger),
    Column("token_id", BigInteger),
    Column("definition_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("cycle", String(255)),
    Column("left", Integer),
    Column("tries", Integer, nullable=False, default=0),
    Column("is_held", Boolean, nullable=False, default=False),
    # what is due, however many timers are held
    Index(
        "ix_bpmn_timer_due_at",
        "due_at",
        "id",
        sqlite_where=text("is_held = 0"),
        postgresql_where=text("NOT is_held"),
    ),
    # what a token waits for
    Index("ix_bpmn_timer_case_id", "case_id", "token_id"),
    # what starts cases of a version
    Index(
        "ix_bpmn_timer_definition_id",
        "definition_id",
        sqlite_where=text("case_id IS NULL"),
        postgresql_where=text("case_id IS NULL"),
    ),
)

INSERT = insert(timers)
CLEAR = delete(timers).where(
    timers.c.case_id == bindparam("b_case"), timers.c.token_id == bindparam("b_token")
)
DELETE = delete(timers).where(timers.c.id == bindparam("b_id"))
AGAIN = (
    update(timers)
    .where(timers.c.id == bindparam("b_id"))
    .values(due_at=bindparam("due_at"), left=bindparam("left"))
)
