"""What the readers of one process share beside the file: its flows, lanes, boundary events, handlers, ladders."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TypedDict

from engine.bpmn import flows, foreign, mappings
from engine.bpmn.context import Context, called
from engine.bpmn.flows import Flows
from engine.bpmn.graph import Element, IoMapping, SequenceFlow
from engine.bpmn.vocabulary import CAMUNDA, Node, child, descendants, flag, kind, text, texts
from engine.ladder import Ladder
from ledger.words import say


class ElementParts(TypedDict):
    """What every element has."""

    id: str
    kind: str
    name: str | None
    documentation: str | None
    line: int
    parent: str | None
    incoming: tuple[SequenceFlow, ...]
    outgoing: tuple[SequenceFlow, ...]
    default: str | None
    async_before: bool
    async_after: bool
    sets: tuple[IoMapping, ...]


@dataclass(slots=True)
class Scope:
    """One process while it is read."""

    flows: Flows
    lanes: dict[str, str]
    boundary: dict[str, list[str]]
    handlers: dict[str, str]
    ladders: dict[str, Ladder]
    elements: dict[str, Element] = field(default_factory=dict)
    members: dict[str | None, list[str]] = field(default_factory=lambda: defaultdict(list))


def read(context: Context, process: Node, ladders: dict[str, Ladder]) -> Scope:
    """Read what elements need to know of one another."""
    boundary: dict[str, list[str]] = defaultdict(list)
    for event in descendants(process, "boundaryEvent"):
        boundary[event.get("attachedToRef", "")].append(identity(context, event))
    return Scope(
        flows.read(context, process),
        _lanes(process),
        boundary,
        _handlers(context, process),
        ladders,
    )


def identity(context: Context, node: Node) -> str:
    """The element's id; one is made from its place where the file gives none."""
    line, column = (0, 0) if node.get("id") else context.document.place(node)
    return node.get("id") or f"{kind(node)}__{line}_{column}"


def element(context: Context, scope: Scope, node: Node, parent: str | None) -> ElementParts:
    """Read what every element has."""
    id = identity(context, node)
    outgoing = tuple(scope.flows.outgoing.get(id, ()))
    return ElementParts(
        id=id,
        kind=kind(node),
        name=node.get("name"),
        documentation=text(child(node, "documentation")) or None,
        line=context.line(node),
        parent=parent,
        incoming=tuple(scope.flows.incoming.get(id, ())),
        outgoing=outgoing,
        default=_default(context, node, outgoing),
        async_before=_async(context, node, "asyncBefore") or _async(context, node, "async"),
        async_after=_async(context, node, "asyncAfter"),
        sets=mappings.sets(context, node),
    )


def _default(context: Context, node: Node, outgoing: tuple[SequenceFlow, ...]) -> str | None:
    default = node.get("default")
    if default and all(flow.id != default for flow in outgoing):
        context.error(
            node,
            "default",
            say("The default flow '%(default)s' does not leave this element.", default=default),
        )
        return None
    return default or None


def _async(context: Context, node: Node, name: str) -> bool:
    written = foreign.attribute(node, name)
    if written is not None:
        prefix = "camunda" if node.get(f"{{{CAMUNDA}}}{name}") is not None else "flowable"
        context.vendors.note(
            "taken", f"{prefix}:{name}", say("a step of its own, done by a worker"), node
        )
    return written == "true"


def _lanes(process: Node) -> dict[str, str]:
    """The innermost lane of each element that is in one, by name."""
    found: dict[str, str] = {}
    for lane in descendants(process, "lane"):
        for element_id in texts(lane, "flowNodeRef"):
            found[element_id] = called(lane)
    return found


def _handlers(context: Context, process: Node) -> dict[str, str]:
    """By boundary event of compensation: the activity that an association leads to (BPMN 13.5.5)."""
    found: dict[str, str] = {}
    for association in descendants(process, "association"):
        source, target = association.get("sourceRef", ""), association.get("targetRef", "")
        for event, handler in ((source, target), (target, source)):
            node, activity = context.document.by_id.get(event), context.document.by_id.get(handler)
            if node is None or activity is None or kind(node) != "boundaryEvent":
                continue
            if (
                flag(activity, "isForCompensation")
                or child(node, "compensateEventDefinition") is not None
            ):
                found[event] = handler
    return found
