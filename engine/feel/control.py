"""Compiles `if`, `for`, `some` and `every`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from engine.feel import nodes, temporal
from engine.feel.compiler import compiled, rule
from engine.feel.frame import Frame, Run
from engine.feel.limits import Budget
from engine.feel.scope import Scope
from engine.feel.values import Range, Value, a_kind, admit, kind

_PARTIAL = "partial"


@rule(nodes.If)
def _if(node: nodes.If, scope: Scope) -> Run:
    condition, then, otherwise = (
        compiled(part, scope) for part in (node.condition, node.then, node.otherwise)
    )
    return lambda frame: then(frame) if condition(frame) is True else otherwise(frame)


@dataclass(frozen=True, slots=True)
class _Loop:
    cell: int
    domain: Callable[[Frame], Iterator[Value] | None]


def _loops(
    iterators: tuple[tuple[str, nodes.Node], ...], scope: Scope
) -> tuple[list[_Loop], Scope]:
    loops = []
    for name, domain in iterators:
        source = _domain(domain, scope)
        scope, cell = scope.with_local(name)
        loops.append(_Loop(cell, source))
    return loops, scope


def _domain(node: nodes.Node, scope: Scope) -> Callable[[Frame], Iterator[Value] | None]:
    if isinstance(node, nodes.Steps):
        low, high = compiled(node.low, scope), compiled(node.high, scope)
        return lambda frame: _steps(frame, low(frame), high(frame))
    source = compiled(node, scope)

    def items(frame: Frame) -> Iterator[Value] | None:
        value = source(frame)
        if isinstance(value, list):
            return map(admit, value)
        if isinstance(value, Range):
            return _range_steps(frame, value)
        return frame.problem("%(kind)s is no list to go through", kind=a_kind(value))

    return items


def _range_steps(frame: Frame, interval: Range) -> Iterator[Value] | None:
    steps = _steps(frame, interval.start, interval.end)
    if steps is None:
        return None
    left_out = [
        end
        for end, included in (
            (interval.start, interval.start_included),
            (interval.end, interval.end_included),
        )
        if not included
    ]
    return (step for step in steps if step not in left_out)


def _steps(frame: Frame, low: Value, high: Value) -> Iterator[Value] | None:
    low, high = admit(low), admit(high)
    if (
        isinstance(low, Decimal)
        and isinstance(high, Decimal)
        and _countable(low)
        and _countable(high)
    ):
        first, last = int(low), int(high)
        return map(Decimal, range(first, last + 1) if first <= last else range(first, last - 1, -1))
    if kind(low) == kind(high) == "date":
        days = [temporal.day_number(cast("temporal.Date", value)) for value in (low, high)]
        numbers = (
            range(days[0], days[1] + 1) if days[0] <= days[1] else range(days[0], days[1] - 1, -1)
        )
        return map(temporal.date_from_number, numbers)
    return frame.problem(
        "cannot count from %(kind)s to %(kind2)s", kind=a_kind(low), kind2=a_kind(high)
    )


def _countable(value: Decimal) -> bool:
    return abs(value) < 10**18 and value == value.to_integral_value()


def _walk(frame: Frame, loops: list[_Loop], budget: Budget, at: int = 0) -> Iterator[None]:
    """Set the cells to each combination in turn; stops early, with a problem, where a domain is no list."""
    loop = loops[at]
    items = loop.domain(frame)
    if items is None:
        raise _NoListError
    for item in items:
        budget.charge(1)
        frame.cells[loop.cell] = item
        if at + 1 == len(loops):
            yield
        else:
            yield from _walk(frame, loops, budget, at + 1)


class _NoListError(Exception):
    """The domain of an iteration is no list: the iteration is null."""


def _names_partial(node: nodes.Node) -> bool:
    return node == nodes.Name(_PARTIAL) or any(
        _names_partial(child) for child in nodes.children(node)
    )


@rule(nodes.For)
def _for(node: nodes.For, scope: Scope) -> Run:
    outer, partial = scope.with_local(_PARTIAL) if _names_partial(node) else (scope, None)
    loops, inside = _loops(node.iterators, outer)
    result = compiled(node.result, inside)

    def run(frame: Frame) -> Value:
        budget = frame.work()
        results: list[Value] = []
        try:
            for _ in _walk(frame, loops, budget):
                if partial is not None:
                    budget.charge(len(results))
                    frame.cells[partial] = results.copy()
                results.append(result(frame))
        except _NoListError:
            return None
        return results

    return run


@rule(nodes.Quantified)
def _quantified(node: nodes.Quantified, scope: Scope) -> Run:
    loops, inside = _loops(node.iterators, scope)
    test = compiled(node.test, inside)
    quantifier = node.quantifier
    decisive = quantifier == "some"

    def run(frame: Frame) -> Value:
        budget = frame.work()
        outcome: Value = not decisive
        try:
            for _ in _walk(frame, loops, budget):
                answer = test(frame)
                if answer is decisive:
                    return decisive
                if answer is None:
                    outcome = None
                elif not isinstance(answer, bool):
                    return frame.problem(
                        "a test of '%(quantifier)s' gave %(kind)s",
                        quantifier=quantifier,
                        kind=a_kind(answer),
                    )
        except _NoListError:
            return None
        return outcome

    return run
