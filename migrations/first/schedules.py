"""When processes begin by themselves."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, String, Table

from ledger.base import Instant
from migrations.first import metadata

Table(
    "sla_schedule",
    metadata,
    Column("key", String(255), primary_key=True),
    Column("line", String(255), primary_key=True),
    Column("zone", String(64), nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("next_at", Instant),
    Column("last_at", Instant),
    Column("last_case", BigInteger),
    Column("last_error", String(500)),
    Column("run_at", Instant),
    Column("run_after", BigInteger),
    Column("run_started", Integer),
    Column("run_passed", Integer),
    Column("run_refused", Integer),
)
