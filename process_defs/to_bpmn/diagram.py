"""BPMN diagram interchange of a drawing: a shape for each element, an edge for each flow."""

from __future__ import annotations

from lxml import etree

from engine.bpmn import vocabulary
from process_defs import drawn, layout
from process_defs.drawing import Drawing
from process_defs.drawn import shapes
from process_defs.language import Draw, Stage
from process_defs.layout import HEADER, Box
from process_defs.layout.boxes import Point
from process_defs.to_bpmn.extensions import Element
from process_defs.to_bpmn.names import BPMNDI, DC, DI

MARGIN = 60


def collaboration_id(process: str) -> str:
    """Return the id of the collaboration around a process with lanes."""
    return f"collaboration__{process}"


def participant_id(process: str) -> str:
    """Return the id of the pool of a process with lanes."""
    return f"participant__{process}"


def lane_id(number: int) -> str:
    """Return the id of the lane at a place, from 1; a role's new name moves nothing."""
    return f"lane__{number}"


def write(root: Element, process: str, drawing: Drawing) -> None:
    """Append the diagram of a process to its file."""
    has_lanes = len(drawing.lanes) > 1
    found = layout.lay_out(drawing)
    placed = layout.Layout()
    placed.add(found, MARGIN + (2 * HEADER if has_lanes else 0), MARGIN)
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", id=f"diagram__{process}")
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id=f"plane__{process}")
    plane.set("bpmnElement", collaboration_id(process) if has_lanes else process)
    if has_lanes:
        _pool(plane, process, found, drawing)
    for inside in drawing.everywhere():
        for node in inside.nodes:
            shape = _shape(plane, node.id, placed.shapes[node.id])
            if node.kind == "exclusiveGateway":
                shape.set("isMarkerVisible", "true")
            if node.kind == "subProcess":
                shape.set("isExpanded", "true")
            if node.name and node.id in placed.labels:
                _label(shape, placed.labels[node.id])
            if (
                isinstance(node.of, Stage)
                and isinstance(node.of.work, Draw)
                and not node.attached_to
            ):
                _drawn(plane, node.of.work, placed)
        for edge in inside.edges:
            line = _line(plane, edge.id, placed.edges[edge.id])
            if edge.name:
                _label(line, placed.labels[edge.id])


def _drawn(plane: Element, work: Draw, placed: layout.Layout) -> None:
    """Show a drawn part with the colours and signs of its own diagram, where it has one."""
    root = drawn.parsed(work.said.text).root
    looks, listed = shapes.looks(root), drawn.ids(root)
    for id, element in listed.items():
        look = looks.get(id)
        own = {} if look is None else {str(key): str(value) for key, value in look.attrib.items()}
        if id in placed.shapes:
            shape = _shape(plane, id, placed.shapes[id])
        elif id in placed.edges:
            shape = _line(plane, id, placed.edges[id])
        else:
            continue
        if vocabulary.kind(element) in vocabulary.SUBPROCESSES:
            shape.set("isExpanded", "true")
        if vocabulary.kind(element) == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        for key in sorted(own.keys() - {"id", "bpmnElement"}):
            shape.set(key, own[key])
        if id in placed.labels and (element.get("name") or look is not None):
            _label(shape, placed.labels[id])


def _line(plane: Element, id: str, points: list[Point]) -> Element:
    line = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{id}__di", bpmnElement=id)
    for x, y in points:
        etree.SubElement(line, f"{{{DI}}}waypoint", x=str(x), y=str(y))
    return line


def _pool(plane: Element, process: str, found: layout.Layout, drawing: Drawing) -> None:
    pool = Box(MARGIN, MARGIN, found.width + 2 * HEADER, found.height)
    _shape(plane, participant_id(process), pool).set("isHorizontal", "true")
    for number, lane in enumerate(drawing.lanes, 1):
        box = found.lanes[lane]
        shifted = Box(MARGIN + HEADER, MARGIN + box.y, found.width + HEADER, box.height)
        _shape(plane, lane_id(number), shifted).set("isHorizontal", "true")


def _shape(plane: Element, id: str, box: Box) -> Element:
    shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{id}__di", bpmnElement=id)
    _bounds(shape, box)
    return shape


def _label(into: Element, box: Box) -> None:
    _bounds(etree.SubElement(into, f"{{{BPMNDI}}}BPMNLabel"), box)


def _bounds(into: Element, box: Box) -> None:
    parts = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    etree.SubElement(into, f"{{{DC}}}Bounds", {name: str(value) for name, value in parts.items()})
