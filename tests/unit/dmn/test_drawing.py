"""A file without a drawing is given one that keeps everything else."""

from __future__ import annotations

from lxml import etree

from engine import dmn
from engine.dmn import drawing
from tests.unit.dmn.writing import (
    NAMESPACE,
    data,
    decide,
    decision,
    definitions,
    knowledge,
    literal,
)

GRAPH = definitions(
    data("n", "number"),
    knowledge("twice", [("x", "number")], literal("x * 2")),
    decision("a", literal("twice(n)"), "input:n", "knowledge:twice"),
    "<!-- kept -->",
    decision("b", literal("a + n"), "decision:a", "input:n"),
).replace(NAMESPACE.encode(), drawing.DRAWN.encode())


def places(source: bytes) -> dict[str, tuple[float, float]]:
    root = etree.fromstring(source)
    return {
        str(shape.get("dmnElementRef")): (float(bounds.get("x", "")), float(bounds.get("y", "")))
        for shape in root.iter(f"{{{drawing.DMNDI}}}DMNShape")
        for bounds in shape.iter(f"{{{drawing.DC}}}Bounds")
    }


def test_who_requires_stands_above_what_is_required():
    found = places(drawing.drawn(GRAPH))
    assert found.keys() == {"n", "twice", "a", "b"}
    assert found["b"][1] < found["a"][1] < min(found["n"][1], found["twice"][1])
    assert len(set(found.values())) == 4


def test_each_requirement_is_a_line_and_the_rest_is_kept():
    drawn = drawing.drawn(GRAPH)
    lines = list(etree.fromstring(drawn).iter(f"{{{drawing.DMNDI}}}DMNEdge"))
    assert len(lines) == 4
    ids = {each.get("id") for each in etree.fromstring(drawn).iter()}
    assert {line.get("dmnElementRef") for line in lines} <= ids
    assert b"<!-- kept -->" in drawn
    found = dmn.read(drawn)
    assert found.problems == []
    assert decide(found, "b", n=2).value == 6


def test_a_drawing_that_is_there_stays_and_a_graph_that_goes_in_circles_is_drawn():
    drawn = drawing.drawn(GRAPH)
    assert drawing.drawn(drawn) == drawn
    other = GRAPH.replace(drawing.DRAWN.encode(), NAMESPACE.encode())
    assert drawing.drawn(other) == other
    circle = definitions(
        decision("a", literal("b"), "decision:b"), decision("b", literal("a"), "decision:a")
    ).replace(NAMESPACE.encode(), drawing.DRAWN.encode())
    assert places(drawing.drawn(circle)).keys() == {"a", "b"}
