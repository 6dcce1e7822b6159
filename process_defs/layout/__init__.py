"""Where everything stands in the diagram: left to right on a grid, lines only where no shape can be.

Shapes fill the cells of columns and rows. Lines run upwards and downwards in the gutters between
columns, to the left and right in the bands below rows, and inside the cell they come from; so a
line never crosses a shape. Nothing depends on a title: a changed title moves nothing.
"""

from __future__ import annotations

from process_defs import drawn
from process_defs.drawing import ACTIVITIES, Drawing, Node
from process_defs.drawn import shapes
from process_defs.language import Draw, Stage
from process_defs.layout.boxes import HEADER, LABEL, PAD, Box, Layout, Point
from process_defs.layout.grid import Grid

__all__ = ["HEADER", "Box", "Layout", "lay_out"]


def lay_out(drawing: Drawing) -> Layout:
    """Return the layout of a drawing and of all drawings inside it, beginning at (0, 0)."""
    inner = {node.id: found for node in drawing.nodes if (found := _inside(node))}
    grid = Grid(drawing, inner)
    layout = Layout(grid.width, grid.height, lanes=grid.lanes)
    for node in drawing.nodes:
        box = grid.boxes[node.id]
        layout.shapes[node.id] = box
        if node.id in inner:
            layout.add(inner[node.id], box.x + PAD, box.y + PAD)
        if node.kind not in ACTIVITIES:
            layout.labels[node.id] = _label(node, box)
    for edge in drawing.edges:
        points = grid.points(edge)
        layout.edges[edge.id] = points
        if edge.name:
            layout.labels[edge.id] = _edge_label(points)
    return layout


def _inside(node: Node) -> Layout | None:
    """Return what a frame holds; a drawn part stands as it was drawn, if it says where."""
    if node.inner is not None:
        return lay_out(node.inner)
    if not (isinstance(node.of, Stage) and isinstance(node.of.work, Draw)) or node.attached_to:
        return None
    root = drawn.parsed(node.of.work.said.text).root
    parts = drawn.inside(root)
    return shapes.given(root, parts) or lay_out(shapes.ranked(parts))


def _label(node: Node, box: Box) -> Box:
    """The name of a gateway stands above it, that of an event below, of a boundary event at its right."""
    width, height = LABEL
    left = box.middle[0] - width // 2
    if node.kind == "boundaryEvent":
        return Box(box.right + 2, box.bottom - height, 30, height)
    if node.kind.endswith("Gateway"):
        return Box(left, box.y - 2 * height - 4, width, 2 * height)
    return Box(left, box.bottom + 4, width, height)


def _edge_label(points: list[Point]) -> Box:
    """The name of a line stands above its first stretch to the side."""
    width, height = LABEL
    (x, y), (_, down) = points[0], points[1]
    if y == down:
        return Box(x + 4, y - height - 3, width, height)
    return Box(x + 6, down - height - 3, 2 * width, height)
