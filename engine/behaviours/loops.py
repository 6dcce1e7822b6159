"""Standard loops: an activity done again while its condition holds (BPMN 13.3.6)."""

from __future__ import annotations

from engine import variables
from engine.bpmn.graph import StandardLoop
from engine.plan import Plan
from engine.waiting.state import Token


def is_entered(plan: Plan, token: Token, loop: StandardLoop) -> bool:
    """Say whether a loop has a first round; one that asks after each round always has."""
    plan.remember(token, "local", {"loopCounter": 1})
    if not loop.test_before:
        return True
    return loop.maximum != 0 and (
        loop.condition is None or variables.is_true(plan, loop.condition, token.scope, token)
    )


def goes_on(plan: Plan, token: Token, loop: StandardLoop) -> bool:
    """Say whether a loop has another round."""
    done = int(token.data.get("round", 0)) + 1
    plan.remember(token, "round", done)
    plan.remember(token, "local", {"loopCounter": done})
    if loop.maximum is not None and done >= loop.maximum:
        return False
    if loop.condition is None:
        return loop.maximum is not None
    if not variables.is_true(plan, loop.condition, token.scope, token):
        return False
    plan.remember(token, "local", {"loopCounter": done + 1})
    return True
