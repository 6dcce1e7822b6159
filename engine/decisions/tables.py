"""The table of decisions, and what its rows stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Row, String, Table, UniqueConstraint

from ledger.base import metadata

decisions = Table(
    "bpmn_decision",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", BigInteger, nullable=False, index=True),
    Column("namespace", String(512), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("process", String(255)),
    UniqueConstraint("key", "version"),
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One version of a decision. `process` is the key of the process in whose text it is written, if any."""

    id: int
    key: str
    name: str
    version: int
    deployment_id: int
    namespace: str
    state: str = "published"
    process: str | None = None


def of_row(row: Row[Any]) -> Decision:
    """Return the decision that a row stands for."""
    return Decision(*(getattr(row, name) for name in Decision.__slots__))
