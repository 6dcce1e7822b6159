"""Sequence flows (BPMN 8.4.13) of one process, read before its elements so that each knows its own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from engine.bpmn import expressions
from engine.bpmn.context import Context
from engine.bpmn.graph import SequenceFlow
from engine.bpmn.vocabulary import FLOW_NODES, Node, child, descendants, kind, text
from engine.feel import Expression
from ledger.words import say

WITHOUT_CONDITIONS = (
    "parallelGateway",
    "eventBasedGateway",
    "startEvent",
    "intermediateCatchEvent",
    "intermediateThrowEvent",
    "boundaryEvent",
)


@dataclass(slots=True)
class Flows:
    """The flows of a process by the ids of their ends, in document order."""

    outgoing: defaultdict[str, list[SequenceFlow]] = field(
        default_factory=lambda: defaultdict(list)
    )
    incoming: defaultdict[str, list[SequenceFlow]] = field(
        default_factory=lambda: defaultdict(list)
    )


def read(context: Context, process: Node) -> Flows:
    """Read every sequence flow of the process, also those inside sub-processes."""
    flows = Flows()
    for node in descendants(process, "sequenceFlow"):
        flow = _flow(context, node, flows)
        if flow is not None:
            flows.outgoing[flow.source].append(flow)
            flows.incoming[flow.target].append(flow)
    return flows


def _flow(context: Context, node: Node, flows: Flows) -> SequenceFlow | None:
    source, target = (_end(context, node, name) for name in ("sourceRef", "targetRef"))
    if source is None or target is None:
        return None
    source_id, target_id = source.get("id", ""), target.get("id", "")
    if source.getparent() is not target.getparent():
        message = say(
            "The sequence flow from '%(source_id)s' to '%(target_id)s' crosses the border of a sub-process or pool.",
            source_id=source_id,
            target_id=target_id,
        )
        context.error(node, "EXT152", message)
        return None
    number = len(flows.outgoing[source_id]) + 1
    return SequenceFlow(
        id=node.get("id") or f"flow__{source_id}__{number}",
        source=source_id,
        target=target_id,
        name=node.get("name"),
        condition=_condition(context, node, source),
        line=context.line(node),
    )


def _end(context: Context, node: Node, name: str) -> Node | None:
    reference = node.get(name)
    if not reference:
        side = "from" if name == "sourceRef" else "to"
        context.error(
            node,
            "sequence-flow.end",
            say(
                "The sequence flow does not say where it goes %(side)s (%(name)s).",
                side=side,
                name=name,
            ),
        )
        return None
    return context.referred(node, reference, *FLOW_NODES)


def _condition(context: Context, node: Node, source: Node) -> Expression | None:
    found = child(node, "conditionExpression")
    if found is None or not text(found):
        return None
    if kind(source) in WITHOUT_CONDITIONS:
        message = say(
            "A flow out of a %(kind)s has no condition; this one is not asked.", kind=kind(source)
        )
        context.warning(found, "condition.unasked", message)
        return None
    return expressions.of(context, found, say("condition"))
