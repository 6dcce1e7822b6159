"""Calendars, clocks, and what is counted of them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from ledger.base import Instant, Json
from migrations.first import metadata

Table(
    "sla_calendar",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False),
    Column("title", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    UniqueConstraint("key", name="uq_sla_calendar_key"),
)
Table(
    "sla_calendar_version",
    metadata,
    Column("calendar_id", BigInteger, ForeignKey("sla_calendar.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("spec", Json, nullable=False),
    Column("source", Json, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
)
Table(
    "sla_charge",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("holder", String(64), primary_key=True),
    Column("seconds", BigInteger, nullable=False),
    Column("team", String(64)),
)
Table(
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
    Index("ix_sla_clock_case_id_token_id", "case_id", "token_id"),
    Index(
        "ix_sla_clock_closed_at",
        "closed_at",
        postgresql_where=text("closed_at IS NOT NULL"),
        sqlite_where=text("closed_at IS NOT NULL"),
    ),
    Index(
        "ix_sla_clock_next_fire_at",
        "next_fire_at",
        postgresql_where=text("next_fire_at IS NOT NULL"),
        sqlite_where=text("next_fire_at IS NOT NULL"),
    ),
    Index(
        "ix_sla_clock_paused",
        "id",
        postgresql_where=text("state = 'paused'"),
        sqlite_where=text("state = 'paused'"),
    ),
)
Table(
    "sla_figures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
)
Table(
    "sla_forecast",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("made_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("expected_at", Instant),
    Column("probability", Integer, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("holder", String(64)),
)
Table(
    "sla_measure",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("element", String(255)),
    Column("about", String(16)),
    Column("about_id", BigInteger),
    Column("holder", String(64)),
    Column("team", String(64)),
    Column("entered_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant, nullable=False),
    Column("verdict", String(8), nullable=False),
    Column("worked", BigInteger, nullable=False),
    Column("late", BigInteger, nullable=False),
    Index("ix_sla_measure_key_element", "key", "element", "kind", "closed_at"),
    Index(
        "ix_sla_measure_kind_closed_at",
        "kind",
        "closed_at",
        "clock_id",
        "verdict",
        "late",
        "worked",
        "key",
        "element",
        "holder",
        "team",
        "about",
        "about_id",
        "definition_id",
    ),
)
Table(
    "sla_stop",
    metadata,
    Column("clock_id", BigInteger, primary_key=True, autoincrement=False),
    Column("reason", String(255), primary_key=True),
    Column("seconds", BigInteger, nullable=False),
)
