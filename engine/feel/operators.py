"""Compiles operators: arithmetic, comparison, logic, `between`, `in`, `instance of`."""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any, Final

from engine.feel import arithmetic, comparison, nodes, types
from engine.feel.compiler import compiled, fail, rule
from engine.feel.frame import Frame, Run
from engine.feel.nodes import Node
from engine.feel.scope import Scope
from engine.feel.testing import compiled_test
from engine.feel.values import Value
from engine.feel.words import say

# The operators of Python compare whatever values these are; their types are checked beside each use.
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@rule(nodes.Binary)
def _binary(node: nodes.Binary, scope: Scope) -> Run:
    left, right = compiled(node.left, scope), compiled(node.right, scope)
    if node.operator in _ORDER:
        if isinstance(node.right, nodes.Number):
            return _ordered_number(node.operator, left, node.right.value)
        return _ordered(node.operator, left, right)
    if node.operator in ("=", "!="):
        wanted = node.operator == "="
        if isinstance(node.right, nodes.Text):
            return _equal_text(left, node.right.value, wanted)
        return _equal(left, right, wanted)
    return _arithmetic(node.operator, left, right)


def _ordered_number(sign: str, left: Run, limit: Decimal) -> Run:
    holds = _ORDER[sign]

    def run(frame: Frame) -> Value:
        a = left(frame)
        return holds(a, limit) if type(a) is Decimal else _slow_order(frame, sign, a, limit)

    return run


def _ordered(sign: str, left: Run, right: Run) -> Run:
    holds = _ORDER[sign]
    direct = comparison.DIRECT

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and type(a) in direct:
            return holds(a, b)
        return _slow_order(frame, sign, a, b)

    return run


def _slow_order(frame: Frame, sign: str, left: Value, right: Value) -> Value:
    place = comparison.order(frame, left, right)
    if place is None:
        return comparison.unordered(frame, left, right)
    return _ORDER[sign](place, 0)


def _equal_text(left: Run, text: str, wanted: bool) -> Run:
    def run(frame: Frame) -> Value:
        a = left(frame)
        if type(a) is str:
            return (a == text) is wanted
        return _slow_equal(frame, a, text, wanted)

    return run


def _equal(left: Run, right: Run, wanted: bool) -> Run:
    direct = comparison.DIRECT

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is type(b) and type(a) in direct:
            return (a == b) is wanted
        return _slow_equal(frame, a, b, wanted)

    return run


def _slow_equal(frame: Frame, left: Value, right: Value, wanted: bool) -> Value:
    equal = comparison.equal(frame, left, right)
    return None if equal is None else equal is wanted


def _arithmetic(sign: str, left: Run, right: Run) -> Run:
    direct = arithmetic.DIRECT[sign]

    def run(frame: Frame) -> Value:
        a, b = left(frame), right(frame)
        if type(a) is Decimal and type(b) is Decimal:
            try:
                return direct(a, b)
            except DecimalException:
                pass
        return arithmetic.apply(frame, sign, a, b)

    return run


@rule(nodes.Negation)
def _negation(node: nodes.Negation, scope: Scope) -> Run:
    if isinstance(node.operand, nodes.Number):
        value = -node.operand.value
        return lambda frame: value
    operand = compiled(node.operand, scope)
    return lambda frame: arithmetic.negate(frame, operand(frame))


@rule(nodes.Logic)
def _logic(node: nodes.Logic, scope: Scope) -> Run:
    operands = [compiled(operand, scope) for operand in node.operands]
    decisive = node.operator == "or"
    return _two(decisive, *operands) if len(operands) == 2 else _several(decisive, operands)


def _two(decisive: bool, left: Run, right: Run) -> Run:
    """`and` is decided by false, `or` by true; else null wins (DMN 1.5, table 50)."""
    other = not decisive

    def run(frame: Frame) -> Value:
        a = left(frame)
        if a is decisive:
            return decisive
        b = right(frame)
        if b is decisive:
            return decisive
        return other if a is other and b is other else None

    return run


def _several(decisive: bool, operands: list[Run]) -> Run:
    other = not decisive

    def run(frame: Frame) -> Value:
        result: Value = other
        for operand in operands:
            value = operand(frame)
            if value is decisive:
                return decisive
            if value is not other:
                result = None
        return result

    return run


@rule(nodes.Between)
def _between(node: nodes.Between, scope: Scope) -> Run:
    value, low, high = (compiled(part, scope) for part in (node.value, node.low, node.high))

    def run(frame: Frame) -> Value:
        v, a, b = value(frame), low(frame), high(frame)
        not_below, not_above = comparison.order(frame, v, a), comparison.order(frame, v, b)
        if not_below is None:
            return comparison.unordered(frame, v, a)
        if not_above is None:
            return comparison.unordered(frame, v, b)
        return not_below >= 0 and not_above <= 0

    return run


@rule(nodes.In)
def _in(node: nodes.In, scope: Scope) -> Run:
    value = compiled(node.value, scope)
    tests = [compiled_test(test, scope) for test in node.tests]

    def run(frame: Frame) -> Value:
        v = value(frame)
        result: Value = False
        for test in tests:
            answer = test(frame, v)
            if answer is True:
                return True
            if answer is None:
                result = None
        return result

    return run


@rule(nodes.InstanceOf)
def _instance_of(node: nodes.InstanceOf, scope: Scope) -> Run:
    value = compiled(node.value, scope)
    wanted = resolved(node.type, node, scope)
    return lambda frame: types.is_instance(value(frame), wanted)


def resolved(wanted: types.Type, node: Node, scope: Scope) -> types.Type:
    """The type with every name in it looked up."""
    match wanted:
        case types.ListType(name, element):
            return types.ListType(name, resolved(element, node, scope))
        case types.RangeType(name, element):
            return types.RangeType(name, resolved(element, node, scope))
        case types.ContextType(name, fields):
            return types.ContextType(
                name, tuple((key, resolved(t, node, scope)) for key, t in fields)
            )
        case types.FunctionType(name, parameters, result):
            own = tuple(resolved(t, node, scope) for t in parameters)
            return types.FunctionType(name, own, resolved(result, node, scope))
    if wanted.name in scope.collected.types:
        return scope.collected.types[wanted.name]
    if wanted.name in types.SIMPLE:
        return wanted
    return fail(scope, node, say("there is no type %(name)s", name=wanted.name))
