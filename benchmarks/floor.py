"""The floor: what one update and two inserts cost through SQLAlchemy Core, each in a transaction of its own."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Integer, MetaData, String, Table, insert, update

from benchmarks.measuring import Contestant
from ledger.store import Durability, Store

TRANSACTIONS = 400

metadata = MetaData()
head = Table("head", metadata, Column("id", Integer, primary_key=True), Column("seq", Integer))
line = Table(
    "line",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("head", Integer),
    Column("text", String),
)
note = Table(
    "note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("head", Integer),
    Column("text", String),
)


def core(folder: Path, durability: Durability) -> Contestant:
    """Return the contestant over a SQLite file in WAL mode."""
    store = Store.open(f"sqlite:///{folder / 'floor.db'}", durability=durability)
    metadata.create_all(store.engine)
    with store.writing() as connection:
        connection.execute(insert(head), [{"id": 1, "seq": 0}])
    raise_seq = update(head).where(head.c.id == 1).values(seq=head.c.seq + 1)
    add_line, add_note = insert(line), insert(note)

    def work() -> int:
        for number in range(TRANSACTIONS):
            with store.writing() as connection:
                connection.execute(raise_seq)
                connection.execute(add_line, {"head": 1, "text": f"line {number}"})
                connection.execute(add_note, {"head": 1, "text": f"note {number}"})
        return TRANSACTIONS

    return Contestant(work)
