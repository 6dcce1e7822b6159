"""Compiles unary tests: what stands right of `in` and in the cells of a decision table.

DMN 1.5, 7.3.3: a test holds when the value equals it, lies in its range, is in its list, or when the
test is a condition that is true for the value `?`.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

from engine.feel import comparison, nodes
from engine.feel.compiler import compiled, rule
from engine.feel.frame import Frame, Run
from engine.feel.nodes import Node
from engine.feel.scope import Scope
from engine.feel.values import Range, Value, kind

Test: TypeAlias = Callable[[Frame, Value], bool | None]
INPUT = "?"


def compiled_test(node: Node, scope: Scope) -> Test:
    """The test of one value."""
    match node:
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


def _comparison(node: nodes.Comparison, scope: Scope) -> Test:
    operand = compiled(node.operand, scope)
    if node.operator in ("=", "!="):
        wanted = node.operator == "="

        def equality(frame: Frame, value: Value) -> bool | None:
            equal = comparison.equal(frame, value, operand(frame))
            return None if equal is None else equal is wanted

        return equality
    return _ordering(node.operator, operand)


def _ordering(operator: str, operand: Run) -> Test:
    accepted = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}[operator]

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
        frame.problem(f"cannot compare a {kind(value)} with a {kind(test)}")
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


@rule(nodes.Tests)
def _tests(node: nodes.Tests, scope: Scope) -> Run:
    value = compiled(nodes.Name(INPUT), scope)
    tests = [compiled_test(test, scope) for test in node.tests]
    negated = node.negated
    if not tests:
        return lambda frame: True

    def run(frame: Frame) -> Value:
        v = value(frame)
        result: bool | None = False
        for test in tests:
            answer = test(frame, v)
            if answer is True:
                return not negated
            if answer is None:
                result = None
        return None if result is None else negated

    return run
