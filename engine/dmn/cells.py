"""What the cells of a decision table's column accept, as pieces of the column's domain."""

from __future__ import annotations

from collections.abc import Iterator

from engine.dmn import tree
from engine.dmn.domains import FRAME, Domain, MixedError
from engine.feel import library, nodes
from engine.feel.errors import FeelError, LimitExceeded
from engine.feel.expressions import compile_tree
from engine.feel.nodes import Node
from engine.feel.testing import INPUT
from engine.feel.values import Value

NEVER_THE_SAME = frozenset({"now", "today"})
SIDES = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


class NotPlainError(Exception):
    """A cell that is no comparison with fixed values."""


def values(cell: Node) -> Iterator[Value]:
    """Yield the fixed values that a cell names. Raises NotPlainError."""
    for test in _tests(cell).tests:
        yield from _values(test)


def pieces(cell: Node, domain: Domain) -> int:
    """Return what a cell accepts. Raises NotPlainError, or MixedError where the values are of another kind."""
    tests = _tests(cell)
    if not tests.tests:
        return domain.whole
    found = 0
    for test in tests.tests:
        found |= _pieces(test, domain)
    return domain.whole & ~found if tests.negated else found


def words(cell: Node) -> str:
    """Return the text of a cell as it was written."""
    return " ".join(cell.text.split()) if isinstance(cell, tree.Embedded) else "-"


def _tests(cell: Node) -> nodes.Tests:
    bare = cell.tree if isinstance(cell, tree.Embedded) else cell
    if not isinstance(bare, nodes.Tests):
        raise NotPlainError
    return bare


def _values(node: Node) -> Iterator[Value]:
    for operand in _operands(node):
        if operand is not None:
            yield _fixed(operand)


def _operands(node: Node) -> Iterator[Node]:
    """Yield the parts of a test that are compared with; what is of no such form is one value as a whole."""
    match node:
        case nodes.Comparison(_, operand):
            yield operand
        case nodes.Interval(low, high):
            yield from (low, high)
        case nodes.ListLiteral(items):
            for item in items:
                yield from _operands(item)
        case nodes.Binary(sign, nodes.Name(name), other) if name == INPUT and sign in SIDES:
            yield other
        case nodes.Binary(sign, other, nodes.Name(name)) if name == INPUT and sign in SIDES:
            yield other
        case nodes.Between(nodes.Name(name), low, high) if name == INPUT:
            yield from (low, high)
        case nodes.Logic(_, operands):
            for operand in operands:
                yield from _operands(operand)
        case _:
            yield node


def _fixed(node: Node) -> Value:
    """Return what a text always gives: it names nothing but built-in functions."""
    if not all(_is_fixed(part) for part in _every(node)):
        raise NotPlainError
    try:
        expression = compile_tree("", node, frozenset())
        problems: list[str] = []
        value = expression.evaluate({}, now=FRAME.now, problems=problems)
    except (FeelError, LimitExceeded):
        raise NotPlainError from None
    if problems or isinstance(value, list | dict):
        raise NotPlainError
    return value


def _is_fixed(node: Node) -> bool:
    return not isinstance(node, nodes.Name) or (
        node.name in library.FUNCTIONS and node.name not in NEVER_THE_SAME
    )


def _every(node: Node) -> Iterator[Node]:
    yield node
    for child in nodes.children(node):
        yield from _every(child)


def _pieces(node: Node, domain: Domain) -> int:
    match node:
        case nodes.Comparison(sign, operand):
            return _compared(sign, _fixed(operand), domain)
        case nodes.Interval(low, high):
            ends = {"low_included": node.low_included, "high_included": node.high_included}
            return _between(low, high, domain, **ends)
        case nodes.ListLiteral(items):
            found = 0
            for item in items:
                found |= _pieces(item, domain)
            return found
        case nodes.Binary(sign, nodes.Name(name), other) if name == INPUT and sign in SIDES:
            return _compared(sign, _fixed(other), domain)
        case nodes.Binary(sign, other, nodes.Name(name)) if name == INPUT and sign in SIDES:
            return _compared(SIDES[sign], _fixed(other), domain)
        case nodes.Between(nodes.Name(name), low, high) if name == INPUT:
            return _between(low, high, domain, low_included=True, high_included=True)
        case nodes.Logic(operator, operands):
            return _logic(operator, operands, domain)
    return domain.of(_fixed(node))


def _logic(operator: str, operands: tuple[Node, ...], domain: Domain) -> int:
    if not all(isinstance(part, nodes.Binary | nodes.Between | nodes.Logic) for part in operands):
        raise NotPlainError
    each = [_pieces(part, domain) for part in operands]
    found = each[0]
    for more in each[1:]:
        found = found & more if operator == "and" else found | more
    return found


def _between(
    low: Node, high: Node, domain: Domain, *, low_included: bool, high_included: bool
) -> int:
    ends = _fixed(low), _fixed(high)
    if None in ends:
        raise NotPlainError
    return domain.between(*ends, low_included=low_included, high_included=high_included)


def _compared(sign: str, value: Value, domain: Domain) -> int:
    if sign in ("=", "!="):
        same = domain.of(value)
        return same if sign == "=" else domain.whole & ~same
    if value is None:
        raise NotPlainError
    if sign in ("<", "<="):
        return domain.between(None, value, low_included=False, high_included=sign == "<=")
    return domain.between(value, None, low_included=sign == ">=", high_included=False)


__all__ = ["MixedError", "NotPlainError", "pieces", "values", "words"]
