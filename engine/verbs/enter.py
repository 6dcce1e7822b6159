"""A token goes along a sequence flow and stands before the next element."""

from __future__ import annotations

from collections.abc import Sequence

from engine.bpmn.graph import SequenceFlow
from engine.plan import Plan
from engine.waiting.state import Scope, Token

JOINING = frozenset({"parallelGateway", "inclusiveGateway", "complexGateway"})
"""Elements that must know by which flow a token came."""


def along(plan: Plan, token: Token, flow: SequenceFlow) -> None:
    """Move a token along a flow."""
    if token.data:
        plan.change(token, "data", {})
    to(plan, token, flow.target, flow)


def to(plan: Plan, token: Token, element: str, flow: SequenceFlow | None = None) -> None:
    """Move a token to an element."""
    plan.change(token, "element", element)
    kind = token.scope.process.elements[element].kind
    by = flow.id if flow is not None and kind in JOINING else None
    if by != token.flow:
        plan.change(token, "flow", by)
    plan.turn(token, "enter")


def new(plan: Plan, scope: Scope, flow: SequenceFlow) -> Token:
    """Put one more token onto a flow."""
    kind = scope.process.elements[flow.target].kind
    return plan.place(scope, flow.target, "enter", flow.id if kind in JOINING else None)


def begin(plan: Plan, scope: Scope, elements: Sequence[str]) -> None:
    """Put a token before each of some elements of a scope."""
    for element in elements:
        plan.place(scope, element, "enter")
