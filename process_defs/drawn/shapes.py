"""Where the elements of a drawing stand: as it says itself, else from left to right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from engine.bpmn.vocabulary import FLOW_NODES, SUBPROCESSES, kind, local_ref
from process_defs.drawing import Drawing, Edge, Kind, Node
from process_defs.drawn import Element
from process_defs.layout.boxes import Box, Layout

BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
FURTHEST = 1_000_000


def looks(root: Element) -> Mapping[str, Element]:
    """Return the shapes and lines of a file's diagram by the element that they show."""
    found = (*root.iter(f"{{{BPMNDI}}}BPMNShape"), *root.iter(f"{{{BPMNDI}}}BPMNEdge"))
    return {local_ref(str(one.get("bpmnElement"))): one for one in found}


def given(root: Element, parts: Iterable[Element]) -> Layout | None:
    """Return where `parts` stand in the diagram of their file, moved to (0, 0); None where one stands nowhere."""
    known, listed = looks(root), list(parts)
    if not all(id in known for id in _shown(listed, known)):
        return None
    names = {one.get("id") for part in listed for one in part.iter("*") if kind(one)}
    found = Layout()
    try:
        for id, look in known.items():
            if id in names:
                _place(found, id, look)
    except (ValueError, OverflowError):
        return None
    return _moved(found)


def _shown(parts: Iterable[Element], known: Mapping[str, Element]) -> Iterator[str]:
    for part in parts:
        id = str(part.get("id"))
        if kind(part) in FLOW_NODES or kind(part) == "sequenceFlow":
            yield id
        if kind(part) in SUBPROCESSES and (
            id not in known or known[id].get("isExpanded") != "false"
        ):
            yield from _shown(part.iterchildren("*"), known)


def _place(into: Layout, id: str, look: Element) -> None:
    label = look.find(f"{{{BPMNDI}}}BPMNLabel/{{{DC}}}Bounds")
    if label is not None:
        into.labels[id] = _box(label)
    bounds = look.find(f"{{{DC}}}Bounds")
    if bounds is not None:
        into.shapes[id] = _box(bounds)
    else:
        corners = look.findall(f"{{{DI}}}waypoint")
        into.edges[id] = [(_number(one, "x"), _number(one, "y")) for one in corners]


def _box(bounds: Element) -> Box:
    x, y, width, height = (_number(bounds, name) for name in ("x", "y", "width", "height"))
    return Box(x, y, width, height)


def _number(element: Element, name: str) -> int:
    found = round(float(str(element.get(name, ""))))
    if abs(found) > FURTHEST:
        raise ValueError(f"{name} is {found}, which is nowhere in a diagram")
    return found


def _moved(layout: Layout) -> Layout:
    boxes = [*layout.shapes.values(), *layout.labels.values()]
    points = [point for corners in layout.edges.values() for point in corners]
    xs = [*(box.x for box in boxes), *(x for x, _ in points)]
    ys = [*(box.y for box in boxes), *(y for _, y in points)]
    rights = [*(box.right for box in boxes), *(x for x, _ in points)]
    bottoms = [*(box.bottom for box in boxes), *(y for _, y in points)]
    left, top = min(xs, default=0), min(ys, default=0)
    found = Layout(max(rights, default=0) - left, max(bottoms, default=0) - top)
    found.add(layout, -left, -top)
    return found


def ranked(parts: Iterable[Element]) -> Drawing:
    """Return elements and flows in columns: each behind what leads to it, ways back aside."""
    listed = list(parts)
    nodes = {str(one.get("id")): _node(one) for one in listed if kind(one) in FLOW_NODES}
    flows = [one for one in listed if kind(one) == "sequenceFlow"]
    edges = [
        Edge(str(one.get("id")), source, target, one.get("name") or "")
        for one in flows
        if (source := local_ref(one.get("sourceRef", ""))) in nodes
        and (target := local_ref(one.get("targetRef", ""))) in nodes
    ]
    hosts = {id for id, node in nodes.items() if not node.attached_to}
    for node in nodes.values():
        node.attached_to = node.attached_to if node.attached_to in hosts else None
    _columns(nodes, edges)
    return Drawing(list(nodes.values()), edges)


def _node(element: Element) -> Node:
    name = cast("Kind", kind(element))
    host = local_ref(element.get("attachedToRef", "")) if name == "boundaryEvent" else None
    inner = ranked(element.iterchildren("*")) if name in SUBPROCESSES else None
    return Node(
        str(element.get("id")),
        name,
        element.get("name") or "",
        attached_to=host,
        inner=inner if inner and inner.nodes else None,
    )


def _columns(nodes: Mapping[str, Node], edges: Iterable[Edge]) -> None:
    """Give each node a cell; an attached event has its host's."""
    goes: dict[str, list[str]] = {id: [] for id in nodes}
    for edge in edges:
        host = nodes[edge.source].attached_to or edge.source
        if not nodes[edge.target].attached_to:
            goes[host].append(edge.target)
    order = _finished(goes)
    turn = {id: number for number, id in enumerate(order)}
    for id in reversed(order):
        for target in goes[id]:
            if turn[target] < turn[id]:
                nodes[target].column = max(nodes[target].column, nodes[id].column + 1)
    rows: dict[int, int] = {}
    for node in (node for node in nodes.values() if not node.attached_to):
        node.row = rows.get(node.column, 0)
        rows[node.column] = node.row + 1
    for node in nodes.values():
        if node.attached_to:
            host_node = nodes[node.attached_to]
            node.column, node.row = host_node.column, host_node.row


def _finished(goes: Mapping[str, list[str]]) -> list[str]:
    """Return the nodes in the order in which a walk is done with them; what is begun first is done last."""
    done: dict[str, None] = {}
    for start in goes:
        seen: set[str] = {start}
        stack: list[tuple[str, Iterator[str]]] = (
            [] if start in done else [(start, iter(goes[start]))]
        )
        while stack:
            id, targets = stack[-1]
            target = next((one for one in targets if one not in done and one not in seen), None)
            if target is None:
                done[id] = None
                stack.pop()
            else:
                seen.add(target)
                stack.append((target, iter(goes[target])))
    return list(done)
