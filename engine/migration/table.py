"""Rows of migrations of many cases: the run, and what became of each of its cases."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table

from ledger.base import Instant, Json, metadata

WAITING, MOVED, FAILED, LEFT = "waiting", "moved", "failed", "left"
"""What becomes of a case: it has its turn yet, it has moved, it could not, the run was stopped before its turn."""

migrations = Table(
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
    # the moves of a process, newest first
    Index("ix_bpmn_migration_key", "key", "id"),
)
migrated_cases = Table(
    "bpmn_migration_case",
    metadata,
    Column("migration_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("job_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("at", Instant),
    Column("reason", Json),
    # whose turn is next, and how many are through
    Index("ix_bpmn_migration_case_state", "migration_id", "state", "case_id"),
)
