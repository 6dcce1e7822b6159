"""Cases as they are read: one, those of a record, where a case is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from engine import variables
from engine.feel import Value
from engine.plan import Plan, loading
from engine.waiting import cases
from ledger import rejection
from ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Position:
    """A token that stays somewhere: `scope` is the case, or the scope inside it; `phase` says what it does there."""

    process: str
    scope: int
    element: str
    phase: str
    kind: str


def get(tx: Transaction, case_id: int) -> Row[Any]:
    """Return a case's row. Raises Rejection(not_found)."""
    row = cases.row(tx, case_id)
    if row is None:
        raise rejection.not_found("case %(case)s", case=case_id)
    return row


def positions(tx: Transaction, case_id: int) -> list[Position]:
    """Return where a case is, in every scope of it."""
    plan = _read(tx, case_id)
    found = []
    for scope in plan.scopes.values():
        found += [
            Position(scope.process.id, scope.id, token.element, token.phase, token.definition.kind)
            for token in scope.tokens.values()
        ]
    return found


def variables_of(tx: Transaction, case_id: int) -> dict[str, Value]:
    """Return the variables of a case's outermost scope."""
    plan = loading.of(tx, dict(get(tx, case_id)._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    return {
        name: variables.read(plan, plan.case, name) for name in sorted(plan.case.variables.written)
    }


def of_subject(tx: Transaction, subject: str) -> Sequence[Row[Any]]:
    """Return the cases about a record, the live ones first, then the newest."""
    question = select(cases.cases).where(cases.cases.c.subject == subject)
    return tx.execute(
        question.order_by(cases.cases.c.ended_at.is_not(None), cases.cases.c.id.desc())
    ).all()


def _read(tx: Transaction, case_id: int) -> Plan:
    plan = loading.of(tx, dict(get(tx, case_id)._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    loading.everything(plan)
    return plan
