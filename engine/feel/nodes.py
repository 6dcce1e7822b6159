"""The tree of a FEEL text: one small class a construct of the grammar (DMN 1.5, 10.3.1.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from typing import Any

from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """A construct and where it begins (offset in the text, not part of its identity)."""

    at: int = field(compare=False, kw_only=True, default=0)


@dataclass(frozen=True, slots=True)
class Number(Node):
    """`12.50`."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """`"won"`."""

    value: str


@dataclass(frozen=True, slots=True)
class Constant(Node):
    """`true`, `false` or `null`."""

    value: bool | None


@dataclass(frozen=True, slots=True)
class AtLiteral(Node):
    """`@"2026-01-05"`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name in use."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`base.name`."""

    base: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`base[test]`."""

    base: Node
    test: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call; `names` is empty for positional arguments, else one a value."""

    function: Node
    values: tuple[Node, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and` or `or` over two operands or more."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`= != < <= > >= + - * / **`."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in test` or `value in (test, test)`."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """A test without its left side: `< 5`; as a value it is a range."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Interval(Node):
    """`[low..high]` and its half-open forms; without brackets (`low..high`) only in `for`."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then then else otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Steps(Node):
    """`low..high` as the domain of an iteration, also downwards."""

    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for name in domain return result`."""

    iterators: tuple[tuple[str, Node], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some` or `every`."""

    quantifier: str
    iterators: tuple[tuple[str, Node], ...]
    test: Node


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`function(parameters) body`."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[items]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{name: value}`."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """Unary tests: any of `tests` holds, or with `negated` none; no tests is `-`, always true."""

    tests: tuple[Node, ...]
    negated: bool = False


def children(node: Node) -> list[Node]:
    """The constructs directly inside another, in the order of the text."""
    found: list[Node] = []
    for part in fields(node):
        value = getattr(node, part.name)
        for item in value if isinstance(value, tuple) else (value,):
            inner = item[1] if isinstance(item, tuple) else item
            if isinstance(inner, Node):
                found.append(inner)
    return found


def mapped(node: Node, change: Callable[[Node], Node]) -> Node:
    """The same construct over changed ones directly inside it."""
    changes: dict[str, Any] = {}  # the classes differ in their fields
    for part in fields(node):
        value = getattr(node, part.name)
        if isinstance(value, Node):
            changes[part.name] = change(value)
        elif isinstance(value, tuple):
            changes[part.name] = tuple(_changed(item, change) for item in value)
    return replace(node, **changes)


def _changed(item: object, change: Callable[[Node], Node]) -> object:
    if isinstance(item, Node):
        return change(item)
    if isinstance(item, tuple) and isinstance(item[1], Node):
        return item[0], change(item[1])
    return item
