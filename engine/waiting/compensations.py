"""Rows of what could be compensated: completed activities, with the values of their time."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
)

from ledger.base import metadata

compensations = Table(
    "bpmn_compensation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("handler", String(255)),
    Column("inner_scope", BigInteger),
    Column("called", BigInteger),
    Column("variables", Text),
    Column("inner_variables", Text),
    # what can be undone in a case
    Index("ix_bpmn_compensation_case_id", "case_id", "scope_id"),
)

INSERT = insert(compensations)
DELETE = delete(compensations).where(
    compensations.c.id == bindparam("b_id"), compensations.c.case_id == bindparam("b_case")
)
OF_CASE = (
    select(compensations)
    .where(compensations.c.case_id == bindparam("case_id"))
    .order_by(compensations.c.id)
)
DELETE_CASE = delete(compensations).where(compensations.c.case_id == bindparam("b_case"))
