"""Rules about items, data, input/output specifications and expressions (BPMN 8.4.6, 8.4.10, 10.4)."""

from __future__ import annotations

from engine.bpmn.rules.facts import Facts, is_empty
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import (
    ACTIVITIES,
    EVENTS,
    EXPRESSIONS,
    SUBPROCESSES,
    XSI,
    Node,
    child,
    children,
    flag,
    kind,
    texts,
)
from ledger.words import say

ALWAYS_FORMAL = frozenset(("transformation", "messagePath", "dataPath", "formalExpression"))
NATURAL = ("conditionExpression", "completionCondition", "loopCondition", "loopCardinality", "activationCondition", "timeDate", "timeCycle", "timeDuration")  # fmt: skip
ASSOCIATIONS = ("dataInputAssociation", "dataOutputAssociation")
HOLDING_PROPERTIES = ACTIVITIES | EVENTS | {"process"}
SPECIFIED = (ACTIVITIES - SUBPROCESSES) | {"process", "globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"}  # fmt: skip


def _says_formal(node: Node) -> bool:
    return (node.get(f"{{{XSI}}}type") or "").rpartition(":")[2] == "tFormalExpression"


def _formal_without_body(_facts: Facts, node: Node) -> bool:
    above = node.getparent()
    is_complex = (
        kind(node) == "condition"
        and above is not None
        and kind(above) == "complexBehaviorDefinition"
    )
    return is_empty(node) and (_says_formal(node) or is_complex or kind(node) in ALWAYS_FORMAL)


def _natural_language(facts: Facts, node: Node) -> bool:
    return not is_empty(node) and not _says_formal(node) and facts.is_executable(node)


def _other_cardinality(facts: Facts, node: Node) -> bool:
    reference = node.get("itemSubjectRef")
    item = facts.refer(reference) if reference else None
    return item is not None and flag(item, "isCollection") != flag(node, "isCollection")


def _is_media_type(written: str) -> bool:
    main, slash, sub = written.strip().partition("/")
    return bool(main and slash and sub) and not set(written.strip()) & set(" \t\n\"'<>")


def _parent_kind(node: Node) -> str:
    above = node.getparent()
    return "" if above is None else kind(above)


def _unset(facts: Facts, node: Node, sets: str, references: str) -> bool:
    """Data of a specification that no set names. The data of an event is in no specification (10.5.1)."""
    specification = node.getparent()
    if specification is None or kind(specification) != "ioSpecification":
        return False
    return node.get("id") not in facts.members(specification, sets, references)


def _unlisted(node: Node, references: str, listed: str) -> bool:
    return not set(texts(node, references)) <= set(texts(node, listed))


def _one_sided(facts: Facts, node: Node, references: str, back: str) -> bool:
    others = (facts.refer(reference) for reference in texts(node, references))
    return any(other is None or node.get("id") not in facts.listed(other, back) for other in others)


def _items_differ(facts: Facts, association: Node) -> bool:
    if (
        child(association, "transformation") is not None
        or child(association, "assignment") is not None
    ):
        return False
    ends = [
        facts.refer(reference)
        for reference in (*texts(association, "sourceRef"), *texts(association, "targetRef"))
    ]
    items = [facts.item(end) for end in ends]
    if any(item is None for item in items):
        return False
    return any(not facts.same_item(ends[0], end) for end in ends[1:])


def _of_process(node: Node) -> bool:
    specification = node.getparent()
    return specification is not None and _parent_kind(specification) == "process"


def _without_sets(node: Node) -> bool:
    return not _sets(node, "inputSet") or not _sets(node, "outputSet")


def _sets(specification: Node, name: str) -> list[Node]:
    return list(children(specification, name))


