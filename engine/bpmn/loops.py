"""Loops (BPMN 13.3.6, 13.3.7): the standard loop, and multi-instance in the standard's words and in others'."""

from __future__ import annotations

from typing import Literal

from engine.bpmn import data, event_definitions, expressions, foreign
from engine.bpmn.context import Context
from engine.bpmn.graph import EventDefinition, MultiInstance, StandardLoop
from engine.bpmn.vocabulary import (
    EVENT_DEFINITIONS,
    KONTOR,
    ZEEBE,
    Node,
    child,
    children,
    descendants,
    extension,
    flag,
    kind,
    text,
)
from engine.feel import Expression
from ledger.words import say

Behaviour = Literal["all", "one", "none", "complex"]
BEHAVIOURS: dict[str, Behaviour] = {
    "All": "all",
    "One": "one",
    "None": "none",
    "Complex": "complex",
}


def read(context: Context, activity: Node) -> StandardLoop | MultiInstance | None:
    """The loop of an activity, or None."""
    found = list(
        children(activity, "standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
    )
    if not found:
        return None
    if len(found) > 1:
        context.error(
            found[1], "EXT041", say("An activity is either a loop or multi-instance, not both.")
        )
    loop = found[0]
    if kind(loop) == "standardLoopCharacteristics":
        return _standard(context, loop)
    return _multi_instance(context, activity, loop)


def _standard(context: Context, loop: Node) -> StandardLoop:
    maximum = loop.get("loopMaximum")
    count = int(maximum) if maximum and maximum.strip().lstrip("+-").isdecimal() else None
    if count is not None and count < 1:
        context.error(
            loop,
            "loop.maximum",
            say("A loop runs at least once at most, not %(maximum)s times.", maximum=maximum),
        )
    condition = child(loop, "loopCondition")
    compiled = expressions.of(context, condition, say("loop condition"))
    if condition is None and count is None:
        context.error(
            loop,
            "loop.endless",
            say("The loop has neither a condition nor a maximum, so it would never end."),
        )
    return StandardLoop(compiled, flag(loop, "testBefore"), count)


def _multi_instance(context: Context, activity: Node, loop: Node) -> MultiInstance:
    before = len(context.problems)
    collection, item = _collection(context, activity, loop)
    output_collection, output_item = _outputs(context, activity, loop)
    context.assigns([item, output_collection])
    cardinality = expressions.of(context, child(loop, "loopCardinality"), say("loop cardinality"))
    if cardinality is None and collection is None and len(context.problems) == before:
        words = say(
            "The multi-instance activity says neither how often it runs nor over which collection."
        )
        context.error(loop, "EXT067", words)
    return MultiInstance(
        sequential=flag(loop, "isSequential"),
        cardinality=cardinality,
        collection=collection,
        item=item,
        output_collection=output_collection,
        output_item=output_item,
        completion=expressions.of(
            context, child(loop, "completionCondition"), say("completion condition")
        ),
        behaviour=BEHAVIOURS.get(loop.get("behavior", "All"), "all"),
        none_event=_event(context, activity, loop, "noneBehaviorEventRef"),
        one_event=_event(context, activity, loop, "oneBehaviorEventRef"),
        complex_events=tuple(_complex(context, activity, loop)),
    )


def _collection(
    context: Context, activity: Node, loop: Node
) -> tuple[Expression | None, str | None]:
    own, zeebe = loop.get(f"{{{KONTOR}}}collection"), extension(loop, ZEEBE, "loopCharacteristics")
    if own is not None:
        return expressions.attribute(context, loop, own, "collection"), loop.get(
            f"{{{KONTOR}}}item"
        )
    if zeebe is not None:
        context.vendors.note(
            "taken", "zeebe:loopCharacteristics", say("the multi-instance collection"), zeebe
        )
        source = zeebe.get("inputCollection", "")
        return expressions.attribute(context, zeebe, source, "inputCollection"), zeebe.get(
            "inputElement"
        )
    if (platform := foreign.attribute(loop, "collection")) is not None:
        context.vendors.note(
            "taken", "camunda:collection", say("the multi-instance collection"), loop
        )
        collection = expressions.attribute(context, loop, platform, "collection")
        return collection, foreign.attribute(loop, "elementVariable")
    return _standard_collection(context, activity, loop)


def _standard_collection(
    context: Context, activity: Node, loop: Node
) -> tuple[Expression | None, str | None]:
    item = child(loop, "inputDataItem")
    name = None if item is None else data.variable_name(context, item)
    reference = child(loop, "loopDataInputRef")
    found = None if reference is None else context.referred(reference, text(reference))
    if found is None:
        return None, name
    source = data.source_of(context, activity, found.get("id", ""))
    return expressions.variable(context, loop, source or data.variable_name(context, found)), name


def _outputs(context: Context, activity: Node, loop: Node) -> tuple[str | None, Expression | None]:
    own, zeebe = loop.get(f"{{{KONTOR}}}outputItem"), extension(loop, ZEEBE, "loopCharacteristics")
    if own is not None:
        return loop.get(f"{{{KONTOR}}}outputCollection"), expressions.attribute(
            context, loop, own, "outputItem"
        )
    if zeebe is not None and zeebe.get("outputElement"):
        source = zeebe.get("outputElement", "")
        return zeebe.get("outputCollection"), expressions.attribute(
            context, zeebe, source, "outputElement"
        )
    item, reference = child(loop, "outputDataItem"), child(loop, "loopDataOutputRef")
    found = None if reference is None else context.referred(reference, text(reference))
    if found is None:
        return None, None
    target = data.target_of(context, activity, found.get("id", "")) or data.variable_name(
        context, found
    )
    inner = data.variable_name(context, item if item is not None else found)
    return target, expressions.variable(context, loop, inner)


def _event(context: Context, activity: Node, loop: Node, name: str) -> EventDefinition | None:
    found = context.referred(loop, loop.get(name), *EVENT_DEFINITIONS)
    return None if found is None else event_definitions.one(context, found, activity)


def _complex(
    context: Context, activity: Node, loop: Node
) -> list[tuple[Expression, EventDefinition]]:
    result = []
    for behaviour in children(loop, "complexBehaviorDefinition"):
        condition = expressions.of(
            context, child(behaviour, "condition"), say("complex behaviour's condition")
        )
        definitions = descendants(behaviour, *EVENT_DEFINITIONS)
        for node in definitions:
            event = event_definitions.one(context, node, activity)
            if condition is not None and event is not None:
                result.append((condition, event))
    return result
