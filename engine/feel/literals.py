"""Compiles literals, lists, contexts, ranges and functions written in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.feel import comparison, functions, nodes, values
from engine.feel.compiler import compiled, fail, rule
from engine.feel.frame import Frame, Run
from engine.feel.scope import Scope
from engine.feel.values import Range, Value, a_kind
from engine.feel.words import say


@rule(nodes.Number)
def _number(node: nodes.Number, scope: Scope) -> Run:
    value = node.value
    return lambda frame: value


@rule(nodes.Text)
def _text(node: nodes.Text, scope: Scope) -> Run:
    value = node.value
    return lambda frame: value


@rule(nodes.Constant)
def _constant(node: nodes.Constant, scope: Scope) -> Run:
    value = node.value
    return lambda frame: value


@rule(nodes.AtLiteral)
def _at_literal(node: nodes.AtLiteral, scope: Scope) -> Run:
    value = values.at_literal(node.text)
    if value is None:
        hint = say('Write @"2026-01-05", @"10:00:00", @"2026-01-05T10:00:00Z", @"PT4H" or @"P1M"')
        fail(scope, node, say("not a date, time or duration: %(text)s", text=node.text), hint)
    return lambda frame: value


@rule(nodes.ListLiteral)
def _list(node: nodes.ListLiteral, scope: Scope) -> Run:
    items = [compiled(item, scope) for item in node.items]
    return lambda frame: [item(frame) for item in items]


@rule(nodes.ContextLiteral)
def _context(node: nodes.ContextLiteral, scope: Scope) -> Run:
    entries: list[tuple[str, int, Run]] = []
    for name, value in node.entries:
        before = scope
        scope, cell = scope.with_local(name)
        if isinstance(value, nodes.FunctionLiteral):
            run = functions.compiled_function(value, scope, own_cell=cell)
        else:
            run = compiled(value, before)
        entries.append((name, cell, run))

    def build(frame: Frame) -> Value:
        result: dict[str, Value] = {}
        cells = frame.cells
        for name, cell, run in entries:
            result[name] = cells[cell] = run(frame)
        return result

    return build


@rule(nodes.Interval)
def _interval(node: nodes.Interval, scope: Scope) -> Run:
    low, high = compiled(node.low, scope), compiled(node.high, scope)
    start_included, end_included = node.low_included, node.high_included

    def build(frame: Frame) -> Value:
        return interval(frame, low(frame), high(frame), start_included, end_included)

    return build


def interval(
    frame: Frame, low: Value, high: Value, start_included: bool, end_included: bool
) -> Value:
    """The range between two values in order; null where they have no order or the wrong one."""
    place = comparison.order(frame, low, high)
    if place is None:
        return frame.problem(
            "no range from %(kind)s to %(kind2)s", kind=a_kind(low), kind2=a_kind(high)
        )
    return Range(low, high, start_included=start_included, end_included=end_included)


_OPEN: Final[Mapping[str, tuple[bool, bool, bool]]] = {
    "<": (False, True, False),
    "<=": (False, True, True),
    ">": (True, False, False),
    ">=": (True, False, True),
    "=": (True, True, True),
}


@rule(nodes.Comparison)
def _comparison(node: nodes.Comparison, scope: Scope) -> Run:
    if node.operator not in _OPEN:
        fail(
            scope,
            node,
            say("%(operator)s alone is no range", operator=node.operator),
            say("Write not(…)"),
        )
    has_start, has_end, included = _OPEN[node.operator]
    operand = compiled(node.operand, scope)

    def build(frame: Frame) -> Value:
        value = operand(frame)
        if comparison.order(frame, value, value) is None:
            return frame.problem("no range of %(kind)s", kind=a_kind(value))
        start, end = value if has_start else None, value if has_end else None
        return Range(
            start, end, start_included=has_start and included, end_included=has_end and included
        )

    return build
