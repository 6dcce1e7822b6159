"""Compiles unary tests: what stands right of `in` and in the cells of a decision table.

DMN 1.5, 7.3.3: a test holds when the value equals it, lies in its range, is in its list, or when the
test is a condition that is true for the value `?`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from engine.feel import comparison, nodes
from engine.feel.compiler import compiled, rule
from engine.feel.frame import Frame, Run
from engine.feel.nodes import Node
from engine.feel.scope import Scope
from engine.feel.values import Range, Value, a_kind, kind

Test: TypeAlias = Callable[[Frame, Value], bool | None]
INPUT: Final = "?"
# The operators compare whatever values these are; the types are checked beside each use.
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled_test(node: Node, scope: Scope) -> Test:
    """The test of one value."""
    match node:
        case nodes.Comparison(sign, nodes.Number(limit)) if sign in _ORDER:
            return _number_order(sign, limit)
        case nodes.Interval(nodes.Number(low), nodes.Number(high)) if low <= high:
            return _number_range(node, low, high)
        case nodes.Comparison():
            return _comparison(node, scope)
        case nodes.Interval() | nodes.ListLiteral():
            operand = compiled(node, scope)
            return lambda frame, value: holds(frame, value, operand(frame))
        case nodes.Text(text) | nodes.Number(text):
            return _literal(text)
    return _value(node, scope)


def _literal(wanted: str | Decimal) -> Test:
    own = type(wanted)

    def test(frame: Frame, value: Value) -> bool | None:
        return value == wanted if type(value) is own else holds(frame, value, wanted)

    return test


def _number_order(sign: str, limit: Decimal) -> Test:
    in_order = _ORDER[sign]
    slow = _ordering(sign, lambda _frame: limit)

    def test(frame: Frame, value: Value) -> bool | None:
        return in_order(value, limit) if type(value) is Decimal else slow(frame, value)

    return test


def _number_range(node: nodes.Interval, low: Decimal, high: Decimal) -> Test:
    above = operator.ge if node.low_included else operator.gt
    below = operator.le if node.high_included else operator.lt
    interval = Range(low, high, start_included=node.low_included, end_included=node.high_included)

    def test(frame: Frame, value: Value) -> bool | None:
        if type(value) is Decimal:
            return bool(above(value, low) and below(value, high))
        return holds(frame, value, interval)

    return test


def _comparison(node: nodes.Comparison, scope: Scope) -> Test:
    operand = compiled(node.operand, scope)
    if node.operator in ("=", "!="):
        wanted = node.operator == "="

        def equality(frame: Frame, value: Value) -> bool | None:
            equal = comparison.equal(frame, value, operand(frame))
            return None if equal is None else equal is wanted

        return equality
    return _ordering(node.operator, operand)


def _ordering(sign: str, operand: Run) -> Test:
    accepted = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[sign]

    def test(frame: Frame, value: Value) -> bool | None:
        limit = operand(frame)
        place = comparison.order(frame, value, limit)
        return comparison.unordered(frame, value, limit) if place is None else place in accepted

    return test


def _value(node: Node, scope: Scope) -> Test:
    operand = compiled(node, scope)
    if not _names_input(node):
        return lambda frame, value: holds(frame, value, operand(frame))

    def condition(frame: Frame, value: Value) -> bool | None:
        answer = operand(frame)
        return answer if answer is None or isinstance(answer, bool) else holds(frame, value, answer)

    return condition


def _names_input(node: Node) -> bool:
    return node == nodes.Name(INPUT) or any(_names_input(child) for child in nodes.children(node))


def holds(frame: Frame, value: Value, test: Value) -> bool | None:
    """Does a value pass a test that is a value itself?"""
    if isinstance(test, Range) and not isinstance(value, Range):
        return comparison.contains(frame, test, value)
    if isinstance(test, list):
        return _in_list(frame, value, test)
    if test is True and value is not None and not isinstance(value, bool):
        return True
    if value is not None and test is not None and kind(value) != kind(test):
        frame.problem(
            "cannot compare %(kind)s with %(kind2)s", kind=a_kind(value), kind2=a_kind(test)
        )
        return False
    return comparison.same(frame, value, test)


def _in_list(frame: Frame, value: Value, tests: list[Value]) -> bool:
    frame.work().charge(len(tests))
    if isinstance(value, list) and comparison.same(frame, value, tests):
        return True
    return any(
        comparison.contains(frame, test, value) is True
        if isinstance(test, Range) and not isinstance(value, Range)
        else comparison.same(frame, value, test)
        for test in tests
    )


def compiled_tests(node: nodes.Tests, scope: Scope) -> Test:
    """The test of one value by several; null where none holds and one could not be told."""
    tests = [compiled_test(test, scope) for test in node.tests]
    negated = node.negated
    if not tests:
        return lambda _frame, _value: True
    if len(tests) == 1 and not negated:
        return tests[0]

    def run(frame: Frame, value: Value) -> bool | None:
        result: bool | None = negated
        for test in tests:
            answer = test(frame, value)
            if answer is True:
                return not negated
            if answer is None:
                result = None
        return result

    return run


@rule(nodes.Tests)
def _tests(node: nodes.Tests, scope: Scope) -> Run:
    value = compiled(nodes.Name(INPUT), scope)
    test = compiled_tests(node, scope)
    return lambda frame: test(frame, value(frame))
