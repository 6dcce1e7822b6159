"""People, teams, groups and the company itself."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from ledger.base import Instant, Json
from migrations.first import Key, metadata

Table(
    "crm_absence",
    metadata,
    Column("staff_id", Key, ForeignKey("crm_staff.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("substitute_id", Key, ForeignKey("crm_staff.id")),
    Column("reason", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("touched_by", String(64), nullable=False),
    Column("id", Key, primary_key=True),
    Index("ix_crm_absence_staff_id", "staff_id", "ends_at"),
    Index("ix_crm_absence_substitute_id", "substitute_id"),
)
Table(
    "crm_company",
    metadata,
    Column("name", String(120), nullable=False),
    Column("country", String(2), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("language", String(8), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("calendar", String(64)),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("touched_by", String(64), nullable=False),
    Column("id", Key, primary_key=True),
)
Table(
    "crm_custom_field",
    metadata,
    Column("entity", String(16), nullable=False),
    Column("key", String(63), nullable=False),
    Column("title", Json, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("is_required", Boolean, nullable=False),
    Column("choices", Json, nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", Key, primary_key=True),
    UniqueConstraint("entity", "key", name="uq_crm_custom_field_entity_key"),
)
Table(
    "crm_group",
    metadata,
    Column("key", String(56), primary_key=True),
    Column("title", Json, nullable=False),
)
Table(
    "crm_membership",
    metadata,
    Column("group_key", String(56), ForeignKey("crm_group.key"), primary_key=True),
    Column("staff_id", Key, ForeignKey("crm_staff.id"), primary_key=True),
    Column("is_lead", Boolean, nullable=False),
    Index("ix_crm_membership_staff_id", "staff_id"),
)
Table(
    "crm_session",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("staff_id", Key, ForeignKey("crm_staff.id"), nullable=False),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("ix_crm_session_seen_at", "seen_at"),
    Index("ix_crm_session_staff_id", "staff_id"),
)
Table(
    "crm_share",
    metadata,
    Column("entity", String(16), primary_key=True),
    Column("record_id", Key, primary_key=True),
    Column("who", String(64), primary_key=True),
    Index("ix_crm_share_who_entity", "who", "entity", "record_id"),
)
Table(
    "crm_staff",
    metadata,
    Column("login", String(64), nullable=False),
    Column("name", String(120), nullable=False),
    Column("mail", String(254), nullable=False),
    Column("phone", String(32), nullable=False),
    Column("title", String(120), nullable=False),
    Column("language", String(8)),
    Column("zone", String(64)),
    Column("team_id", Key, ForeignKey("crm_team.id")),
    Column("manager_id", Key, ForeignKey("crm_staff.id")),
    Column("roles", Json, nullable=False),
    Column("working_hours", Json),
    Column("quiet_hours", Json),
    Column("password_hash", String(255)),
    Column("state", String(8), nullable=False),
    Column("left_at", Instant),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("touched_by", String(64), nullable=False),
    Column("id", Key, primary_key=True),
    UniqueConstraint("login", name="uq_crm_staff_login"),
    Index("ix_crm_staff_manager_id", "manager_id"),
    Index("ix_crm_staff_name", "name"),
    Index("ix_crm_staff_team_id", "team_id"),
)
Table(
    "crm_team",
    metadata,
    Column("name", String(120), nullable=False),
    Column("parent_id", Key, ForeignKey("crm_team.id")),
    Column("manager_id", Key),
    Column("calendar", String(64)),
    Column("path", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("touched_at", Instant, nullable=False),
    Column("touched_by", String(64), nullable=False),
    Column("id", Key, primary_key=True),
    UniqueConstraint("name", name="uq_crm_team_name"),
    Index("ix_crm_team_manager_id", "manager_id"),
    Index("ix_crm_team_parent_id", "parent_id"),
    Index("ix_crm_team_path", "path"),
)
