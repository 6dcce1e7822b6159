"""Rows of data stores: values that outlive the cases which read and write them (BPMN 10.4.1)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, String, Table, Text, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ledger.base import Instant, metadata

data_stores = Table(
    "bpmn_data_store",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("value", Text, nullable=False),
    Column("case_id", BigInteger, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
BY_NAME = (
    select(data_stores.c.value).where(data_stores.c.name == bindparam("name")).with_for_update()
)


def _over(new: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    written = {name: new.excluded[name] for name in ("value", "case_id", "changed_at")}
    return new.on_conflict_do_update(index_elements=["name"], set_=written)


PUT = {True: _over(sqlite.insert(data_stores)), False: _over(postgresql.insert(data_stores))}
"""Writes a value over the one before; by whether the database is SQLite."""
