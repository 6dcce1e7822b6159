"""What a task asks for, and what it accepts as an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Row,
)

from engine import forms, ports, variables
from engine.bpmn.graph import (
    Activity,
    DecisionTask,
    FormField,
    MessageTask,
    Outcome,
    UserTask,
)
from engine.feel import Value
from engine.plan import Plan, loading
from engine.user_tasks.lists import get
from engine.waiting.state import Token
from engine.waiting.tasks import tasks
from engine.waiting.variables import MISSING
from ledger import rejection
from ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked for: `fields`, and the ways out with what each asks for; `values` are what is known already."""

    task: Row[Any]
    element: Activity
    fields: tuple[FormField, ...]
    outcomes: tuple[Outcome, ...]
    requires: tuple[str, ...]
    values: dict[str, Any]


def form(tx: Transaction, task_id: int) -> Form:
    """Return what a task asks for, with defaults, variables of the same names and the draft filled in."""
    found = loading.with_row(tx, tasks, task_id, locked=False)
    if found is None:
        raise rejection.not_found("task %(task)s", task=task_id)
    task, plan = found
    scope = loading.scope(plan, task["scope_id"])
    element = (
        plan.case.process.elements.get(task["element"])
        if scope is None
        else scope.process.elements[task["element"]]
    )
    assert isinstance(element, Activity)  # noqa: S101  # tasks stand at activities
    outcomes = outcomes_of(element)
    fields = fields_of(element)
    requires = element.requires if isinstance(element, UserTask) else ()
    values: dict[str, Any] = {}
    token = scope.tokens.get(task["token_id"]) if scope else None
    for field in (*fields, *(asked for outcome in outcomes for asked in outcome.ask)):
        if scope is not None:
            values[field.name] = _known(plan, field, token or Token(0, scope, element.id, "wait"))
    if task["draft"]:
        values |= task["draft"]
    return Form(get(tx, task_id), element, fields, outcomes, requires, values)


def fields_of(element: Activity) -> tuple[FormField, ...]:
    """Return the fields of a task's form; a decision nobody deployed asks for its result."""
    if isinstance(element, UserTask):
        return element.form
    if isinstance(element, DecisionTask) and element.result_variable:
        return (FormField(element.result_variable, "text", required=True),)
    return ()


def outcomes_of(element: Activity) -> tuple[Outcome, ...]:
    """Return the ways out of a stage."""
    if isinstance(element, UserTask):
        return element.outcomes
    return element.requires_outcome if isinstance(element, MessageTask) else ()


def outcome_name(element: Activity) -> str:
    """Return the variable that keeps which way out of a stage was chosen."""
    stage = element.stage if isinstance(element, UserTask) and element.stage else element.id
    return f"{stage.replace('-', '_')}_outcome"


def accept(
    plan: Plan, element: Activity, given: Mapping[str, Value], outcome: str | None
) -> dict[str, Value]:
    """Return an answer as values, with the outcome under its variable. Raises Rejection with the field."""
    outcomes = outcomes_of(element)
    fields = list(fields_of(element))
    if outcome is None and len(outcomes) == 1:
        outcome = outcomes[0].id
    if outcomes:
        chosen = next((each for each in outcomes if each.id == outcome), None)
        if chosen is None:
            names = ", ".join(each.id for each in outcomes)
            raise rejection.invalid(
                "Expected an outcome of %(element)s: %(names)s, but got %(outcome)s",
                element=element.id,
                names=names,
                outcome=outcome,
                field="outcome",
            )
        fields += chosen.ask
    accepted = forms.check(fields, given)
    _require(plan, element.requires if isinstance(element, UserTask) else (), accepted)
    if outcome is not None:
        accepted[outcome_name(element)] = outcome
    return accepted


def _require(plan: Plan, requires: Sequence[str], accepted: Mapping[str, Value]) -> None:
    missing = [name for name in requires if accepted.get(name) in forms.EMPTY]
    if not missing or plan.case.subject is None:
        return
    paths = [tuple(name.split(".")) for name in missing]
    found = plan.tx.port(ports.Subjects).fields(plan.tx, plan.case.subject, paths)
    for name, path in zip(missing, paths, strict=True):
        value: Any = found
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value in forms.EMPTY:
            raise rejection.invalid(
                "Expected %(name)s to be filled in before this is completed", name=name, field=name
            )


def _known(plan: Plan, field: FormField, token: Token) -> Any:
    path = field.name.split(".")
    if len(path) > 1 and path[0] in variables.RECORDS and plan.case.subject:
        value: Any = plan.tx.port(ports.Subjects).fields(plan.tx, plan.case.subject, [tuple(path)])
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value
    value = variables.find(plan, token.scope, token, field.name)
    if value is not MISSING and value is not None:
        return value
    return variables.evaluate(plan, field.default, token.scope, token) if field.default else None
