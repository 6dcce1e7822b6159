"""Processes and sub-processes hold flow elements; this reads them all and says where a token enters (BPMN 13.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.bpmn import activities, calls, events, expressions, gateways, jobs, tasks
from engine.bpmn.context import Context
from engine.bpmn.graph import Activity, Element, Event, Gateway, Link, MessageTask, SubProcess
from engine.bpmn.scope import Scope
from engine.bpmn.support import ELEMENTS
from engine.bpmn.vocabulary import FLOW_NODES, Node, child, flag, kind
from ledger.words import say

Reader = Callable[[Context, Scope, Node, str | None], Element]


def read(context: Context, around: Scope, container: Node, parent: str | None) -> None:
    """Read the flow elements directly inside `container`, and what is inside those, into the scope."""
    for node in container.iterchildren("*"):
        name = kind(node)
        if name in FLOW_NODES:
            element = READERS[name](context, around, node, parent)
            around.elements[element.id] = element
            around.members[parent].append(element.id)
        elif name and (name not in ELEMENTS or ELEMENTS[name].fate == "refused"):
            words = ELEMENTS[name].words if name in ELEMENTS else say("BPMN has no such element")
            context.error(
                node,
                "element.refused",
                say("A %(name)s is not run: %(words)s.", name=name, words=words),
            )


def subprocess(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """A sub-process, transaction, ad-hoc or event sub-process, with all that is inside."""
    parts = activities.parts(context, around, node, parent)
    is_ad_hoc = kind(node) == "adHocSubProcess"
    read(context, around, node, parts["id"])
    return SubProcess(
        **parts,
        triggered_by_event=flag(node, "triggeredByEvent"),
        sequential=is_ad_hoc and node.get("ordering") == "Sequential",
        completion=expressions.of(
            context, child(node, "completionCondition"), say("completion condition")
        ),
        cancel_remaining=flag(node, "cancelRemainingInstances", default=True),
    )


def starts(around: Scope, container: str | None, triggered: set[str]) -> tuple[str, ...]:
    """Where a token enters when the container is begun: its none start events, else what has no incoming flow.

    A sub-process that is not triggered by an event has nothing to wait for, so there every start event begins.
    """
    members = [around.elements[id] for id in around.members.get(container, ())]
    events = [each for each in members if each.kind == "startEvent"]
    found = [each.id for each in events if _is_none_start(each)]
    if not found and events and container is not None and container not in triggered:
        return tuple(each.id for each in events)
    if events:
        return tuple(found)
    return tuple(each.id for each in members if _is_implicit_start(each))


def event_subprocesses(around: Scope, container: str | None) -> tuple[str, ...]:
    """The event sub-processes directly inside the container."""
    return tuple(
        id
        for id in around.members.get(container, ())
        if isinstance(found := around.elements[id], SubProcess) and found.triggered_by_event
    )


def _is_none_start(element: Element) -> bool:
    return isinstance(element, Event) and not element.definitions


def _is_implicit_start(element: Element) -> bool:
    """BPMN 13.2: without start events, every activity, gateway or throw event nothing leads to begins."""
    if element.incoming:
        return False
    match element:
        case SubProcess(triggered_by_event=True):
            return False
        case MessageTask(instantiate=True) | Gateway(instantiate=True):
            return False
        case Activity():
            return not element.is_for_compensation
        case Event():
            return element.kind in ("intermediateThrowEvent", "endEvent") or _is_plain_catch(
                element
            )
        case _:
            return True


def _is_plain_catch(event: Event) -> bool:
    is_link = any(isinstance(found, Link) for found in event.definitions)
    return event.kind == "intermediateCatchEvent" and not is_link


READERS: Mapping[str, Reader] = {
    "startEvent": events.read,
    "endEvent": events.read,
    "intermediateThrowEvent": events.read,
    "intermediateCatchEvent": events.read,
    "boundaryEvent": events.read,
    "exclusiveGateway": gateways.read,
    "inclusiveGateway": gateways.read,
    "parallelGateway": gateways.read,
    "complexGateway": gateways.read,
    "eventBasedGateway": gateways.read,
    "task": activities.plain,
    "manualTask": activities.plain,
    "userTask": tasks.user,
    "scriptTask": tasks.script,
    "businessRuleTask": tasks.business_rule,
    "receiveTask": tasks.receive,
    "serviceTask": jobs.service,
    "sendTask": jobs.send,
    "callActivity": calls.read,
    "subProcess": subprocess,
    "transaction": subprocess,
    "adHocSubProcess": subprocess,
}
