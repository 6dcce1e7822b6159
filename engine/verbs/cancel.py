"""An activity is cancelled with everything that goes on inside it."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.graph import Activity
from engine.plan import Plan, loading
from engine.verbs import leave
from engine.waiting import cases
from engine.waiting.state import PENDING, Scope, Token

HOLDING = frozenset({"inside", "multi", "compensating", "incident"})
"""Phases in which scopes may belong to a token."""


def activity(plan: Plan, token: Token) -> None:
    """Cancel what a token does; the token itself stays for whoever called."""
    stop(plan, token)
    if token.phase in HOLDING or token.phase == "complete":
        for scope in inner(plan, [token]):
            for deeper in scope.tokens.values():
                stop(plan, deeper)
                plan.change(deeper, "is_gone", value=True)
            for arm in scope.arms.values():
                plan.clear(arm)
            plan.close(scope)


def token(plan: Plan, cancelled: Token) -> None:
    """Cancel what a token does and take it away; its scope is not looked at."""
    activity(plan, cancelled)
    plan.remove(cancelled)


def everything(plan: Plan, scope: Scope, but: Iterable[Token] = ()) -> None:
    """Cancel every token of a scope, and the event sub-processes that could start in it."""
    kept = {token.id for token in but}
    for each in [each for each in scope.tokens.values() if each.id not in kept]:
        token(plan, each)
    leave.disarm(plan, scope)


def inner(plan: Plan, holders: list[Token]) -> list[Scope]:
    """Return every scope that belongs to some tokens, however deep, the outer before the inner."""
    numbers = {holder.id for holder in holders}
    for row in sorted(cases.below(plan.tx, plan.case.id, numbers), key=lambda row: row.id):
        if row.parent_id in plan.scopes:
            loading.adopt(plan, row)
    found: dict[int, Scope] = {}
    for scope in sorted(plan.scopes.values(), key=lambda scope: scope.id):
        is_inner = scope.owner in numbers or (scope.parent is not None and scope.parent.id in found)
        if is_inner and not scope.is_gone:
            found[scope.id] = scope
    return list(found.values())


def stop(plan: Plan, stopped: Token) -> None:
    """Take away what waits for a token, and say that its activity was terminated."""
    if stopped.phase not in PENDING and stopped.phase != "join":
        element = stopped.definition
        if isinstance(element, Activity):
            plan.trace("terminated", stopped.scope, element.id)
    plan.clear(stopped)
