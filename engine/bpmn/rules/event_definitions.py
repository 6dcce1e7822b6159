"""Rules about what an event is about: timers, messages, errors, links, conditions, compensation (BPMN 10.5.5)."""

from __future__ import annotations

from collections.abc import Callable

from engine.bpmn import iso8601
from engine.bpmn.rules.facts import Facts, is_empty
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import (
    KONTOR,
    THROWING,
    Node,
    child,
    children,
    extension,
    flag,
    kind,
    text,
    texts,
)
from ledger.words import say

EXPRESSION_SIGNS = frozenset("(){}[]+*<>=.\"'? ")
TIMES = ("timeDate", "timeDuration", "timeCycle")
CARRYING = {
    "message": "messageRef",
    "error": "errorRef",
    "escalation": "escalationRef",
    "signal": "signalRef",
}


def _is_time(read: Callable[[str], object], node: Node) -> bool:
    """Say whether the text is of the kind, or visibly an expression that is asked for it later."""
    written = text(node)
    try:
        read(written)
    except iso8601.TimeError:
        return (
            bool(written)
            and bool(EXPRESSION_SIGNS & set(written))
            and not iso8601.LOOKS_ISO.fullmatch(written)
        )
    return True


def _thrown_without_code(facts: Facts, definition: Node, reference: str, code: str) -> bool:
    event = definition.getparent()
    if event is None or kind(event) not in THROWING or not facts.is_executable(definition):
        return False
    found = facts.refer(definition.get(reference))
    return found is None or not found.get(code)


def _holder(definition: Node) -> str:
    above = definition.getparent()
    return "" if above is None else kind(above)


def _referred(facts: Facts, definition: Node, end: str) -> list[Node]:
    """The link definitions that one names as its `target` or its `source`."""
    found = (facts.refer(reference) for reference in facts.listed(definition, end))
    return [node for node in found if node is not None and kind(node) == "linkEventDefinition"]


def _by_name(facts: Facts, definition: Node, holder: str, *, here: bool) -> int:
    """How many links of the same name are on the other side: on the same level (`here`) or on any."""
    level = facts.level(definition) if here else None
    return facts.links[holder, definition.get("name"), level] if definition.get("name") else 0


def _lonely_catch(facts: Facts, definition: Node) -> bool:
    if _holder(definition) != "intermediateCatchEvent" or _referred(facts, definition, "source"):
        return False
    return _by_name(facts, definition, "intermediateThrowEvent", here=False) == 0


def _lonely_throw(facts: Facts, definition: Node) -> bool:
    if _holder(definition) != "intermediateThrowEvent":
        return False
    if facts.listed(definition, "target"):
        return len(_referred(facts, definition, "target")) != 1
    here = _by_name(facts, definition, "intermediateCatchEvent", here=True)
    anywhere = _by_name(facts, definition, "intermediateCatchEvent", here=False)
    return here != 1 and (here > 1 or anywhere == 0)


def _one_sided(facts: Facts, definition: Node) -> bool:
    target = (
        facts.refer(text(child(definition, "target")))
        if child(definition, "target") is not None
        else None
    )
    if target is not None and definition.get("id") not in facts.listed(target, "source"):
        return True
    sources = (facts.refer(found) for found in texts(definition, "source"))
    return any(
        source is not None and text(child(source, "target")) != definition.get("id")
        for source in sources
    )


def _between_levels(facts: Facts, definition: Node) -> bool:
    if _holder(definition) != "intermediateThrowEvent":
        return False
    targets = _referred(facts, definition, "target")
    if targets:
        return all(facts.level(node) is not facts.level(definition) for node in targets)
    here = _by_name(facts, definition, "intermediateCatchEvent", here=True)
    return here == 0 and _by_name(facts, definition, "intermediateCatchEvent", here=False) > 0


def _is_compensation(facts: Facts, event: Node) -> bool:
    return "compensate" in facts.triggers(event)


def _uneven_data(facts: Facts, event: Node) -> bool:
    carried = list(children(event, "dataInput", "dataOutput"))
    return bool(carried) and len(carried) != len(facts.definitions(event))


