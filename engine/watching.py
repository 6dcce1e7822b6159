"""Conditions that are waited for: asked again when something they name has changed (BPMN 10.5.5)."""

from __future__ import annotations

from typing import Any

from engine import variables
from engine.bpmn.graph import Conditional
from engine.bpmn.graph import Event as EventElement
from engine.plan import Plan, loading
from engine.verbs import catch, wait
from engine.waiting import watches
from engine.waiting.state import Token
from ledger.words import say

DEEPEST = 20
"""How many conditions may set off one another in one step."""


def look(plan: Plan, names: set[str] | None = None) -> None:
    """Let happen what has become true: of the watches that name a changed variable, or one of `names`."""
    for _ in range(DEEPEST):
        changed, plan.changed = plan.changed | (names or set()), set()
        names = None
        if not changed or not _ask_all(plan, changed):
            return
    raise ValueError(
        say("Expected conditions to come to rest, but %(count)s set off one another", count=DEEPEST)
    )


def _ask_all(plan: Plan, changed: set[str]) -> bool:
    """Ask every condition that names something changed. Return whether any happened."""
    happened = [_ask(plan, row, is_stored=stored) for row, stored in _rows(plan, changed)]
    return any(happened)


def _rows(plan: Plan, changed: set[str]) -> list[tuple[dict[str, Any], bool]]:
    stored = plan.remembered_watches()
    return [
        (row, is_stored)
        for rows, is_stored in ((stored, True), (plan.added("w"), False))
        for row in rows
        if changed.intersection(row["names"])
    ]


def _ask(plan: Plan, row: dict[str, Any], *, is_stored: bool) -> bool:
    """Ask one condition again. Return whether it happened: it was not true and is now."""
    token = loading.token(plan, row["scope_id"], row["token_id"])
    if token is None or "w" not in (token.stored if is_stored else token.waits):
        return False
    definition = _definition(token, row)
    is_true = variables.is_true(plan, definition.condition, token.scope, token)
    if is_true == row["is_true"]:
        return False
    row["is_true"] = is_true
    if is_stored:
        plan.execute(watches.TURN, {"b_id": row["id"], "b_case": plan.case.id, "is_true": is_true})
    if is_true:
        catch.event(plan, token, row["element"], row["nth"], {})
    return is_true


def _definition(token: Token, row: dict[str, Any]) -> Conditional:
    element = token.scope.process.elements[row["element"]]
    definition = wait.definitions_of(element)[row["nth"]]
    assert isinstance(definition, Conditional)  # noqa: S101  # only conditions have watches
    assert isinstance(element, EventElement)  # noqa: S101  # only events have conditions
    return definition
