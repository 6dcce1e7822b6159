"""Events that a multi-instance activity throws as its instances complete (BPMN 13.3.7, table 10.31)."""

from __future__ import annotations

from engine import variables
from engine.behaviours import counting
from engine.bpmn.graph import (
    Activity,
    Error,
    Escalation,
    Event,
    EventDefinition,
    Message,
    MultiInstance,
    Signal,
)
from engine.plan import Plan
from engine.verbs import catch, throw, wait
from engine.waiting.state import Scope, Token


def throw_completed(plan: Plan, outer: Token, body: Scope, loop: MultiInstance) -> bool:
    """Throw what the behaviour says when an instance is about to complete. Return whether that ends the activity."""
    match loop.behaviour:
        case "none":
            _throw(plan, outer, loop.none_event)
        case "one" if outer.data["done"] == 1:
            _throw(plan, outer, loop.one_event)
        case "complex":
            for condition, event in loop.complex_events:
                if variables.is_true(plan, condition, body, None, **counting.counters(outer)):
                    _throw(plan, outer, event)
                    return True
    return False


def _throw(plan: Plan, outer: Token, definition: EventDefinition | None) -> None:
    """Throw an event from a multi-instance activity: its own border first (BPMN table 10.31).

    The border does not cancel the activity: only its completion condition and complex behaviour end it.
    """
    caught = _at_border(plan, outer, definition)
    if caught is not None:
        catch.boundary(plan, outer, *caught, {}, interrupts=False)
        return
    match definition:
        case Signal():
            throw.signal(plan, wait.name_of(plan, definition.name, outer.scope), {})
        case Escalation():
            throw.escalation(plan, outer, definition.code)
        case Error():
            throw.error(plan, outer, definition.code or "")
        case Message():
            throw.message(plan, wait.name_of(plan, definition.name, outer.scope), {}, {}, None)


def _at_border(
    plan: Plan, outer: Token, definition: EventDefinition | None
) -> tuple[Event, EventDefinition] | None:
    activity = outer.definition
    for number in activity.boundary if isinstance(activity, Activity) else ():
        element = outer.scope.process.elements[number]
        for caught in element.definitions if isinstance(element, Event) else ():
            if _is_same(plan, outer.scope, caught, definition):
                return element, caught  # type: ignore[return-value]  # asked in the loop
    return None


def _is_same(
    plan: Plan, scope: Scope, caught: EventDefinition, thrown: EventDefinition | None
) -> bool:
    if thrown is None:
        return isinstance(caught, Signal)
    if isinstance(caught, (Signal, Message)) and isinstance(thrown, type(caught)):
        return wait.name_of(plan, caught.name, scope) == wait.name_of(plan, thrown.name, scope)
    if isinstance(caught, (Error, Escalation)) and isinstance(thrown, type(caught)):
        return caught.code in (thrown.code, None)
    return False
