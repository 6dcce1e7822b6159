"""What happened, and the numbers of rows."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, Sequence, String, Table, event, text

from ledger.base import Instant, Json
from migrations.first import metadata

events = Table(
    "ledger_event",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("tx", BigInteger),
    Column("kind", String(64), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("via", String(64)),
    Column("case_id", BigInteger),
    Column("seq", Integer),
    Column("subject", String(64)),
    Column("element", String(255)),
    Column("ref", String(64)),
    Column("data", Json),
    Index("ix_ledger_event_case_id_seq", "case_id", "seq"),
    Index(
        "ix_ledger_event_subject_id",
        "subject",
        "id",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
)
Table(
    "ledger_identifier",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
)
Table(
    "ledger_value",
    metadata,
    Column("event_id", BigInteger, primary_key=True),
    Column("field", String(64), primary_key=True),
    Column("subject", String(64), nullable=False),
    Column("before", Json),
    Column("after", Json),
    Index("ix_ledger_value_subject", "subject"),
)
Table(
    "web_property",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(512), nullable=False),
)

Sequence("ledger_identifier_seq", increment=256, metadata=metadata)
event.listen(
    events,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy carries no type for it
        "ALTER TABLE ledger_event ALTER COLUMN tx SET DEFAULT (pg_current_xact_id()::text)::bigint"
    ).execute_if(dialect="postgresql"),
)