RULES = (
    Rule("EXT004", "8.3.1", say("The textFormat of a documentation is a media type."), ("documentation",),
         lambda _f, n: n.get("textFormat") is not None and not _is_media_type(n.get("textFormat", ""))),
    Rule("EXT005", "8.4.1", say("The textFormat of an annotation is a media type."), ("textAnnotation",),
         lambda _f, n: n.get("textFormat") is not None and not _is_media_type(n.get("textFormat", ""))),
    Rule("EXT012", "8.4.6", say("An executable process uses formal expressions, not natural language (xsi:type)."), NATURAL, _natural_language),
    Rule("EXT013", "8.4.6", say("A formal expression says something."), tuple(sorted(EXPRESSIONS)), _formal_without_body),
    Rule("EXT020", "8.4.10", say("isCollection agrees with the item definition."), ("dataObject", "dataInput", "dataOutput", "dataStore"), _other_cardinality),
    Rule("EXT078", "10.4.1", say("Properties belong to processes, activities and events."), ("property",), lambda _f, n: _parent_kind(n) not in HOLDING_PROPERTIES),
    Rule("EXT079", "10.4.1", say("A sub-process has no input/output specification."), ("ioSpecification",), lambda _f, n: _parent_kind(n) in SUBPROCESSES),
    Rule("EXT080", "10.4.1", say("Processes, global tasks, tasks and call activities have input/output specifications, nothing else."), ("ioSpecification",),
         lambda _f, n: _parent_kind(n) not in SPECIFIED),
    Rule("EXT081", "10.4.1", say("Nothing in the process leads to its data input."), ("dataInput",), lambda f, n: _of_process(n) and n.get("id") in f.named_by("targetRef", *ASSOCIATIONS)),
    Rule("EXT082", "10.4.1", say("Nothing in the process reads its data output."), ("dataOutput",), lambda f, n: _of_process(n) and n.get("id") in f.named_by("sourceRef", *ASSOCIATIONS)),
    Rule("EXT083", "10.4.1", say("An input/output specification has at least one input set and one output set."), ("ioSpecification",), lambda _f, n: _without_sets(n)),
    Rule("EXT084", "10.4.1", say("At least one input set names each data input."), ("dataInput",), lambda f, n: _unset(f, n, "inputSet", "dataInputRefs")),
    Rule("EXT085", "10.4.1", say("An optional input is one of the set's inputs."), ("inputSet",), lambda _f, n: _unlisted(n, "optionalInputRefs", "dataInputRefs")),
    Rule("EXT086", "10.4.1", say("An input that may come while executing is one of the set's inputs."), ("inputSet",),
         lambda _f, n: _unlisted(n, "whileExecutingInputRefs", "dataInputRefs")),
    Rule("EXT087", "10.4.1", say("An input set and an output set that belong together name each other."), ("inputSet",),
         lambda f, n: _one_sided(f, n, "outputSetRefs", "inputSetRefs")),
    Rule("EXT087", "10.4.1", say("An output set and an input set that belong together name each other."), ("outputSet",),
         lambda f, n: _one_sided(f, n, "inputSetRefs", "outputSetRefs")),
    Rule("EXT088", "10.4.1", say("At least one output set names each data output."), ("dataOutput",), lambda f, n: _unset(f, n, "outputSet", "dataOutputRefs")),
    Rule("EXT089", "10.4.1", say("An optional output is one of the set's outputs."), ("outputSet",), lambda _f, n: _unlisted(n, "optionalOutputRefs", "dataOutputRefs")),
    Rule("EXT090", "10.4.1", say("An output that may be given while executing is one of the set's outputs."), ("outputSet",),
         lambda _f, n: _unlisted(n, "whileExecutingOutputRefs", "dataOutputRefs")),
    Rule("EXT091", "10.4.2", say("Both ends of a data association are of one item, or it has a transformation."), ASSOCIATIONS, _items_differ),
    Rule("EXT092", "10.4.2", say("A data association without a transformation has at most one source."), ASSOCIATIONS,
         lambda _f, n: child(n, "transformation") is None and len(texts(n, "sourceRef")) > 1),
)  # fmt: skip
