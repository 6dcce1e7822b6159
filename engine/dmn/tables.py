"""Reads decision tables (DMN 1.5, clause 8) into their node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.dmn import tree
from engine.dmn.document import Element, child, children, name_of, text_of
from engine.feel import nodes
from engine.feel.nodes import Node

if TYPE_CHECKING:
    from engine.dmn.boxed import Boxes


def read(boxes: Boxes, element: Element) -> tree.Table:
    """The node of a `<decisionTable>`."""
    rules = list(children(element, "rule"))
    columns = list(children(element, "input"))
    results = list(children(element, "output"))
    conditions = [list(children(rule, "inputEntry")) for rule in rules]
    conclusions = [list(children(rule, "outputEntry")) for rule in rules]
    inputs = tuple(
        _input(boxes, column, [_at(row, i) for row in conditions])
        for i, column in enumerate(columns)
    )
    outputs = tuple(
        _output(boxes, column, [_at(row, i) for row in conclusions])
        for i, column in enumerate(results)
    )
    return tree.Table(
        (element.get("hitPolicy") or "UNIQUE").upper(),
        element.get("aggregation"),
        inputs,
        outputs,
        tuple(rule.get("id") or str(number) for number, rule in enumerate(rules, 1)),
        tuple(boxes.places.of(rule) for rule in rules),
        place=boxes.places.of(element),
    )


def _at(row: list[Element], i: int) -> Element | None:
    return row[i] if i < len(row) else None


def _input(boxes: Boxes, column: Element, cells: list[Element | None]) -> tree.Input:
    expression = child(column, "inputExpression")
    allowed = child(column, "inputValues")
    value = (
        nodes.Constant(None) if expression is None else boxes.feel(expression, text_of(expression))
    )
    tests = [
        nodes.Tests(()) if cell is None else boxes.tests(cell, text_of(cell)) for cell in cells
    ]
    type_ref = None if expression is None else expression.get("typeRef")
    limit = (
        None
        if allowed is None or text_of(allowed) is None
        else boxes.tests(allowed, text_of(allowed))
    )
    return tree.Input(value, type_ref, _bare_tests(limit), tuple(tests))


def _bare_tests(node: Node | None) -> nodes.Tests | None:
    bare = node.tree if isinstance(node, tree.Embedded) else node
    return bare if isinstance(bare, nodes.Tests) and bare.tests else None


def _output(boxes: Boxes, column: Element, cells: list[Element | None]) -> tree.Output:
    values = child(column, "outputValues")
    ranking = _bare_tests(boxes.tests(values, text_of(values)) if values is not None else None)
    default = child(column, "defaultOutputEntry")
    results = [
        nodes.Constant(None) if cell is None else boxes.feel(cell, text_of(cell)) for cell in cells
    ]
    return tree.Output(
        name_of(column) or None,
        column.get("typeRef"),
        ranking.tests if ranking else (),
        None if default is None else boxes.feel(default, text_of(default)),
        tuple(results),
    )
