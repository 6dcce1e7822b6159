"""Who works at the moment: each process that delivers writes down that it lives; what a dead one held is free."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import Column, String, Table, delete, insert, update

from ledger.base import Instant, metadata
from ledger.transaction import Transaction

KIND = "worker:"
EVERY = timedelta(seconds=4)
DEAD_AFTER = timedelta(seconds=12)
"""A process that was silent for so long is taken for dead: three of its beats are missing."""
FORGOTTEN_AFTER = timedelta(days=1)

heartbeats = Table(
    "sla_heartbeat",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
)


def new_name() -> str:
    """Return a name that no other process has."""
    return f"{KIND}{secrets.token_hex(8)}"


def beat(tx: Transaction, name: str) -> None:
    """Write down that the worker lives; the first time also forget those that died long ago."""
    change = update(heartbeats).where(heartbeats.c.name == name).values(at=tx.now)
    if tx.execute(change).rowcount:
        return
    tx.execute(insert(heartbeats), {"name": name, "at": tx.now})
    old = heartbeats.c.name.startswith(KIND) & (heartbeats.c.at < tx.now - FORGOTTEN_AFTER)
    tx.execute(delete(heartbeats).where(old))


def end(tx: Transaction, name: str) -> None:
    """Write down that the worker has ended of its own accord."""
    tx.execute(delete(heartbeats).where(heartbeats.c.name == name))
