"""Numbers for new rows, known before they are written: one number line per database."""

from __future__ import annotations

import threading

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Sequence,
    Table,
    insert,
    literal_column,
    update,
)
from sqlalchemy.dialects import sqlite

from ledger.base import metadata

BLOCK = 256
"""How many numbers a process takes at a time; what it has not used at its end stays unused."""

sequence = Sequence("ledger_identifier_seq", increment=BLOCK, metadata=metadata)
# SQLite has no sequences: there the next free block stands in a row, claimed in the same transaction.
counter = Table(
    "ledger_identifier",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("next", BigInteger, nullable=False),
)

_next = counter.c.next + literal_column(str(BLOCK))
_claim = str(
    update(counter).values(next=_next).returning(counter.c.next).compile(dialect=sqlite.dialect())
)
"""Said to the driver of SQLite, at a tenth of what SQLAlchemy's execution costs."""


class Identifiers:
    """Hands out numbers that no other process hands out (hi/lo)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0
        self._end = 0

    def take(self, connection: Connection) -> int:
        """Return a number never returned before on this database."""
        with self._lock:
            if self._next == self._end:
                self._next_block(connection)
            self._next += 1
            return self._next

    def take_many(self, connection: Connection, count: int) -> list[int]:
        """Return that many such numbers, rising."""
        taken: list[int] = []
        with self._lock:
            while len(taken) < count:
                if self._next == self._end:
                    self._next_block(connection)
                last = min(self._end, self._next + count - len(taken))
                taken += range(self._next + 1, last + 1)
                self._next = last
        return taken

    def _next_block(self, connection: Connection) -> None:
        self._end = _claim_block(connection)
        self._next = self._end - BLOCK

    def forget(self) -> None:
        """Give up the rest of the block: the transaction that claimed it may be rolled back."""
        with self._lock:
            self._next = self._end = 0


def _claim_block(connection: Connection) -> int:
    if connection.dialect.name == "postgresql":
        return int(connection.scalar(sequence)) - 1 + BLOCK
    found = connection.connection.cursor().execute(_claim).fetchall()
    if found:
        return int(found[0][0])
    connection.execute(insert(counter).values(id=1, next=BLOCK))
    return BLOCK
