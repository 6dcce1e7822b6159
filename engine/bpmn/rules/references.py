"""What refers to what: each reference leads to an element of the right kind in the file (BPMN 8.4, Table per class)."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn import context
from engine.bpmn.rules.facts import Facts
from engine.bpmn.vocabulary import ACTIVITIES, BPMN, FLOW_NODES, Node, child, kind, text
from ledger.words import say

ITEM = frozenset(("itemDefinition",))
MESSAGE = frozenset(("message",))
OPERATION = frozenset(("operation",))
ATTRIBUTES: dict[str, frozenset[str]] = {
    "messageRef": MESSAGE,
    "itemRef": ITEM,
    "itemSubjectRef": ITEM,
    "signalRef": frozenset(("signal",)),
    "errorRef": frozenset(("error",)),
    "escalationRef": frozenset(("escalation",)),
    "operationRef": OPERATION,
    "attachedToRef": ACTIVITIES,
    "dataObjectRef": frozenset(("dataObject",)),
    "dataStoreRef": frozenset(("dataStore",)),
    "categoryValueRef": frozenset(("categoryValue",)),
    "parameterRef": frozenset(("resourceParameter",)),
    "correlationKeyRef": frozenset(("correlationKey",)),
    "correlationPropertyRef": frozenset(("correlationProperty",)),
    "processRef": frozenset(("process",)),
    "activityRef": ACTIVITIES,
}
ELEMENTS: dict[str, frozenset[str]] = {
    "inMessageRef": MESSAGE,
    "outMessageRef": MESSAGE,
    "errorRef": frozenset(("error",)),
    "operationRef": OPERATION,
    "resourceRef": frozenset(("resource",)),
    "flowNodeRef": FLOW_NODES,
    "incoming": frozenset(("sequenceFlow",)),
    "outgoing": frozenset(("sequenceFlow",)),
    "dataInputRefs": frozenset(("dataInput",)),
    "dataOutputRefs": frozenset(("dataOutput",)),
    "inputSetRefs": frozenset(("inputSet",)),
    "outputSetRefs": frozenset(("outputSet",)),
    "correlationPropertyRef": frozenset(("correlationProperty",)),
    "supportedInterfaceRef": frozenset(("interface",)),
}


def astray(facts: Facts) -> Iterator[tuple[Node, str]]:
    """Each reference that leads nowhere or to the wrong kind of element, with words."""
    imported = child(facts.document.root, "import") is not None
    for node in facts.document.nodes():
        name = kind(node)
        if not name:
            continue
        for attribute, kinds in _references(node):
            value = node.get(attribute, "")
            if _is_astray(facts, value, kinds, imported=imported):
                yield node, _words(name, attribute, value, kinds)
        if name in ELEMENTS and _is_astray(facts, text(node), ELEMENTS[name], imported=imported):
            yield node, _words(_above(node), name, text(node), ELEMENTS[name])


def _references(node: Node) -> Iterator[tuple[str, frozenset[str]]]:
    for attribute in node.attrib:
        kinds = ATTRIBUTES.get(str(attribute))
        if kinds is not None:
            yield str(attribute), kinds


def _is_astray(facts: Facts, value: str, kinds: frozenset[str], *, imported: bool) -> bool:
    if not value.strip() or (imported and ":" in value):
        return False
    return facts.kind_of(value.strip()) not in kinds


def _above(node: Node) -> str:
    parent = node.getparent()
    return BPMN if parent is None else kind(parent)


def _words(name: str, attribute: str, value: str, kinds: frozenset[str]) -> str:
    wanted = context.one_of(sorted(kinds)) if len(kinds) <= 2 else say("element of that kind")  # noqa: PLR2004 - a list longer than two is no help
    return say(
        "%(attribute)s of %(name)s names '%(value)s', but the file has no such %(wanted)s.",
        attribute=attribute,
        name=name,
        value=value,
        wanted=wanted,
    )
