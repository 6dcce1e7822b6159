"""Events (BPMN 13.5): starts, ends, what is thrown on the way, and what is caught."""

from __future__ import annotations

from collections.abc import Iterable

from engine import variables
from engine.behaviours import compensation, messages, work
from engine.bpmn.graph import (
    Cancel,
    Compensation,
    Error,
    Escalation,
    Event,
    EventDefinition,
    JobTask,
    Link,
    Message,
    Signal,
    Terminate,
)
from engine.plan import Plan
from engine.verbs import cancel, catch, enter, leave, throw, wait
from engine.waiting.state import Case, Token
from ledger.words import say


def start(plan: Plan, token: Token, element: Event) -> None:
    """A start event that was reached has happened already."""
    plan.trace("activated", token.scope, element.id)
    complete(plan, token, element)


def caught(plan: Plan, token: Token, element: Event) -> None:
    """A boundary event has happened: its path begins."""
    start(plan, token, element)


def catch_event(plan: Plan, token: Token, element: Event) -> None:
    """Wait for what the event names; a link's target, or one without definition, is passed."""
    plan.trace("activated", token.scope, element.id)
    if all(isinstance(definition, Link) for definition in element.definitions):
        complete(plan, token, element)
        return
    plan.turn(token, "wait")
    for number, nth in wait.for_events(plan, token, element, token.scope):
        if token.phase == "wait":
            catch.event(plan, token, number, nth, {})


def throw_event(plan: Plan, token: Token, element: Event) -> None:
    """Throw on the way or at the end; a compensation that is waited for holds the token."""
    plan.trace("activated", token.scope, element.id)
    if element.inputs:
        given = {
            each.target: variables.evaluate(plan, each.source, token.scope)
            for each in element.inputs
        }
        variables.local(plan, token, given)
    if element.topic is not None:
        work.job(plan, token, JobTask(id=element.id, kind=element.kind, topic=element.topic))
        return
    undoing = [each for each in element.definitions if isinstance(each, Compensation)]
    if not undoing or compensation.start(plan, token, undoing[0]):
        complete(plan, token, element)


def complete(plan: Plan, token: Token, element: Event) -> None:
    """The event has happened: what it throws is thrown, and the token goes on or ends."""
    plan.trace("completed", token.scope, element.id)
    if element.sets and element.kind != "endEvent":
        _set(plan, token, element)
    if element.kind == "endEvent":
        _end(plan, token, element)
        return
    if element.kind == "intermediateThrowEvent":
        _throw(plan, token, element.definitions)
        target = _link(token, element)
        if target is not None and not token.is_gone:
            enter.to(plan, token, target)
            return
    if not token.is_gone:
        leave.leave(plan, token, element)


def _end(plan: Plan, token: Token, element: Event) -> None:
    _set(plan, token, element)
    scope = token.scope
    if isinstance(scope, Case):
        plan.change(scope, "end_element", element.id)
    if any(isinstance(each, Terminate) for each in element.definitions):
        cancel.everything(plan, scope, but=[token])
    if any(isinstance(each, Cancel) for each in element.definitions):
        compensation.cancel_transaction(plan, token)
        return
    _throw(plan, token, element.definitions)
    if not token.is_gone:
        leave.end(plan, token)


def _throw(plan: Plan, token: Token, definitions: Iterable[EventDefinition]) -> None:
    for definition in definitions:
        if token.is_gone:
            return
        match definition:
            case Signal():
                name = wait.name_of(plan, definition.name, token.scope)
                throw.signal(
                    plan, name, variables.visible(plan, token.scope) if _carries(token) else {}
                )
            case Message():
                messages.send(plan, token, definition)
            case Escalation():
                if not throw.escalation(plan, token, definition.code):
                    plan.trace("escalation_uncaught", token.scope, token.element)
            case Error():
                _error(plan, token, definition)


def _carries(token: Token) -> bool:
    """Say whether a thrown signal has values of its own: those that its mapping gives."""
    return "local" in token.data


def _error(plan: Plan, token: Token, definition: Error) -> None:
    """Throw an error; one that nobody catches ends the whole case (BPMN 10.5.6)."""
    if throw.error(plan, token, definition.code or "", definition.name or ""):
        return
    plan.trace("error_uncaught", token.scope, token.element)
    plan.note("error_uncaught", token.element, data={"code": definition.code})
    for arm in list(plan.case.arms.values()):
        plan.clear(arm)
        plan.remove(arm)
    cancel.everything(plan, plan.case)
    leave.finish(plan, "terminate")


def _set(plan: Plan, token: Token, element: Event) -> None:
    if element.sets:
        given = {
            each.target: variables.evaluate(plan, each.source, token.scope) for each in element.sets
        }
        variables.assign(plan, token.scope, given)


def _link(token: Token, element: Event) -> str | None:
    """Return the link event of that name in the same process level, where the throw event is one."""
    names = {each.name for each in element.definitions if isinstance(each, Link)}
    if not names:
        return None
    process = token.scope.process
    for number in process.children.get(element.parent, ()):
        other = process.elements[number]
        if not isinstance(other, Event) or other.kind != "intermediateCatchEvent":
            continue
        if any(isinstance(each, Link) and each.name in names for each in other.definitions):
            return number
    raise ValueError(
        say(
            "Expected a link event that %(element)s leads to, but there is none", element=element.id
        )
    )
