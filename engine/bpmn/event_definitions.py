"""Event definitions (BPMN 10.5.5): what an event waits for or causes, inline or by reference to the root."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bpmn import correlation, expressions, foreign, languages
from engine.bpmn.context import Context, called, identity
from engine.bpmn.graph import (
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    EventDefinition,
    Link,
    Message,
    Signal,
    Terminate,
    Timer,
)
from engine.bpmn.vocabulary import (
    EVENT_DEFINITIONS,
    KONTOR,
    THROWING,
    Node,
    child,
    children,
    extension,
    flag,
    kind,
    text,
)
from ledger.words import say

TIMER_KINDS: Mapping[str, str] = {
    "timeDate": "date",
    "timeDuration": "duration",
    "timeCycle": "cycle",
}


def nodes(context: Context, event: Node) -> list[Node]:
    """The event definitions of an event: its own, then those it refers to."""
    own = [node for node in event if kind(node) in EVENT_DEFINITIONS]
    for reference in children(event, "eventDefinitionRef"):
        found = context.referred(reference, text(reference), *EVENT_DEFINITIONS)
        if found is not None:
            own.append(found)
    return own


def read(context: Context, event: Node) -> tuple[EventDefinition, ...]:
    """Compile the definitions of an event; what cannot be read is noted and left out."""
    found = (one(context, node, event) for node in nodes(context, event))
    return tuple(definition for definition in found if definition is not None)


def one(context: Context, node: Node, event: Node) -> EventDefinition | None:
    """Compile one event definition for the event (or activity) that uses it."""
    return READERS[kind(node)](context, node, event)


def _message(context: Context, node: Node, event: Node) -> Message:
    return correlation.message(context, node, event)


def _timer(context: Context, node: Node, event: Node) -> Timer | None:
    if extension(node, KONTOR, "stageClock") is not None:
        return Timer("clock")
    given = list(children(node, *TIMER_KINDS))
    if not given:
        context.error(
            node,
            "EXT131",
            say(
                "The timer of '%(called)s' says neither a date, a duration nor a cycle.",
                called=called(event),
            ),
        )
        return None
    if len(given) > 1:
        context.error(
            given[1],
            "EXT131",
            say("The timer of '%(called)s' says more than one time.", called=called(event)),
        )
        return None
    expression = expressions.timer(context, given[0])
    match TIMER_KINDS[kind(given[0])]:
        case "date":
            return None if expression is None else Timer("date", expression)
        case "duration":
            return None if expression is None else Timer("duration", expression)
        case _:
            return None if expression is None else Timer("cycle", expression)


def _signal(context: Context, node: Node, event: Node) -> Signal | None:
    if not node.get("signalRef"):
        context.warning(
            node,
            "EXT143",
            say(
                "The event names no signal; it uses one called '%(called)s'.", called=called(event)
            ),
        )
        return Signal(called(event))
    found = context.referred(node, node.get("signalRef"), "signal")
    if found is None:
        return None
    name = identity(found)
    if languages.is_dynamic(name):
        compiled = expressions.attribute(context, found, name, "name")
        return None if compiled is None else Signal(compiled)
    return Signal(name)


def _error(context: Context, node: Node, event: Node) -> Error | None:
    found = context.referred(node, node.get("errorRef"), "error")
    if found is None and node.get("errorRef"):
        return None
    code = None if found is None else found.get("errorCode") or found.get("name") or found.get("id")
    if code is None and kind(event) in THROWING:
        context.warning(
            node,
            "EXT010",
            say(
                "The event throws an error without a code; its code is '%(called)s'.",
                called=called(event),
            ),
        )
        code = called(event)
    variables = [
        foreign.attribute(node, name) for name in ("errorCodeVariable", "errorMessageVariable")
    ]
    context.assigns(variables)
    return Error(code, None if found is None else found.get("name"), variables[0], variables[1])


def _escalation(context: Context, node: Node, event: Node) -> Escalation | None:
    found = context.referred(node, node.get("escalationRef"), "escalation")
    if found is None and node.get("escalationRef"):
        return None
    code = (
        None
        if found is None
        else found.get("escalationCode") or found.get("name") or found.get("id")
    )
    if code is None and kind(event) in THROWING:
        context.warning(
            node,
            "EXT011",
            say(
                "The event throws an escalation without a code; its code is '%(called)s'.",
                called=called(event),
            ),
        )
        code = called(event)
    variable = foreign.attribute(node, "escalationCodeVariable")
    context.assigns([variable])
    return Escalation(code, None if found is None else found.get("name"), variable)


def _conditional(context: Context, node: Node, event: Node) -> Conditional | None:
    condition = child(node, "condition")
    if condition is None:
        context.error(
            node,
            "EXT129",
            say("The conditional event '%(called)s' has no condition.", called=called(event)),
        )
        return None
    compiled = expressions.of(context, condition, say("condition"))
    return None if compiled is None else Conditional(compiled)


def _compensation(context: Context, node: Node, _event: Node) -> Compensation | None:
    found = context.referred(node, node.get("activityRef"))
    if found is None and node.get("activityRef"):
        return None
    return Compensation(
        None if found is None else found.get("id"), flag(node, "waitForCompletion", default=True)
    )


def _link(context: Context, node: Node, event: Node) -> Link | None:
    name = node.get("name") or event.get("name")
    if not name:
        context.error(node, "EXT136", say("The link event has no name, so nothing leads to it."))
        return None
    return Link(name)


READERS: Mapping[str, Callable[[Context, Node, Node], EventDefinition | None]] = {
    "messageEventDefinition": _message,
    "timerEventDefinition": _timer,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _conditional,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": lambda _context, _node, _event: Cancel(),
    "terminateEventDefinition": lambda _context, _node, _event: Terminate(),
    "linkEventDefinition": _link,
}
