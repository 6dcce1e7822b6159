"""Rows of incidents: tokens that cannot go on until somebody mends what is wrong."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, bindparam, delete, insert

from ledger.base import Instant, Spoken, metadata

incidents = Table(
    "bpmn_incident",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("token_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("message", Spoken, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("at", Instant, nullable=False),
    # what stops a token, and whether a case is stopped
    Index("ix_bpmn_incident_case_id", "case_id", "token_id"),
)

INSERT = insert(incidents)
CLEAR = delete(incidents).where(
    incidents.c.case_id == bindparam("b_case"), incidents.c.token_id == bindparam("b_token")
)
