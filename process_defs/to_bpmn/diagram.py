"""BPMN diagram interchange of a drawing: a shape for each element, an edge for each flow."""

from __future__ import annotations

from lxml import etree

from process_defs import layout
from process_defs.drawing import Drawing
from process_defs.layout import HEADER, Box
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
        for edge in inside.edges:
            line = etree.SubElement(
                plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{edge.id}__di", bpmnElement=edge.id
            )
            for x, y in placed.edges[edge.id]:
                etree.SubElement(line, f"{{{DI}}}waypoint", x=str(x), y=str(y))
            if edge.name:
                _label(line, placed.labels[edge.id])


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
