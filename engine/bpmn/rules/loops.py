"""Rules about loops and multi-instance (BPMN 10.3.7), and about conditions that are none."""

from __future__ import annotations

from datetime import UTC, datetime

from engine import feel
from engine.bpmn import foreign
from engine.bpmn.rules.facts import Facts, io
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import (
    KONTOR,
    SUBPROCESSES,
    ZEEBE,
    Node,
    child,
    extension,
    flag,
    kind,
    text,
)
from ledger.words import say

AN_INSTANT = datetime(2026, 1, 5, tzinfo=UTC)


def _is_other_than_boolean(node: Node | None) -> bool:
    """Say whether the expression reads nothing and gives a value that is no boolean."""
    if node is None:
        return False
    try:
        compiled = feel.expression(text(node).removeprefix("="))
        return not compiled.paths and not isinstance(
            compiled.evaluate({}, now=AN_INSTANT), bool | None
        )
    except (feel.FeelError, feel.LimitExceeded):
        return False


def _has_own_collection(loop: Node) -> bool:
    return (
        loop.get(f"{{{KONTOR}}}collection") is not None
        or foreign.attribute(loop, "collection") is not None
        or extension(loop, ZEEBE, "loopCharacteristics") is not None
    )


def _without_count(facts: Facts, loop: Node) -> bool:
    given = child(loop, "loopCardinality", "loopDataInputRef") is not None or _has_own_collection(
        loop
    )
    return facts.is_executable(loop) and not given


def _of_elsewhere(facts: Facts, loop: Node) -> bool:
    reference, activity = child(loop, "loopDataInputRef"), loop.getparent()
    if (
        reference is None
        or activity is None
        or kind(activity) in SUBPROCESSES
        or not facts.is_executable(loop)
    ):
        return False
    return all(item.get("id") != text(reference) for item in io(activity, "dataInput"))


def _not_scalar(facts: Facts, loop: Node, reference: str, item: str) -> bool:
    """The item of one instance is the scalar of the collection's."""
    found, one = child(loop, reference), child(loop, item)
    if found is None or one is None or not facts.is_executable(loop):
        return False
    whole, single = facts.item(facts.refer(text(found))), facts.item(one)
    if whole is None or single is None:
        return whole is not single
    return flag(single, "isCollection") or whole.get("structureRef") != single.get("structureRef")


RULES = (
    Rule("EXT067", "10.3.7", say("A multi-instance activity of an executable process says how often it runs: loopCardinality or loopDataInputRef."), ("multiInstanceLoopCharacteristics",), _without_count),
    Rule("EXT068", "10.3.7", say("loopDataInputRef names a data input of the activity itself."), ("multiInstanceLoopCharacteristics",), _of_elsewhere),
    Rule("EXT069", "10.3.7", say("outputDataItem is of the scalar type of the collection that loopDataOutputRef names."), ("multiInstanceLoopCharacteristics",),
         lambda f, n: _not_scalar(f, n, "loopDataOutputRef", "outputDataItem")),
    Rule("EXT070", "10.3.7", say("inputDataItem is of the scalar type of the collection that loopDataInputRef names."), ("multiInstanceLoopCharacteristics",),
         lambda f, n: _not_scalar(f, n, "loopDataInputRef", "inputDataItem")),
    Rule("EXT071", "10.3.7", say("A completion condition is true or false."), ("multiInstanceLoopCharacteristics", "adHocSubProcess"),
         lambda _f, n: _is_other_than_boolean(child(n, "completionCondition"))),
    Rule("EXT072", "10.3.7", say("The condition of a complex behaviour is true or false."), ("complexBehaviorDefinition",),
         lambda _f, n: _is_other_than_boolean(child(n, "condition"))),
    Rule("condition.boolean", "10.3.7", say("A loop's condition is true or false."), ("standardLoopCharacteristics",),
         lambda _f, n: _is_other_than_boolean(child(n, "loopCondition"))),
    Rule("condition.boolean", "8.4.13", say("A sequence flow's condition is true or false."), ("sequenceFlow",),
         lambda _f, n: _is_other_than_boolean(child(n, "conditionExpression"))),
    Rule("condition.boolean", "10.5.5", say("A conditional event's condition is true or false."), ("conditionalEventDefinition",),
         lambda _f, n: _is_other_than_boolean(child(n, "condition"))),
)  # fmt: skip
