"""Rules about which events stand where (BPMN 10.5.2 to 10.5.4)."""

from __future__ import annotations

from engine.bpmn.rules.facts import Facts
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import EVENTS, GATEWAYS, Node, flag, kind
from ledger.words import say

IN_PROCESS = frozenset(("message", "timer", "conditional", "signal"))
IN_EVENT_SUBPROCESS = IN_PROCESS | {"error", "escalation", "compensate"}
ON_BOUNDARY = IN_EVENT_SUBPROCESS | {"cancel"}
ONLY_INTERRUPTING = frozenset(("error", "compensate", "cancel"))
AT_END = frozenset(
    ("message", "escalation", "error", "cancel", "compensate", "signal", "terminate")
)
THROWN = frozenset(("message", "escalation", "compensate", "link", "signal"))
AWAITED = frozenset(("message", "timer", "conditional", "link", "signal"))


def _starts_otherwise(facts: Facts, event: Node) -> bool:
    starters = facts.beside(event, "receiveTask", "eventBasedGateway")
    return any(flag(node, "instantiate") for node in starters)


def _end_without_start(facts: Facts, event: Node) -> bool:
    return not facts.beside(event, "startEvent") and not _starts_otherwise(facts, event)


def _start_in(facts: Facts, event: Node, *kinds: str) -> bool:
    around = facts.level(event)
    return around is not None and kind(around) in kinds


def _in_event_subprocess(facts: Facts, event: Node) -> bool:
    return facts.is_event_subprocess(facts.level(event))


def _uncalled(facts: Facts, process: Node) -> bool:
    """A process that a call activity begins needs a start without a trigger, if it has start events."""
    called = facts.named_by("@calledElement", "callActivity")
    starts = [node for node in process.iterchildren("*") if kind(node) == "startEvent"]
    return (
        process.get("id") in called
        and bool(starts)
        and all(facts.triggers(node) for node in starts)
    )


def _wrong_boundary(facts: Facts, event: Node) -> bool:
    triggers = facts.triggers(event)
    if not triggers or not triggers <= ON_BOUNDARY:
        return True
    return not flag(event, "cancelActivity", default=True) and bool(triggers & ONLY_INTERRUPTING)


def _shared_definition(facts: Facts, reference: Node) -> bool:
    found = facts.refer("".join(str(part) for part in reference.itertext()).strip())
    above = None if found is None else found.getparent()
    return above is not None and kind(above) in EVENTS


def _is_link(facts: Facts, event: Node) -> bool:
    return "link" in facts.triggers(event)


def _in_transaction(event: Node) -> bool:
    return any(kind(above) == "transaction" for above in event.iterancestors())


def _waits_wrongly(facts: Facts, event: Node) -> bool:
    """A none catch event waits for nothing; the standard knows none."""
    return not facts.triggers(event) or not facts.triggers(event) <= AWAITED


