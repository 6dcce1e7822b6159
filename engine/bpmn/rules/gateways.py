"""Rules about gateways (BPMN 10.6)."""

from __future__ import annotations

from engine.bpmn.rules.facts import Facts
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import GATEWAYS, Node, child, flag, kind
from ledger.words import say

ALL = tuple(sorted(GATEWAYS))
AFTER_EVENT_GATEWAY = frozenset(("message", "signal", "timer", "conditional"))


def _directed(facts: Facts, gateway: Node, direction: str) -> bool:
    if gateway.get("gatewayDirection") != direction:
        return False
    several_in, several_out = len(facts.incoming(gateway)) > 1, len(facts.outgoing(gateway)) > 1
    return (several_in, several_out) != (direction != "Diverging", direction != "Converging")


def _configuration(facts: Facts, gateway: Node) -> list[Node]:
    found = (facts.target(flow) for flow in facts.outgoing(gateway))
    return [node for node in found if node is not None]


def _cannot_follow(facts: Facts, node: Node) -> bool:
    if kind(node) == "receiveTask":
        return False
    triggers = facts.triggers(node)
    return (
        kind(node) != "intermediateCatchEvent"
        or not triggers
        or not triggers <= AFTER_EVENT_GATEWAY
    )


def _mixed_messages(facts: Facts, gateway: Node) -> bool:
    targets = _configuration(facts, gateway)
    receives = any(kind(node) == "receiveTask" for node in targets)
    return receives and any(
        "message" in facts.triggers(node) for node in targets if kind(node) != "receiveTask"
    )


def _watched_receive(facts: Facts, gateway: Node) -> bool:
    receives = {
        node.get("id") for node in _configuration(facts, gateway) if kind(node) == "receiveTask"
    }
    return bool(receives & facts.named_by("@attachedToRef", "boundaryEvent"))


def _lone(facts: Facts, gateway: Node) -> bool:
    return len(facts.incoming(gateway)) < 2 and len(facts.outgoing(gateway)) < 2  # noqa: PLR2004 - one way in, one out


RULES = (
    Rule("EXT017", "10.6.1", say("A converging gateway has several incoming and at most one outgoing sequence flow."), ALL, lambda f, n: _directed(f, n, "Converging")),
    Rule("EXT018", "10.6.1", say("A diverging gateway has several outgoing and at most one incoming sequence flow."), ALL, lambda f, n: _directed(f, n, "Diverging")),
    Rule("EXT019", "10.6.1", say("A mixed gateway has several incoming and several outgoing sequence flows."), ALL, lambda f, n: _directed(f, n, "Mixed")),
    Rule("EXT135", "10.6.1", say("A gateway has several incoming or several outgoing sequence flows."), ALL, _lone),
    Rule("EXT136", "10.6.6", say("An event gateway has two or more outgoing sequence flows."), ("eventBasedGateway",), lambda f, n: len(f.outgoing(n)) < 2),  # noqa: PLR2004 - two, as the standard says
    Rule("EXT137", "10.6.6", say("The flows out of an event gateway have no conditions."), ("sequenceFlow",),
         lambda f, n: child(n, "conditionExpression") is not None and f.kind_of(n.get("sourceRef")) == "eventBasedGateway"),
    Rule("EXT138", "10.6.6", say("An event gateway leads to receive tasks and to events of a message, signal, timer or condition only."), ("eventBasedGateway",),
         lambda f, n: any(_cannot_follow(f, node) for node in _configuration(f, n))),
    Rule("EXT139", "10.6.6", say("After an event gateway there are receive tasks or message events, not both."), ("eventBasedGateway",), _mixed_messages),
    Rule("EXT140", "10.6.6", say("A receive task after an event gateway has no boundary events."), ("eventBasedGateway",), _watched_receive),
    Rule("EXT141", "10.6.6", say("What follows an event gateway has no other incoming sequence flow."), ("eventBasedGateway",),
         lambda f, n: any(len(f.incoming(node)) > 1 for node in _configuration(f, n))),
    Rule("EXT142", "10.6.6", say("An event gateway that begins a process has no incoming sequence flow."), ("eventBasedGateway",),
         lambda f, n: flag(n, "instantiate") and f.incoming(n)),
    Rule("gateway.parallel-events", "10.6.6", say("Only an event gateway that begins a process waits for all of its events."), ("eventBasedGateway",),
         lambda _f, n: n.get("eventGatewayType") == "Parallel" and not flag(n, "instantiate")),
    Rule("gateway.condition", "10.6.4", say("The flows out of a parallel gateway have no conditions."), ("sequenceFlow",),
         lambda f, n: child(n, "conditionExpression") is not None and f.kind_of(n.get("sourceRef")) == "parallelGateway"),
)  # fmt: skip
