"""Events (BPMN 10.5): start, end, intermediate and boundary, with their definitions, data and assignments."""

from __future__ import annotations

from engine.bpmn import event_definitions, foreign, forms, jobs, mappings, scope
from engine.bpmn.context import Context, called
from engine.bpmn.graph import Element, Event
from engine.bpmn.scope import Scope
from engine.bpmn.vocabulary import ACTIVITIES, THROWING, Node, flag, kind
from ledger.words import say


def read(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """Compile one event."""
    nodes = event_definitions.nodes(context, node)
    definitions = event_definitions.read(context, node)
    topics = (
        [jobs.event_topic(context, node, found) for found in nodes]
        if kind(node) in THROWING
        else []
    )
    initiator = foreign.attribute(node, "initiator")
    context.assigns([initiator])
    return Event(
        **scope.element(context, around, node, parent),
        definitions=definitions,
        parallel_multiple=flag(node, "parallelMultiple"),
        interrupting=_is_interrupting(node),
        attached_to=_attached(context, node),
        topic=next((topic for topic in topics if topic), None),
        inputs=mappings.inputs(context, node),
        outputs=mappings.outputs(context, node),
        form=forms.fields(context, node) if kind(node) == "startEvent" else (),
        initiator=initiator,
    )


def _is_interrupting(node: Node) -> bool:
    name = "cancelActivity" if kind(node) == "boundaryEvent" else "isInterrupting"
    return flag(node, name, default=True)


def _attached(context: Context, node: Node) -> str | None:
    if kind(node) != "boundaryEvent":
        return None
    reference = node.get("attachedToRef")
    if not reference:
        context.error(
            node,
            "boundary.attached",
            say("The boundary event '%(called)s' is attached to nothing.", called=called(node)),
        )
        return None
    found = context.referred(node, reference, *ACTIVITIES)
    return None if found is None else found.get("id")
