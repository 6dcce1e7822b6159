"""Rules about sequence flows (BPMN 8.4.13, 7.6.1)."""

from __future__ import annotations

from engine.bpmn.rules.facts import Facts
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import (
    ACTIVITIES,
    EVENTS,
    FLOW_NODES,
    GATEWAYS,
    Node,
    child,
    children,
    flag,
    kind,
)
from ledger.words import say

ARTIFACTS = frozenset(("association", "textAnnotation", "group"))
CONNECTED = tuple(
    sorted(ACTIVITIES | GATEWAYS | {"intermediateThrowEvent", "intermediateCatchEvent"})
)
WITH_DEFAULT = tuple(sorted(ACTIVITIES | GATEWAYS))


def _unlisted(facts: Facts, flow: Node) -> bool:
    """A file that never lists flows at their ends says so once, at its first flow."""
    if not facts.lists_flows:
        return flow is facts.kinds["sequenceFlow"][0]
    source, target = facts.source(flow), facts.target(flow)
    if source is None or target is None or not flow.get("id"):
        return False
    id = flow.get("id")
    return id not in facts.listed(source, "outgoing") or id not in facts.listed(target, "incoming")


def _lone_condition(facts: Facts, flow: Node) -> bool:
    if child(flow, "conditionExpression") is None:
        return False
    source = facts.source(flow)
    if source is None or kind(source) in GATEWAYS:
        return False
    return kind(source) in EVENTS or len(facts.outgoing(source)) == 1


def _foreign_default(facts: Facts, node: Node) -> bool:
    default = node.get("default")
    return default is not None and all(flow.get("id") != default for flow in facts.outgoing(node))


def _crosses_pools(facts: Facts, flow: Node) -> bool:
    source, target = facts.source(flow), facts.target(flow)
    return (
        source is not None
        and target is not None
        and facts.process(source) is not facts.process(target)
    )


def _crosses_levels(facts: Facts, flow: Node) -> bool:
    source, target = facts.source(flow), facts.target(flow)
    if source is None or target is None or _crosses_pools(facts, flow):
        return False
    return facts.level(source) is not facts.level(target)


def _is_aside(facts: Facts, node: Node) -> bool:
    """Event sub-processes and compensation handlers stand beside the flow."""
    return facts.is_event_subprocess(node) or flag(node, "isForCompensation")


def _unreached(facts: Facts, node: Node) -> bool:
    if facts.incoming(node) or _is_aside(facts, node) or flag(node, "instantiate"):
        return False
    if kind(node) == "intermediateCatchEvent" and "link" in facts.triggers(node):
        return False
    return bool(facts.beside(node, "startEvent"))


def _without_end(facts: Facts, node: Node) -> bool:
    if facts.outgoing(node) or _is_aside(facts, node):
        return False
    if kind(node) == "intermediateThrowEvent" and "link" in facts.triggers(node):
        return False
    return bool(facts.beside(node, "endEvent"))


def _unsteady_condition(facts: Facts, flow: Node) -> bool:
    source = facts.source(flow)
    return (
        source is not None
        and flow.get("id") == source.get("default")
        and next(children(flow, "conditionExpression"), None) is not None
    )


RULES = (
    Rule("EXT006", "8.4.1", say("An artifact is not the target of a sequence flow."), ("sequenceFlow",),
         lambda f, n: f.kind_of(n.get("targetRef")) in ARTIFACTS),
    Rule("EXT007", "8.4.1", say("An artifact is not the source of a sequence flow."), ("sequenceFlow",),
         lambda f, n: f.kind_of(n.get("sourceRef")) in ARTIFACTS),
    Rule("EXT021", "8.4.13", say("A sequence flow leaves an activity, a gateway or an event, and never an event sub-process."), ("sequenceFlow",),
         lambda f, n: f.kind_of(n.get("sourceRef")) not in FLOW_NODES or f.is_event_subprocess(f.source(n))),
    Rule("EXT022", "8.4.13", say("A sequence flow leads to an activity, a gateway or an event, and never to an event sub-process."), ("sequenceFlow",),
         lambda f, n: f.kind_of(n.get("targetRef")) not in FLOW_NODES or f.is_event_subprocess(f.target(n))),
    Rule("EXT023", "8.4.13", say("The two ends of a sequence flow name it as outgoing and as incoming."), ("sequenceFlow",), _unlisted),
    Rule("EXT024", "8.4.13", say("In an executable process no sequence flow has isImmediate='false'."), ("sequenceFlow",),
         lambda f, n: n.get("isImmediate") in ("false", "0") and f.is_executable(n)),
    Rule("EXT025", "8.4.13", say("A condition stands on a flow out of a gateway, or of an activity that has other flows as well."), ("sequenceFlow",), _lone_condition),
    Rule("EXT026", "8.4.13", say("A default flow leaves the element that names it."), WITH_DEFAULT, _foreign_default),
    Rule("EXT028", "9.1", say("A sequence flow does not cross the border of a pool."), ("sequenceFlow",), _crosses_pools),
    Rule("EXT152", "10.3.5", say("A sequence flow does not cross the border of a sub-process."), ("sequenceFlow",), _crosses_levels),
    Rule("EXT150", "10.5.2", say("Where a start event is used, every other element has an incoming sequence flow."), CONNECTED, _unreached),
    Rule("EXT151", "10.5.3", say("Where an end event is used, every other element has an outgoing sequence flow."), CONNECTED, _without_end),
    Rule("default.condition", "10.6.2", say("A default flow has no condition."), ("sequenceFlow",), _unsteady_condition),
)  # fmt: skip
