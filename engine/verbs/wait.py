"""A token waits for an event: one row in the table that knows when it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import ports, timing, variables
from engine.bpmn.graph import (
    Conditional,
    Element,
    EventDefinition,
    Message,
    MessageTask,
    Signal,
    Timer,
)
from engine.bpmn.graph import Event as EventElement
from engine.feel import Expression, Value, values
from engine.feel.words import a_kind_of
from engine.plan import Plan
from engine.waiting import subscriptions
from engine.waiting.state import Scope, Token
from ledger.words import say

Due = tuple[str, int]
"""What happens at once: the element and the place of its event definition."""


def for_events(plan: Plan, token: Token, element: Element, scope: Scope) -> list[Due]:
    """Wait for each event of an element; return those whose condition holds already."""
    return [
        (element.id, nth)
        for nth, definition in enumerate(definitions_of(element))
        if for_event(plan, token, element.id, nth, definition, scope)
    ]


def definitions_of(element: Element) -> tuple[EventDefinition, ...]:
    """Return what an event or a receive task waits for."""
    if isinstance(element, EventElement):
        return element.definitions
    if isinstance(element, MessageTask) and element.message is not None:
        return (element.message,)
    return ()


def for_event(
    plan: Plan, token: Token, element: str, nth: int, definition: EventDefinition, scope: Scope
) -> bool:
    """Wait for one event. Return whether it has happened already; errors and the like need no row."""
    row = _row(plan, token, element, nth, scope)
    match definition:
        case Timer():
            _timer(plan, token, definition, row, scope)
        case Message():
            correlation = {
                key: variables.evaluate(plan, value, scope)
                for key, value in definition.correlation.items()
            }
            _subscribe(
                plan, token, row, "message", name_of(plan, definition.name, scope), correlation
            )
        case Signal():
            _subscribe(plan, token, row, "signal", name_of(plan, definition.name, scope), {})
        case Conditional():
            return _watch(plan, token, definition.condition, row, scope)
        case _:
            pass
    return False


def name_of(plan: Plan, name: str | Expression, scope: Scope) -> str:
    """Return the name of a message or signal; one that is computed must be a text."""
    if isinstance(name, str):
        return name
    value = variables.evaluate(plan, name, scope)
    if not isinstance(value, str):
        raise ValueError(
            say(
                "Expected the name %(name)s to be a text, but it is %(kind)s",
                name=name.text,
                kind=a_kind_of(values.kind(value)),
            )
        )
    return value


def _row(plan: Plan, token: Token, element: str, nth: int, scope: Scope) -> dict[str, Any]:
    return {
        "id": plan.tx.new_id(),
        "case_id": plan.case.id,
        "scope_id": token.scope.id,
        "token_id": token.id,
        "definition_id": scope.definition_id,
        "element": element,
        "nth": nth,
    }


def _timer(plan: Plan, token: Token, timer: Timer, row: dict[str, Any], scope: Scope) -> None:
    if timer.kind == "clock" or timer.expression is None:
        return
    first = timing.first(
        timer.kind, variables.evaluate(plan, timer.expression, scope, token), plan.now
    )
    if first is not None:
        more = {
            "due_at": first.at,
            "cycle": first.cycle,
            "left": first.left,
            "tries": 0,
            "is_held": False,
        }
        plan.wait("t", token, {**row, **more})


def _subscribe(
    plan: Plan,
    token: Token,
    row: dict[str, Any],
    kind: str,
    name: str,
    correlation: Mapping[str, Value],
) -> None:
    more = {
        "kind": kind,
        "name": name,
        "correlation": subscriptions.key(correlation),
        "subject": plan.case.subject,
    }
    plan.wait("s", token, {**row, **more})


def _watch(
    plan: Plan, token: Token, condition: Expression, row: dict[str, Any], scope: Scope
) -> bool:
    is_true = variables.is_true(plan, condition, scope, token)
    names = sorted({path[0] for path in condition.paths})
    if "w" not in token.waits:
        plan.change(plan.case, "watches", plan.case.watches + 1)
    plan.wait("w", token, {**row, "names": names, "is_true": is_true})
    for path in condition.paths:
        if path[0] in variables.RECORDS and len(path) > 1 and plan.case.subject is not None:
            more = {"subject": _subject_of(plan, path[0]), "field": path[1], "token_id": token.id}
            plan.wait("f", token, {"id": plan.tx.new_id(), "case_id": plan.case.id, **more})
    return is_true


def _subject_of(plan: Plan, root: str) -> str:
    """Return which record a root stands for: a deal's case may watch its client."""
    subject = plan.case.subject or ""
    if subject.split(":")[0] == root:
        return subject
    found = plan.tx.port(ports.Subjects).fields(plan.tx, subject, [(root, "id")]).get(root)
    number = found.get("id") if isinstance(found, dict) else None
    return subject if number is None else f"{root}:{number}"
