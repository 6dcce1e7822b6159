"""Business rules: the decision a task names, in the version it is bound to."""

from __future__ import annotations

from typing import Any, Final

from engine.bpmn.graph import DecisionTask
from engine.plan import Plan
from engine.waiting.state import Token

UNKNOWN: Final[Any] = object()
"""No decision of that name is deployed."""


def evaluate(plan: Plan, token: Token, element: DecisionTask) -> Any:  # noqa: ARG001  # one form for every source of rules
    """Return what the decision gives with the variables that can be seen here, or `UNKNOWN`."""
    return UNKNOWN
