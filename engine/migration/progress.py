"""How far a move of many cases is, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from engine.clocks.policies import Terms
from engine.migration import findings
from engine.migration.findings import Finding
from engine.migration.table import FAILED, LEFT, MOVED, WAITING, migrated_cases, migrations
from ledger import rejection
from ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Run:
    """A migration of many cases with its counts."""

    id: int
    key: str
    definition_id: int
    version: int
    mapping: Mapping[str, str]
    terms: Terms
    total: int
    at: datetime
    by: str
    waiting: int
    moved: int
    failed: int
    left: int

    @property
    def is_over(self) -> bool:
        """Say whether every case has had its turn."""
        return self.waiting == 0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one case."""

    case_id: int
    state: str
    at: datetime | None
    findings: tuple[Finding, ...]


_states = (
    select(migrated_cases.c.state, func.count().label("cases"))
    .where(migrated_cases.c.migration_id == bindparam("run"))
    .group_by(migrated_cases.c.state)
)


def get(tx: Transaction, run_id: int) -> Run:
    """Return a run with its counts. Raises Rejection(not_found)."""
    row = tx.execute(select(migrations).where(migrations.c.id == run_id)).one_or_none()
    if row is None:
        raise rejection.not_found("the move of cases %(run)s", run=run_id)
    return _run(tx, row)


def listed(tx: Transaction, key: str, most: int = 20) -> list[Run]:
    """Return the newest runs of a definition."""
    question = select(migrations).where(migrations.c.key == key)
    rows = tx.execute(question.order_by(migrations.c.id.desc()).limit(most)).all()
    return [_run(tx, row) for row in rows]


def results(
    tx: Transaction, run_id: int, *, state: str | None = None, most: int = 200
) -> list[Result]:
    """Return what became of the cases of a run, in the order of their numbers."""
    question = select(migrated_cases).where(migrated_cases.c.migration_id == run_id)
    if state is not None:
        question = question.where(migrated_cases.c.state == state)
    rows = tx.execute(question.order_by(migrated_cases.c.case_id).limit(most)).all()
    return [
        Result(
            row.case_id,
            row.state,
            row.at,
            tuple(findings.unpacked(each) for each in row.reason or ()),
        )
        for row in rows
    ]


def _run(tx: Transaction, row: Row[Any]) -> Run:
    found = tx.execute(_states, {"run": row.id}).all()
    counts = {one.state: int(one.cases) for one in found}
    return Run(
        id=row.id,
        key=row.key,
        definition_id=row.definition_id,
        version=row.version,
        mapping=row.mapping,
        terms=Terms.parse(row.policy, row.grace),
        total=row.total,
        at=row.at,
        by=row.by,
        waiting=counts.get(WAITING, 0),
        moved=counts.get(MOVED, 0),
        failed=counts.get(FAILED, 0),
        left=counts.get(LEFT, 0),
    )
