"""A token is left to a worker, which takes it up in a transaction of its own."""

from __future__ import annotations

from typing import Any

from engine import chains
from engine.plan import Plan
from engine.waiting.jobs import TRIES
from engine.waiting.state import Token


def token(plan: Plan, token: Token, phase: str) -> None:
    """Let a worker go on with a token, in `phase` (`asyncBefore`, `asyncAfter`)."""
    plan.turn(token, "async")
    plan.wait(
        "j",
        token,
        row(plan, token, "continue", "continue", TRIES, {"phase": phase, **chains.spent(plan)}),
    )


def rest(plan: Plan) -> None:
    """Let a worker go on with everything that is still to do in the case."""
    pending = [
        (token.scope.id, token.id) for token in plan.agenda if not token.is_gone
    ] + plan.later
    data = {"tokens": pending, **chains.spent(plan)}
    plan.insert("j", {**row(plan, None, "continue", "continue", TRIES, data)})


def row(
    plan: Plan, token: Token | None, kind: str, topic: str, tries: int, data: dict[str, Any] | None
) -> dict[str, Any]:
    """Return the row of a job."""
    return {
        "id": plan.tx.new_id(),
        "case_id": plan.case.id,
        "scope_id": token.scope.id if token else None,
        "token_id": token.id if token else None,
        "definition_id": token.scope.definition_id if token else None,
        "element": token.element if token else None,
        "kind": kind,
        "topic": topic,
        "state": "ready",
        "due_at": plan.now,
        "tries_left": tries,
        "retries": tries,
        "priority": plan.case.priority,
        "fence": 0,
        "variables": None,
        "data": data,
        "created_at": plan.now,
    }
