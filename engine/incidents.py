"""Incidents: what keeps a case from going on, shown, mended and tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from engine import execution, lifecycle, ports
from engine.plan import Plan, loading
from engine.waiting.incidents import incidents
from engine.waiting.state import Token
from ledger import rejection
from ledger.transaction import Transaction


def retry(tx: Transaction, incident_id: int) -> None:
    """Let the token try its element again, with the variables and the world as they are now."""
    row, plan, token = _locked(tx, incident_id)

    def begin() -> None:
        plan.clear(token, "i")
        plan.note("incident_retried", row["element"], f"incident:{incident_id}")
        plan.turn(token, row["phase"])

    execution.advance(plan, begin)


def resolve(tx: Transaction, incident_id: int, reason: str) -> None:
    """Take the element as done, although it was not, and go on behind it; the reason stands in the history."""
    row, plan, token = _locked(tx, incident_id)
    if not reason.strip():
        raise rejection.invalid("Expected a reason for going on", field="reason")

    def begin() -> None:
        plan.clear(token, "i")
        data = {"reason": reason.strip()}
        plan.note("incident_resolved", row["element"], f"incident:{incident_id}", data)
        plan.turn(token, "finish" if row["phase"] in ("perform", "complete") else "leave")

    execution.advance(plan, begin)


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the open incidents of a case, oldest first."""
    return tx.execute(
        select(incidents).where(incidents.c.case_id == case_id).order_by(incidents.c.id)
    ).all()


def listed(tx: Transaction, *, before: int | None = None, most: int = 50) -> Sequence[Row[Any]]:
    """Return the newest open incidents of all cases."""
    question = select(incidents)
    if before is not None:
        question = question.where(incidents.c.id < before)
    return tx.execute(question.order_by(incidents.c.id.desc()).limit(most)).all()


def _locked(tx: Transaction, incident_id: int) -> tuple[Any, Plan, Token]:
    found = loading.with_row(tx, incidents, incident_id)
    if found is None:
        raise rejection.not_found("an open incident %(incident)s", incident=incident_id)
    row, plan = found
    lifecycle.after("case", plan.case.state, "act", f"case {plan.case.id}")
    if tx.actor.startswith("staff:") and not tx.port(ports.People).has_right(
        tx, tx.actor, "case.act", plan.case.subject
    ):
        raise rejection.forbidden(
            "Expected the right case.act to mend case %(number)s", number=plan.case.id
        )
    token = loading.token(plan, row["scope_id"], row["token_id"])
    if token is None:
        raise rejection.not_found("an open incident %(incident)s", incident=incident_id)
    return row, plan, token
