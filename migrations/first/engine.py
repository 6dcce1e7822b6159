"""Definitions and running cases."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.base import Instant, Json
from migrations.first import metadata

Table(
    "bpmn_case",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("subject", String(64)),
    Column("business_key", String(255)),
    Column("priority", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("watches", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", String(64), nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_element", String(255)),
    Column("tokens", Text, nullable=False),
    Column("variables", Text),
    Index("ix_bpmn_case_business_key", "business_key"),
    Index("ix_bpmn_case_definition_id", "definition_id", "state"),
    Index("ix_bpmn_case_key_state", "key", "state", "id"),
    Index("ix_bpmn_case_subject", "subject", "state"),
)
Table(
    "bpmn_compensation",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("scope_id", BigInteger, nullable=False),
    Column("element", String(255), nullable=False),
    Column("handler", String(255)),
    Column("inner_scope", BigInteger),
    Column("variables", Text),
    Index("ix_bpmn_compensation_case_id", "case_id", "scope_id"),
)
Table(
    "bpmn_decision",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", BigInteger, nullable=False),
    Column("namespace", String(512), nullable=False),
    UniqueConstraint("key", "version", name="uq_bpmn_decision_key_version"),
    Index("ix_bpmn_decision_deployment_id", "deployment_id"),
    Index("ix_bpmn_decision_namespace", "namespace"),
)
Table(
    "bpmn_definition",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("titles", Json),
    Column("state", String(16), nullable=False),
    Column("subject", String(32)),
    Column("owner", String(255)),
    UniqueConstraint("key", "version", name="uq_bpmn_definition_key_version"),
    Index("ix_bpmn_definition_deployment_id", "deployment_id"),
)
Table(
    "bpmn_deployment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(255), nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("origin", Text),
    Column("origin_format", String(16)),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("report", Json),
)
Table(
    "bpmn_scope",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, nullable=False),
    Column("parent_id", BigInteger, nullable=False),
    Column("owner", BigInteger, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("element", String(255)),
    Column("definition_id", BigInteger, nullable=False),
    Column("tokens", Text, nullable=False),
    Column("variables", Text),
    Column("output", Text),
    Index("ix_bpmn_scope_case_id", "case_id"),
    Index("ix_bpmn_scope_owner", "owner", "position"),
)
Table(
    "bpmn_start",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("definition_id", BigInteger, nullable=False),
    Column("key", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(255), nullable=False),
    Column("element", String(255)),
    Index("ix_bpmn_start_definition_id", "definition_id"),
    Index("ix_bpmn_start_kind_name", "kind", "name"),
)
Table(
    "bpmn_value",
    metadata,
    Column("scope_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(255), primary_key=True),
    Column("case_id", BigInteger, nullable=False),
    Column("value", Text, nullable=False),
    Index("ix_bpmn_value_case_id", "case_id"),
)
