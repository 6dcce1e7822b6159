"""Facts about this database that are nobody's record: what it is marked as, the secret of its cookies."""

from __future__ import annotations

import secrets

from sqlalchemy import Column, String, Table, delete, insert, select

from ledger.base import metadata
from ledger.transaction import Transaction

table = Table(
    "web_property",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", String(512), nullable=False),
)


def get(tx: Transaction, name: str) -> str | None:
    """Return the value of a property, or None."""
    return tx.execute(select(table.c.value).where(table.c.name == name)).scalar()


def put(tx: Transaction, name: str, value: str) -> None:
    """Set a property."""
    tx.execute(delete(table).where(table.c.name == name))
    tx.execute(insert(table), {"name": name, "value": value})


def secret(tx: Transaction) -> str:
    """Return the key that signs notes in cookies, the same for all processes on this database; made on first use."""
    known = get(tx, "secret")
    if known is None:
        known = secrets.token_hex(32)
        put(tx, "secret", known)
    return known
