"""Rows of user tasks and of who may take them."""

from __future__ import annotations

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
    or_,
    text,
    update,
)

from ledger.base import Instant, Json, metadata

tasks = Table(
    "bpmn_user_task",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("stage", String(64)),
    Column("subject", String(64)),
    Column("state", String(16), nullable=False),
    Column("assignee", String(64)),
    Column("owner", String(64)),
    Column("candidates", Json),
    Column("excluded", Json),
    Column("priority", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("due_at", Instant),
    Column("clock_id", BigInteger),
    Column("follow_up_at", Instant),
    Column("draft", Json),
    Column("ended_at", Instant),
    Column("ended_by", String(64)),
    Column("outcome", String(64)),
    # what somebody has to do, the most urgent first
    Index(
        "ix_bpmn_user_task_assignee",
        "assignee",
        "due_at",
        "id",
        sqlite_where=text("state IN ('open', 'delegated')"),
        postgresql_where=text("state IN ('open', 'delegated')"),
    ),
    # the open tasks of all, the most urgent first
    Index(
        "ix_bpmn_user_task_open",
        "due_at",
        "id",
        sqlite_where=text("state IN ('open', 'delegated')"),
        postgresql_where=text("state IN ('open', 'delegated')"),
    ),
    # what a token waits for, and the tasks of a case
    Index("ix_bpmn_user_task_case_id", "case_id", "token_id"),
    # the tasks about a client or a deal
    Index(
        "ix_bpmn_user_task_subject",
        "subject",
        "id",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
    # what somebody has done lately, and how fast he is
    Index(
        "ix_bpmn_user_task_ended_by",
        "ended_by",
        "ended_at",
        sqlite_where=text("ended_by IS NOT NULL"),
        postgresql_where=text("ended_by IS NOT NULL"),
    ),
    # the open tasks that a clock speaks of
    Index(
        "ix_bpmn_user_task_clock_id",
        "clock_id",
        sqlite_where=text("state IN ('open', 'delegated')"),
        postgresql_where=text("state IN ('open', 'delegated')"),
    ),
)
candidates = Table(
    "bpmn_candidate",
    metadata,
    Column("task_id", BigInteger, primary_key=True, autoincrement=False),
    Column("who", String(64), primary_key=True),
    Column("case_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    # what somebody, or one of his groups, may take
    Index("ix_bpmn_candidate_who", "who", "task_id"),
    # who might have taken what a token waits for
    Index("ix_bpmn_candidate_case_id", "case_id", "token_id"),
)
OPEN = ("open", "delegated")
IS_OPEN = tasks.c.state.in_([literal_column(f"'{state}'") for state in OPEN])
"""Said literally, as the partial indexes say it: with parameters no planner knows that they serve."""

INSERT = insert(tasks)
CANCEL = (
    update(tasks)
    .where(
        tasks.c.case_id == bindparam("b_case"),
        tasks.c.token_id == bindparam("b_token"),
        or_(tasks.c.state == "open", tasks.c.state == "delegated"),
    )
    .values(state="cancelled", ended_at=bindparam("ended_at"), ended_by=bindparam("ended_by"))
)
COMPLETE = (
    update(tasks)
    .where(tasks.c.id == bindparam("b_id"), tasks.c.case_id == bindparam("b_case"))
    .values(
        state="completed",
        assignee=bindparam("assignee"),
        ended_at=bindparam("ended_at"),
        ended_by=bindparam("ended_by"),
        outcome=bindparam("outcome"),
        draft=None,
    )
)
INSERT_CANDIDATE = insert(candidates)
CLEAR_CANDIDATES = delete(candidates).where(
    candidates.c.case_id == bindparam("b_case"), candidates.c.token_id == bindparam("b_token")
)
