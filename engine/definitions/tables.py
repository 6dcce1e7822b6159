"""Tables of definitions, and what their rows stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from engine.bpmn.problems import Problem
from engine.decisions.tables import Decision
from ledger.base import Json, metadata
from ledger.rejection import Rejection

definitions = Table(
    "bpmn_definition",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("titles", Json),
    Column("state", String(16), nullable=False),
    Column("subject", String(32)),
    Column("owner", String(255)),
    UniqueConstraint("key", "version"),
    # what came with one file
    Index("ix_bpmn_definition_deployment_id", "deployment_id"),
)


entries = Table(
    "bpmn_start",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("definition_id", BigInteger, nullable=False, index=True),
    Column("key", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(255), nullable=False),
    Column("element", String(255)),
    # what a message, a signal or a schedule starts
    Index("ix_bpmn_start_kind_name", "kind", "name"),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a process."""

    id: int
    key: str
    version: int
    title: str
    state: str = "published"
    deployment_id: int = 0
    subject: str | None = None
    owner: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was deployed; `problems` are warnings by the name of the file."""

    definitions: tuple[Definition, ...]
    problems: Mapping[str, tuple[Problem, ...]]
    decisions: tuple[Decision, ...] = ()


class Refused(Rejection):
    """Files that cannot be deployed; `problems` says why, by the name of the file."""

    def __init__(self, problems: Mapping[str, tuple[Problem, ...]]) -> None:
        errors = [
            f"{name}:{problem}"
            for name, found in problems.items()
            for problem in found
            if problem.severity == "error"
        ]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(
            "invalid_argument", f"Expected a process that can be run, but {errors[0]}{more}"
        )
        self.problems = problems


def of_row(row: Row[Any]) -> Definition:
    """Return the definition that a row stands for."""
    return Definition(
        id=row.id,
        key=row.key,
        version=row.version,
        title=row.title,
        state=row.state,
        deployment_id=row.deployment_id,
        subject=row.subject,
        owner=row.owner,
        titles=row.titles or {},
    )
