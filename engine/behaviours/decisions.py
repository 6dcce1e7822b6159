"""Business rules: the decision a task names, in the version it is bound to."""

from __future__ import annotations

from typing import Final

from engine import decisions, definitions, variables
from engine.behaviours import human
from engine.bpmn.graph import DecisionTask
from engine.feel import Value, values
from engine.feel.words import a_kind_of
from engine.plan import Plan
from engine.waiting.state import Token
from engine.waiting.variables import MISSING
from ledger.words import say

OUTSIDE: Final = variables.RECORDS | {"case", "starter"}
MOST_PROBLEMS: Final = 5
FIRST: Final = frozenset({"singleEntry", "singleResult"})
"""Shapes of a result that take its first row alone."""


def perform(plan: Plan, token: Token, element: DecisionTask) -> bool:
    """Ask the decision; where none of that name is deployed, a person is asked for its result."""
    own = definitions.get(plan.tx, token.scope.definition_id).deployment_id
    found = decisions.find(plan.tx, _key(plan, token, element), element.binding, own)
    if found is None:
        terms = human.Terms(priority=plan.case.priority)
        human.write(plan, token, element, human.Holders(None, [], []), terms)
        return False
    decided = decisions.decide(plan.tx, found, _given(plan, token, found))
    _note(plan, element, found, decided)
    _keep(plan, token, element, shaped(decided.value, element.shape))
    return True


def _given(plan: Plan, token: Token, asked: decisions.Decision) -> dict[str, Value]:
    """Return every variable that can be seen, and of the record what the decisions name."""
    given = variables.visible(plan, token.scope, token)
    for logic in decisions.paths(plan.tx, asked):
        for name in OUTSIDE.intersection(path[0] for path in logic.paths) - given.keys():
            found = variables.find(plan, token.scope, token, name, logic)
            if found is not MISSING:
                given[name] = found
    return given


def _note(
    plan: Plan, element: DecisionTask, asked: decisions.Decision, decided: decisions.Decided
) -> None:
    data: dict[str, object] = {
        "decision": decided.key,
        "version": decided.version,
        "rules": {fired.decision: list(fired.numbers) for fired in decided.fired},
    }
    if decided.problems:
        data["problems"] = list(decided.problems[:MOST_PROBLEMS])
    plan.note("decision_evaluated", element.id, f"decision:{asked.id}", data)


def shaped(value: Value, shape: str) -> Value:
    """Return a result in the shape the task asks for: `value` is the decision's own, the others are Camunda's."""
    if shape == "value":
        return value
    rows: list[Value] = value if isinstance(value, list) else [] if value is None else [value]
    if shape in FIRST:
        first = rows[0] if rows else None
        return _entry(first) if shape == "singleEntry" else first
    return [_entry(row) for row in rows] if shape == "collectEntries" else rows


def _entry(row: Value) -> Value:
    return next(iter(row.values())) if isinstance(row, dict) and len(row) == 1 else row


def _key(plan: Plan, token: Token, element: DecisionTask) -> str:
    if isinstance(element.decision, str):
        return element.decision
    value = variables.evaluate(plan, element.decision, token.scope, token)
    if not isinstance(value, str):
        raise ValueError(
            say(
                "Expected the id of a decision, but got %(kind)s",
                kind=a_kind_of(values.kind(value)),
            )
        )
    return value


def _keep(plan: Plan, token: Token, element: DecisionTask, value: Value) -> None:
    if element.result_variable:
        variables.assign(plan, token.scope, {element.result_variable: value}, token)
    elif isinstance(value, dict):
        variables.assign(plan, token.scope, value, token)
