"""The first tables."""

from __future__ import annotations

from alembic import op

from migrations.first import (
    alerts,
    company,
    deadlines,
    engine,
    ledger,
    metadata,
    moves,
    records,
    schedules,
    waiting,
)

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PARTS = (ledger, engine, waiting, moves, deadlines, schedules, alerts, company, records)
"""Imported so that `metadata` holds every table."""


def upgrade() -> None:
    """Make what the first release needs."""
    metadata.create_all(op.get_bind())


def downgrade() -> None:
    """Take it away again."""
    metadata.drop_all(op.get_bind())
