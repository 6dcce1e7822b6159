"""The rows of clocks."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, literal_column, text

from ledger.base import Instant, Json, metadata

RUNNING, PAUSED, CLOSED = "running", "paused", "closed"

clocks = Table(
    "sla_clock",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("element", String(255)),
    Column("token_id", BigInteger, nullable=False),
    Column("subject", String(64)),
    Column("calendar_id", BigInteger, nullable=False),
    Column("calendar_version", Integer, nullable=False),
    Column("deadline", String(64), nullable=False),
    Column("entered_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("next_fire_at", Instant),
    Column("next_level", String(64)),
    Column("epoch", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("facts", Json),
    Column("closed_at", Instant),
    Column("closed_as", String(16)),
    # the clocks of a case, and of one token
    Index("ix_sla_clock_case_id_token_id", "case_id", "token_id"),
)
# Small at any number of cases: closed clocks and those that tell nobody are not in it.
Index(
    "ix_sla_clock_next_fire_at",
    clocks.c.next_fire_at,
    sqlite_where=text("next_fire_at IS NOT NULL"),
    postgresql_where=text("next_fire_at IS NOT NULL"),
)
# Lists of tasks ask which of theirs stand still, of which there are few.
Index(
    "ix_sla_clock_paused",
    clocks.c.id,
    sqlite_where=text("state = 'paused'"),
    postgresql_where=text("state = 'paused'"),
)
IS_PAUSED = clocks.c.state == literal_column("'paused'")
"""Said literally, as the partial index says it."""
# Reports ask for those that ended in a time, and for those that were not measured yet.
Index(
    "ix_sla_clock_closed_at",
    clocks.c.closed_at,
    sqlite_where=text("closed_at IS NOT NULL"),
    postgresql_where=text("closed_at IS NOT NULL"),
)
