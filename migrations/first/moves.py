"""Moves of many cases to another version of their definition."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from ledger.base import Instant, Json
from migrations.first import metadata

Table(
    "bpmn_migration",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("mapping", Json, nullable=False),
    Column("policy", String(16), nullable=False),
    Column("grace", String(64)),
    Column("total", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(64), nullable=False),
    Index("ix_bpmn_migration_key", "key", "id"),
)
Table(
    "bpmn_migration_case",
    metadata,
    Column("migration_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("job_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("at", Instant),
    Column("reason", Json),
    Index("ix_bpmn_migration_case_state", "migration_id", "state", "case_id"),
)