def _other_item(facts: Facts, event: Node) -> bool:
    """Data and definitions of an event belong together in order (BPMN 10.5.1)."""
    carried, definitions = (
        list(children(event, "dataInput", "dataOutput")),
        facts.definitions(event),
    )
    if len(carried) != len(definitions):
        return False
    pairs = zip(carried, definitions, strict=True)
    return any(
        not facts.same_item(item, _payload(facts, node))
        for item, node in pairs
        if _names_item(facts, node)
    )


def _payload(facts: Facts, definition: Node) -> Node | None:
    reference = CARRYING.get(kind(definition).removesuffix("EventDefinition"))
    return None if reference is None else facts.refer(definition.get(reference))


def _names_item(facts: Facts, definition: Node) -> bool:
    return facts.item(_payload(facts, definition)) is not None


def _timer_count(definition: Node) -> int:
    if extension(definition, KONTOR, "stageClock") is not None:
        return 1
    return sum(1 for _ in children(definition, *TIMES))


RULES = (
    Rule("EXT010", "10.5.3", say("An error that an end event of an executable process throws has a code."), ("errorEventDefinition",),
         lambda f, n: _thrown_without_code(f, n, "errorRef", "errorCode")),
    Rule("EXT011", "10.5.3", say("An escalation that an executable process throws has a code."), ("escalationEventDefinition",),
         lambda f, n: _thrown_without_code(f, n, "escalationRef", "escalationCode")),
    Rule("EXT093", "10.5.1", say("An event with data has as many data inputs or outputs as event definitions."), ("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"), _uneven_data),
    Rule("EXT094", "10.5.1", say("The data of an event is of the item that its message, error, escalation or signal carries."), ("startEvent", "endEvent", "intermediateThrowEvent", "intermediateCatchEvent", "boundaryEvent"), _other_item),
    Rule("EXT118", "10.5.5", say("Two links that belong together name each other."), ("linkEventDefinition",), _one_sided),
    Rule("EXT123", "10.5.5", say("A conditional event has a condition."), ("conditionalEventDefinition",),
         lambda _f, n: child(n, "condition") is None or not text(child(n, "condition"))),
    Rule("EXT124", "10.5.5", say("A link that arrives has a link that leads to it."), ("linkEventDefinition",), _lonely_catch),
    Rule("EXT125", "10.5.5", say("A link that leads away has exactly one target."), ("linkEventDefinition",), _lonely_throw),
    Rule("EXT126", "10.5.5", say("A link stays within one level of one process."), ("linkEventDefinition",), _between_levels),
    Rule("EXT127", "10.5.5", say("A message event of an executable process names its message."), ("messageEventDefinition",),
         lambda f, n: not n.get("messageRef") and f.is_executable(n)),
    Rule("EXT128", "10.5.5", say("A message event of an executable process names the operation it uses."), ("messageEventDefinition",),
         lambda f, n: child(n, "operationRef") is None and f.is_executable(n)),
    Rule("EXT131", "10.5.5", say("A timer says exactly one of date, duration and cycle."), ("timerEventDefinition",),
         lambda f, n: _timer_count(n) > 1 or (_timer_count(n) == 0 and f.is_executable(n))),
    Rule("EXT132", "10.5.5", say("timeDate is an ISO 8601 date and time."), ("timeDate",), lambda _f, n: not is_empty(n) and not _is_time(iso8601.date, n)),
    Rule("EXT133", "10.5.5", say("timeCycle is an ISO 8601 repeating interval."), ("timeCycle",), lambda _f, n: not is_empty(n) and not _is_time(iso8601.Cycle.parse, n)),
    Rule("EXT134", "10.5.5", say("timeDuration is an ISO 8601 duration."), ("timeDuration",), lambda _f, n: not is_empty(n) and not _is_time(iso8601.Interval.parse, n)),
    Rule("EXT143", "10.7.1", say("A compensation boundary event is connected with an activity by an association."), ("boundaryEvent",),
         lambda f, n: _is_compensation(f, n) and not f.associated(n)),
    Rule("EXT144", "10.7.1", say("The activity that compensates is marked with isForCompensation."), ("boundaryEvent",),
         lambda f, n: _is_compensation(f, n) and any(not flag(each, "isForCompensation") for each in f.associated(n))),
)  # fmt: skip
