"""Files as they were deployed: kept to the byte, with who brought them and what was said of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Column, LargeBinary, Row, String, Table, Text, insert, select

from engine.bpmn.problems import Problem
from ledger import rejection, words
from ledger.base import Instant, Json, metadata
from ledger.transaction import Transaction

deployments = Table(
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
    Column("decisions", Json),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to deploy. `origin` is the text that the BPMN was made from, `origin_format` its language (yaml)."""

    name: str
    xml: bytes
    origin: str | None = None
    origin_format: str | None = None

    @property
    def digest(self) -> str:
        """What tells this content from any other."""
        return hashlib.sha256(self.xml + (self.origin or "").encode()).hexdigest()


def store(
    tx: Transaction,
    source: Source,
    problems: Iterable[Problem],
    decisions: dict[str, int] | None = None,
) -> int:
    """Keep a file and return its number; `decisions` are those deployed with it, by key."""
    number = tx.new_id()
    row = {
        "id": number,
        "name": source.name,
        "source": source.xml,
        "origin": source.origin,
        "sha256": source.digest,
    }
    more = {"origin_format": source.origin_format, "at": tx.now, "by": tx.actor}
    report = [
        {"line": problem.line, "element": problem.element, "message": words.kept(problem.message)}
        for problem in problems
    ]
    tx.execute(insert(deployments), {**row, **more, "report": report, "decisions": decisions})
    return number


def get(tx: Transaction, deployment_id: int) -> Row[Any]:
    """Return a deployment's row with its source and origin. Raises Rejection(not_found)."""
    row = tx.execute(select(deployments).where(deployments.c.id == deployment_id)).one_or_none()
    if row is None:
        raise rejection.not_found("deployment %(deployment)s", deployment=deployment_id)
    return row


def decisions_of(tx: Transaction, deployment_id: int) -> dict[str, int]:
    """Return the decisions that were deployed with a file, by key; from memory after the first time."""

    def read() -> dict[str, int]:
        question = select(deployments.c.decisions).where(deployments.c.id == deployment_id)
        return tx.execute(question).scalar() or {}

    return tx.store.remembered(("decisions of", deployment_id), read)
