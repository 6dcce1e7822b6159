"""Who works at the moment: each process that delivers writes down that it lives; what a dead one held is free."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import (
    Column,
    Insert,
    String,
    Table,
    delete,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ledger.base import Instant, metadata
from ledger.transaction import Transaction

DEADLINES = "deadlines"
"""Under this name stands when deadlines were last looked at, whoever did."""
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

BEATEN = select(heartbeats.c.at).where(heartbeats.c.name == literal_column(f"'{DEADLINES}'"))
"""Asks when deadlines were last looked at."""


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


def looked(tx: Transaction) -> None:
    """Write down that deadlines were looked at, on one way to the database."""
    tx.write(_looked[tx.store.is_sqlite], [{"name": DEADLINES, "at": tx.now}])


def end(tx: Transaction, name: str) -> None:
    """Write down that the worker has ended of its own accord."""
    tx.execute(delete(heartbeats).where(heartbeats.c.name == name))


def _written_over(insert_it: sqlite.Insert | postgresql.Insert) -> Insert:
    return insert_it.on_conflict_do_update(
        index_elements=["name"], set_={"at": insert_it.excluded.at}
    )


_looked = {
    True: _written_over(sqlite.insert(heartbeats)),
    False: _written_over(postgresql.insert(heartbeats)),
}
