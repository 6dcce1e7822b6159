"""Rules about pools, message flows and choreographies (BPMN 9, 7.6.2, 11)."""

from __future__ import annotations

from engine.bpmn.rules.facts import Facts
from engine.bpmn.rules.flows import ARTIFACTS
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import CHOREOGRAPHY, GATEWAYS, Node, child, children, flag, kind, text
from ledger.words import say

DATA = frozenset(
    ("dataObject", "dataObjectReference", "dataStoreReference", "dataInput", "dataOutput", "lane")
)
CHOREOGRAPHIES = tuple(sorted(CHOREOGRAPHY))
GLOBAL_CONVERSATION = ("callConversation", "conversation", "subConversation", "participantAssociation", "messageFlowAssociation", "conversationAssociation", "association", "group", "textAnnotation")  # fmt: skip


def _number(node: Node, name: str, default: int) -> int:
    written = node.get(name, "").strip()
    return int(written) if written.lstrip("+-").isdecimal() else default


def _within_one_pool(facts: Facts, flow: Node) -> bool:
    source, target = facts.pool(flow.get("sourceRef")), facts.pool(flow.get("targetRef"))
    return flow.get("sourceRef") == flow.get("targetRef") or (
        source is not None and source == target
    )


def _cannot_talk(facts: Facts, flow: Node, end: str) -> bool:
    return facts.kind_of(flow.get(end)) in GATEWAYS | DATA


def _closed_otherwise(facts: Facts, collaboration: Node) -> bool:
    choreography = facts.refer(text(child(collaboration, "choreographyRef")))
    if choreography is None:
        return False
    return flag(collaboration, "isClosed") != flag(choreography, "isClosed")


def _in(facts: Facts, node: Node, *kinds: str) -> bool:
    around = facts.level(node)
    return around is not None and kind(around) in kinds


RULES = (
    Rule("EXT008", "9.4", say("An artifact is not the target of a message flow."), ("messageFlow",),
         lambda f, n: f.kind_of(n.get("targetRef")) in ARTIFACTS),
    Rule("EXT009", "9.4", say("An artifact is not the source of a message flow."), ("messageFlow",),
         lambda f, n: f.kind_of(n.get("sourceRef")) in ARTIFACTS),
    Rule("message-flow.source", "7.6.2", say("A message flow leaves a pool, an activity or an event."), ("messageFlow",),
         lambda f, n: _cannot_talk(f, n, "sourceRef")),
    Rule("message-flow.target", "7.6.2", say("A message flow leads to a pool, an activity or an event."), ("messageFlow",),
         lambda f, n: _cannot_talk(f, n, "targetRef")),
    Rule("EXT027", "11.1", say("A choreography or a global conversation does not refer to a choreography."), ("choreography", "globalChoreographyTask", "globalConversation"),
         lambda _f, n: child(n, "choreographyRef") is not None),
    Rule("EXT029", "9.3.1", say("The minimum of a participant's multiplicity is not negative."), ("participantMultiplicity",),
         lambda _f, n: _number(n, "minimum", 0) < 0),
    Rule("EXT030", "9.3.1", say("The maximum of a participant's multiplicity is at least one and not below the minimum."), ("participantMultiplicity",),
         lambda _f, n: _number(n, "maximum", 1) < max(1, _number(n, "minimum", 0))),
    Rule("EXT031", "9.4", say("A message flow connects two different pools."), ("messageFlow",), _within_one_pool),
    Rule("EXT032", "9.5.3", say("A global conversation holds no conversation nodes, associations or artifacts."), ("globalConversation",),
         lambda _f, n: next(children(n, *GLOBAL_CONVERSATION), None) is not None),
    Rule("EXT033", "9.2", say("A collaboration and the choreography it refers to agree on isClosed."), ("collaboration",), _closed_otherwise),
    Rule("EXT036", "10.2", say("A process holds no choreography activities."), CHOREOGRAPHIES, lambda f, n: _in(f, n, "process")),
    Rule("EXT056", "10.3.5", say("A sub-process holds no choreography activities."), CHOREOGRAPHIES,
         lambda f, n: _in(f, n, "subProcess", "transaction", "adHocSubProcess")),
    Rule("EXT102", "10.5.2", say("A start event is not the source of a message flow."), ("messageFlow",),
         lambda f, n: f.kind_of(n.get("sourceRef")) == "startEvent"),
    Rule("EXT103", "10.5.2", say("A start event that a message flow leads to has a message event definition."), ("startEvent",),
         lambda f, n: n.get("id") in f.message_targets and "message" not in f.triggers(n)),
    Rule("EXT108", "10.5.3", say("An end event is not the target of a message flow."), ("messageFlow",),
         lambda f, n: f.kind_of(n.get("targetRef")) == "endEvent"),
    Rule("EXT109", "10.5.3", say("An end event that a message flow leaves has a message event definition."), ("endEvent",),
         lambda f, n: n.get("id") in f.message_sources and "message" not in f.triggers(n)),
    Rule("EXT119", "10.5.4", say("A throw event is not the target of a message flow."), ("intermediateThrowEvent",),
         lambda f, n: n.get("id") in f.message_targets),
    Rule("EXT119", "10.5.4", say("A catch event is not the source of a message flow."), ("intermediateCatchEvent", "boundaryEvent"),
         lambda f, n: n.get("id") in f.message_sources),
    Rule("EXT119", "10.5.4", say("An intermediate event of a message flow has a message event definition."), ("intermediateThrowEvent", "intermediateCatchEvent"),
         lambda f, n: n.get("id") in f.message_sources | f.message_targets and "message" not in f.triggers(n)),
)  # fmt: skip
