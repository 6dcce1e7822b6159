"""Compiles decision tables: a set of rules is a whole number with one bit a rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from engine.dmn import hits, rules, tree
from engine.dmn.evaluation import Fired, Known
from engine.dmn.places import START
from engine.feel import nodes
from engine.feel.compiler import compiled, rule
from engine.feel.errors import FeelError
from engine.feel.frame import Frame, Run
from engine.feel.nodes import Node
from engine.feel.scope import Scope
from engine.feel.testing import INPUT, Test, compiled_tests
from engine.feel.values import Value, admit


@dataclass
class _Column:
    """A compiled input: rules that hold for all values, for one literal, or by a test of their own."""

    value: Run
    cell: int
    allowed: Test | None
    always: int = 0
    literals: dict[str | Decimal, int] = field(default_factory=dict)
    tested: list[tuple[int, Test]] = field(default_factory=list)


def _column(node: tree.Input, scope: Scope) -> _Column:
    value = rules.held(compiled(node.value, scope), rules.named_type(node.type_name, scope))
    inside, cell = scope.with_local(INPUT)
    allowed = compiled_tests(node.allowed, inside) if node.allowed else None
    column = _Column(value, cell, allowed)
    for i, entry in enumerate(node.cells):
        _add(column, 1 << i, entry, inside)
    return column


def _add(column: _Column, bit: int, entry: Node, scope: Scope) -> None:
    bare = entry.tree if isinstance(entry, tree.Embedded) else entry
    if not isinstance(bare, nodes.Tests):
        fault = compiled(entry, scope)
        column.tested.append((bit, lambda frame, _value: fault(frame) is True))
    elif not bare.tests:
        column.always |= bit
    elif not bare.negated and all(
        isinstance(test, nodes.Text | nodes.Number) for test in bare.tests
    ):
        for test in bare.tests:
            if isinstance(test, nodes.Text | nodes.Number):
                column.literals[test.value] = column.literals.get(test.value, 0) | bit
    else:
        column.tested.append((bit, _test(entry, bare, scope)))


def _test(entry: Node, bare: nodes.Tests, scope: Scope) -> Test:
    collected, before = scope.collected, scope.collected.text
    if isinstance(entry, tree.Embedded):
        collected.text = entry.text
    try:
        return compiled_tests(bare, scope)
    except FeelError as wrong:
        spot = entry.spot if isinstance(entry, tree.Embedded) else None
        place = spot.at(wrong.line, wrong.column) if spot else START
        fault = rules.fault(scope, place, wrong.sentence)
        return lambda frame, _value: fault(frame) is True
    finally:
        collected.text = before


def _matching(frame: Frame, columns: list[_Column], alive: int) -> int | None:
    """The rules whose conditions all hold; None, with a problem, for a value that is not allowed."""
    for column in columns:
        value = admit(column.value(frame))
        frame.cells[column.cell] = value
        if (
            column.allowed is not None
            and value is not None
            and column.allowed(frame, value) is not True
        ):
            return frame.problem("a value is not among those allowed for its column")
        found = column.always
        if type(value) is str or type(value) is Decimal:
            found |= column.literals.get(value, 0)
        for bit, test in column.tested:
            if alive & bit and test(frame, value) is True:
                found |= bit
        alive &= found
        if not alive:
            return 0
    return alive


@rule(tree.Table)
def _table(node: tree.Table, scope: Scope) -> Run:
    policy = hits.policy(node.hit_policy, node.aggregation)
    if policy is None:
        words = f"there is no hit policy {node.hit_policy} {node.aggregation or ''}".rstrip()
        return rules.fault(scope, node.place, words)
    # a column of literals costs one look-up and leaves fewer rules to test one by one
    columns = sorted(
        (_column(column, scope) for column in node.inputs), key=lambda column: len(column.tested)
    )
    results = [_results(node.outputs, i, scope) for i in range(len(node.rules))]
    default = _default(node, scope)
    ranking = [[compiled(value, scope) for value in output.ranking] for output in node.outputs]
    every, ids = (1 << len(node.rules)) - 1, node.rules

    def run(frame: Frame) -> Value:
        found = _matching(frame, columns, every)
        if found is None:
            return None
        matched = _bits(found)
        if isinstance(frame.variables, Known):
            _note(frame.variables, ids, matched)
        if not matched:
            return default(frame)
        values = [results[i](frame) for i in matched]
        return policy(frame, values, [[value(frame) for value in column] for column in ranking])

    return run


def _note(known: Known, ids: tuple[str, ...], matched: list[int]) -> None:
    rules_ = tuple(ids[i] for i in matched)
    known.fired.append(Fired(known.element, rules_, tuple(i + 1 for i in matched)))


def _bits(found: int) -> list[int]:
    places = []
    while found:
        low = found & -found
        places.append(low.bit_length() - 1)
        found ^= low
    return places


def _results(outputs: tuple[tree.Output, ...], at: int, scope: Scope) -> Run:
    """The result of one rule: a value, or a context where there are several outputs."""
    return _joined(outputs, [_output(output, output.cells[at], scope) for output in outputs])


def _output(output: tree.Output, cell: Node, scope: Scope) -> Run:
    return rules.held(compiled(cell, scope), rules.named_type(output.type_name, scope))


def _joined(outputs: tuple[tree.Output, ...], runs: list[Run]) -> Run:
    if len(outputs) == 1:
        return runs[0]
    pairs = [
        (output.name or str(i), run)
        for i, (output, run) in enumerate(zip(outputs, runs, strict=True), 1)
    ]
    return lambda frame: {name: run(frame) for name, run in pairs}


def _default(node: tree.Table, scope: Scope) -> Run:
    """What the table gives where no rule matches: the default outputs, if there are any."""
    if any(output.default for output in node.outputs):
        runs = [
            _output(output, output.default or nodes.Constant(None), scope)
            for output in node.outputs
        ]
        return _joined(node.outputs, runs)
    nothing = hits.of_nothing(node.hit_policy, node.aggregation)
    return lambda _frame: nothing