RULES = (
    Rule("EXT095", "10.5.5", say("An event definition inside an event belongs to it alone; others refer to one of the root."), ("eventDefinitionRef",), _shared_definition),
    Rule("EXT096", "10.5.2", say("A start event has no incoming sequence flow."), ("startEvent",), lambda f, n: f.incoming(n)),
    Rule("EXT097", "10.5.3", say("Where an end event is used, there is a start event on the same level."), ("endEvent",), _end_without_start),
    Rule("EXT098", "10.5.2", say("A process starts by a message, a timer, a condition or a signal, or without a trigger."), ("startEvent",),
         lambda f, n: _start_in(f, n, "process") and not f.triggers(n) <= IN_PROCESS),
    Rule("EXT099", "10.5.2", say("A process that is called has a start event without a trigger."), ("process",), _uncalled),
    Rule("EXT100", "10.5.2", say("A start event inside a sub-process has no trigger."), ("startEvent",),
         lambda f, n: f.triggers(n) and not _in_event_subprocess(f, n) and _start_in(f, n, "subProcess", "transaction", "adHocSubProcess")),
    Rule("EXT101", "10.5.2", say("A start event has an outgoing sequence flow."), ("startEvent",),
         lambda f, n: not f.outgoing(n) or (f.lists_flows and not f.listed(n, "outgoing"))),
    Rule("EXT104", "10.5.3", say("An end event has no outgoing sequence flow."), ("endEvent",), lambda f, n: f.outgoing(n)),
    Rule("EXT105", "10.5.2", say("Where a start event is used, there is an end event on the same level."), ("startEvent",),
         lambda f, n: not f.beside(n, "endEvent")),
    Rule("EXT106", "10.5.3", say("A cancel end event stands only inside a transaction."), ("endEvent",),
         lambda f, n: "cancel" in f.triggers(n) and not _in_transaction(n)),
    Rule("EXT107", "10.5.3", say("An end event has an incoming sequence flow."), ("endEvent",), lambda f, n: not f.incoming(n)),
    Rule("EXT146", "10.5.3", say("An end event throws a message, an escalation, an error, a cancellation, a compensation or a signal, or terminates."), ("endEvent",),
         lambda f, n: not f.triggers(n) <= AT_END),
    Rule("EXT110", "10.5.4", say("A boundary event waits for something that can happen there; only an interrupting one for an error, a compensation or a cancellation."), ("boundaryEvent",), _wrong_boundary),
    Rule("EXT130", "10.5.4", say("A boundary event has at least one event definition."), ("boundaryEvent",), lambda f, n: not f.triggers(n)),
    Rule("EXT111", "10.5.4", say("A cancel boundary event is attached to a transaction."), ("boundaryEvent",),
         lambda f, n: "cancel" in f.triggers(n) and f.kind_of(n.get("attachedToRef")) != "transaction"),
    Rule("EXT112", "10.5.4", say("A boundary event has no incoming sequence flow."), ("boundaryEvent",), lambda f, n: f.incoming(n)),
    Rule("EXT113", "10.5.4", say("A boundary event has an outgoing sequence flow, unless it waits for a compensation."), ("boundaryEvent",),
         lambda f, n: not f.outgoing(n) and "compensate" not in f.triggers(n)),
    Rule("EXT114", "10.5.4", say("A compensation boundary event has no outgoing sequence flow."), ("boundaryEvent",),
         lambda f, n: f.outgoing(n) and "compensate" in f.triggers(n)),
    Rule("EXT115", "10.5.4", say("An intermediate event has an incoming sequence flow, unless a link leads to it."), ("intermediateThrowEvent", "intermediateCatchEvent"),
         lambda f, n: not f.incoming(n) and not (kind(n) == "intermediateCatchEvent" and _is_link(f, n))),
    Rule("EXT116", "10.5.4", say("An intermediate event has an outgoing sequence flow, unless it is a link to elsewhere."), ("intermediateThrowEvent", "intermediateCatchEvent"),
         lambda f, n: not f.outgoing(n) and not (kind(n) == "intermediateThrowEvent" and _is_link(f, n))),
    Rule("EXT117", "10.5.4", say("A link that leads away has no outgoing sequence flow."), ("intermediateThrowEvent",), lambda f, n: _is_link(f, n) and f.outgoing(n)),
    Rule("EXT117", "10.5.4", say("A link that arrives has no incoming sequence flow."), ("intermediateCatchEvent",), lambda f, n: _is_link(f, n) and f.incoming(n)),
    Rule("EXT122", "10.5.4", say("No intermediate catch event in the normal flow waits for a compensation."), ("intermediateCatchEvent",), lambda f, n: "compensate" in f.triggers(n)),
    Rule("EXT148", "10.5.4", say("An intermediate catch event waits for a message, a timer, a condition, a link or a signal."), ("intermediateCatchEvent",), _waits_wrongly),
    Rule("EXT149", "10.5.4", say("An intermediate throw event throws a message, an escalation, a compensation, a link or a signal."), ("intermediateThrowEvent",),
         lambda f, n: not f.triggers(n) <= THROWN),
    Rule("event.attached", "10.5.4", say("An event is attached to an activity, never to a gateway or an event."), ("boundaryEvent",),
         lambda f, n: f.kind_of(n.get("attachedToRef")) in GATEWAYS | EVENTS),
)  # fmt: skip
