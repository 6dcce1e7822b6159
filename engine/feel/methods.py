"""What operators and methods of JUEL are in FEEL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from engine.feel import nodes, parser
from engine.feel.expressions import MULTIWORD
from engine.feel.nodes import Node

_OPERATORS: Final = {"==": "=", "&&": "and", "||": "or"}
_EMPTY: Final = (
    'if a = null then true else if a instance of string then a = ""'
    " else if a instance of list then count(a) = 0"
    " else if a instance of context then count(get entries(a)) = 0 else false"
)
_CONTAINS: Final = "if a instance of string then contains(a, b) else list contains(a, b)"
_SIZE: Final = "if a instance of string then string length(a) else count(a)"
# `a` is what the method is called on, `b` and `c` its values.
_METHODS: Final[Mapping[tuple[str, int], str]] = {
    ("contains", 1): _CONTAINS,
    ("containsKey", 1): "list contains(get entries(a).key, b)",
    ("isEmpty", 0): _EMPTY,
    ("size", 0): _SIZE,
    ("length", 0): _SIZE,
    ("equals", 1): "a = b",
    ("equalsIgnoreCase", 1): "lower case(a) = lower case(b)",
    ("startsWith", 1): "starts with(a, b)",
    ("endsWith", 1): "ends with(a, b)",
    ("toLowerCase", 0): "lower case(a)",
    ("toUpperCase", 0): "upper case(a)",
    ("trim", 0): "trim(a)",
    ("toString", 0): "string(a)",
    ("substring", 1): "substring(a, b + 1)",
    ("substring", 2): "substring(a, b + 1, c - b)",
    ("concat", 1): "a + b",
    ("get", 1): "if a instance of list then a[b + 1] else get value(a, b)",
    ("intValue", 0): "floor(a)",
    ("doubleValue", 0): "a",
    ("booleanValue", 0): "a",
    ("toDate", 0): "a",
    ("getTime", 0): "a",
}
_UNITS: Final = {
    "Seconds": "PT1S",
    "Minutes": "PT1M",
    "Hours": "PT1H",
    "Days": "P1D",
    "Weeks": "P7D",
}
_CALENDAR_UNITS: Final = {"Months": "P1M", "Years": "P1Y"}


def binary(sign: str, left: Node, right: Node) -> Node:
    """`left sign right`."""
    operator = _OPERATORS.get(sign, sign)
    if operator in ("and", "or"):
        return nodes.Logic(operator, (left, right), at=left.at)
    if operator == "%":
        return nodes.Call(nodes.Name("modulo"), (left, right), at=left.at)
    return nodes.Binary(operator, left, right, at=left.at)


def unary(sign: str, value: Node) -> Node:
    """`!value` (where null counts as false), `-value`, `empty value`."""
    if sign == "-":
        return nodes.Negation(value, at=value.at)
    return _filled(_EMPTY if sign == "empty" else "if a = true then false else true", value)


def method(value: Node, name: str, values: Sequence[Node]) -> Node | None:
    """`value.name(values)`; None where FEEL has nothing like it."""
    if (
        isinstance(value, nodes.Name)
        and value.name in ("execution", "task")
        and name == "getVariable"
    ):
        only = values[0] if len(values) == 1 else None
        return nodes.Name(only.value, at=value.at) if isinstance(only, nodes.Text) else None
    template = _METHODS.get((name, len(values)))
    if template:
        return _filled(template, value, *values)
    if name[:4] == "plus" and len(values) == 1:
        return _moved(value, "+", name[4:], values[0])
    if name[:5] == "minus" and len(values) == 1:
        return _moved(value, "-", name[5:], values[0])
    if name[:3] == "get" and name[3:4].isupper() and not values:
        return nodes.Path(value, name[3].lower() + name[4:], at=value.at)
    return None


def _moved(value: Node, sign: str, unit: str, amount: Node) -> Node | None:
    length = _UNITS.get(unit) or _CALENDAR_UNITS.get(unit)
    if length is None:
        return None
    return nodes.Binary(
        sign, value, nodes.Binary("*", nodes.AtLiteral(length), amount), at=value.at
    )


def function(name: str, values: Sequence[Node]) -> Node | None:
    """`name(values)`; None where FEEL has nothing like it."""
    if name in ("now", "dateTime") and not values:
        return nodes.Call(nodes.Name("now"), ())
    return None


def joined(parts: Sequence[Node]) -> Node:
    """Text and values in a row as one text."""
    texts = [
        part
        if isinstance(part, nodes.Text)
        else _filled('if a = null then "" else string(a)', part)
        for part in parts
    ]
    return nodes.Call(nodes.Name("string join"), (nodes.ListLiteral(tuple(texts)),))


def _filled(template: str, *values: Node) -> Node:
    return _replaced(_template(template), dict(zip("abc", values, strict=False)))


@cache
def _template(text: str) -> Node:
    return parser.parse_expression(text, MULTIWORD)


def _replaced(node: Node, values: Mapping[str, Node]) -> Node:
    if isinstance(node, nodes.Name):
        return values.get(node.name, node)
    return nodes.mapped(node, lambda child: _replaced(child, values))
