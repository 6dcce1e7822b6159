"""Rows of watches: which case waits until a condition becomes true."""

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
    select,
    update,
)

from ledger.base import Json, metadata

watches = Table(
    "bpmn_watch",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("nth", Integer, nullable=False),
    Column("names", Json, nullable=False),
    Column("is_true", Boolean, nullable=False),
    # what a token waits for
    Index("ix_bpmn_watch_case_id", "case_id", "token_id"),
)
fields = Table(
    "bpmn_watch_field",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    Column("subject", String(64), nullable=False),
    Column("field", String(255), nullable=False),
    # whose condition a change of a record may fulfil
    Index("ix_bpmn_watch_field_subject", "subject", "field", "case_id"),
    # what a token waits for
    Index("ix_bpmn_watch_field_case_id", "case_id", "token_id"),
)

INSERT = insert(watches)
CLEAR = delete(watches).where(
    watches.c.case_id == bindparam("b_case"), watches.c.token_id == bindparam("b_token")
)
TURN = (
    update(watches)
    .where(watches.c.id == bindparam("b_id"), watches.c.case_id == bindparam("b_case"))
    .values(is_true=bindparam("is_true"))
)
OF_CASE = select(watches).where(watches.c.case_id == bindparam("case_id")).order_by(watches.c.id)
INSERT_FIELD = insert(fields)
CLEAR_FIELDS = delete(fields).where(
    fields.c.case_id == bindparam("b_case"), fields.c.token_id == bindparam("b_token")
)
