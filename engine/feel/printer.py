"""A tree as FEEL text: read again (with the same names known), it is the same tree."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from engine.feel import nodes, types
from engine.feel.names import RESERVED
from engine.feel.nodes import Node
from engine.feel.types import Type
from engine.feel.written import quoted

_OPEN, _OR, _AND, _TYPED, _COMPARED, _SUM, _PRODUCT, _POWER, _SIGNED, _POSTFIX = range(10)
_STRENGTH: Final = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*", re.ASCII)


def printed(node: Node, least: int = _OPEN) -> str:
    """The text of a tree; in brackets where it binds weaker than its place needs."""
    strength, write = _FORMS[type(node)]
    own = _binary_strength(node) if isinstance(node, nodes.Binary | nodes.Logic) else strength
    text = write(node)
    return f"({text})" if own < least else text


def _binary_strength(node: nodes.Binary | nodes.Logic) -> int:
    if isinstance(node, nodes.Logic):
        return _OR if node.operator == "or" else _AND
    return _STRENGTH.get(node.operator, _COMPARED)


def _logic(node: nodes.Logic) -> str:
    inner = _binary_strength(node) + 1
    return f" {node.operator} ".join(printed(operand, inner) for operand in node.operands)


def _binary(node: nodes.Binary) -> str:
    own = _binary_strength(node)
    return f"{printed(node.left, own)} {node.operator} {printed(node.right, own + 1)}"


def _between(node: nodes.Between) -> str:
    value, low, high = (
        printed(node.value, _COMPARED),
        printed(node.low, _SUM),
        printed(node.high, _SUM),
    )
    return f"{value} between {low} and {high}"


def _in(node: nodes.In) -> str:
    return f"{printed(node.value, _COMPARED)} in ({_list(node.tests)})"


def _list(items: Sequence[Node]) -> str:
    return ", ".join(printed(item) for item in items)


def _comparison(node: nodes.Comparison) -> str:
    return f"({node.operator} {printed(node.operand, _SUM)})"


def _interval(node: nodes.Interval) -> str:
    opening, closing = "[" if node.low_included else "(", "]" if node.high_included else ")"
    return f"{opening}{printed(node.low, _SUM)}..{printed(node.high, _SUM)}{closing}"


def _negation(node: nodes.Negation) -> str:
    return f"-{printed(node.operand, _SIGNED)}"


def _instance_of(node: nodes.InstanceOf) -> str:
    return f"{printed(node.value, _SIGNED)} instance of {type_text(node.type)}"


def _if(node: nodes.If) -> str:
    return f"if {printed(node.condition)} then {printed(node.then)} else {printed(node.otherwise)}"


def _iterators(iterators: Sequence[tuple[str, Node]]) -> str:
    return ", ".join(f"{name} in {_domain(domain)}" for name, domain in iterators)


def _domain(node: Node) -> str:
    return _steps(node) if isinstance(node, nodes.Steps) else printed(node, _OR)


def _for(node: nodes.For) -> str:
    return f"for {_iterators(node.iterators)} return {printed(node.result)}"


def _quantified(node: nodes.Quantified) -> str:
    return f"{node.quantifier} {_iterators(node.iterators)} satisfies {printed(node.test)}"


def _steps(node: nodes.Steps) -> str:
    return f"{printed(node.low, _OR)}..{printed(node.high, _OR)}"


def _function(node: nodes.FunctionLiteral) -> str:
    parameters = ", ".join(
        f"{name}: {type_text(type_)}" if type_ else name for name, type_ in node.parameters
    )
    return f"function({parameters}){' external' * node.external} {printed(node.body)}"


def _call(node: nodes.Call) -> str:
    values = [printed(value) for value in node.values]
    if node.names:
        values = [f"{name}: {value}" for name, value in zip(node.names, values, strict=True)]
    return f"{printed(node.function, _POSTFIX)}({', '.join(values)})"


def _context(node: nodes.ContextLiteral) -> str:
    return f"{{{', '.join(f'{_key(name)}: {printed(value)}' for name, value in node.entries)}}}"


def _key(name: str) -> str:
    return name if _PLAIN_KEY.fullmatch(name) and name not in RESERVED else quoted(name)


def _tests(node: nodes.Tests) -> str:
    if not node.tests:
        return "-"
    text = _list(node.tests)
    if node.negated:
        return f"not({text})"
    return f"({text})" if len(node.tests) == 1 and text.startswith("not") else text


def type_text(type_: Type) -> str:
    """A type as it stands after `instance of`."""
    match type_:
        case types.ListType(name, element) | types.RangeType(name, element):
            return f"{name}<{type_text(element)}>"
        case types.ContextType(name, fields):
            return f"{name}<{', '.join(f'{key}: {type_text(field)}' for key, field in fields)}>"
        case types.FunctionType(name, parameters, result):
            return f"{name}<{', '.join(map(type_text, parameters))}>->{type_text(result)}"
    return type_.name


def _constant(node: nodes.Constant) -> str:
    return {True: "true", False: "false", None: "null"}[node.value]


# Each entry writes the class of node it stands under.
_FORMS: Final[dict[type[Node], tuple[int, Callable[[Any], str]]]] = {
    nodes.Number: (_POSTFIX, lambda node: str(node.value)),
    nodes.Text: (_POSTFIX, lambda node: quoted(node.value)),
    nodes.Constant: (_POSTFIX, _constant),
    nodes.AtLiteral: (_POSTFIX, lambda node: f"@{quoted(node.text)}"),
    nodes.Name: (_POSTFIX, lambda node: node.name),
    nodes.Path: (_POSTFIX, lambda node: f"{printed(node.base, _POSTFIX)}.{node.name}"),
    nodes.Filter: (_POSTFIX, lambda node: f"{printed(node.base, _POSTFIX)}[{printed(node.test)}]"),
    nodes.Call: (_POSTFIX, _call),
    nodes.Negation: (_SIGNED, _negation),
    nodes.Logic: (_AND, _logic),
    nodes.Binary: (_COMPARED, _binary),
    nodes.Between: (_COMPARED, _between),
    nodes.In: (_COMPARED, _in),
    nodes.Comparison: (_POSTFIX, _comparison),
    nodes.Interval: (_POSTFIX, _interval),
    nodes.InstanceOf: (_TYPED, _instance_of),
    nodes.If: (_OPEN, _if),
    nodes.Steps: (_OPEN, _steps),
    nodes.For: (_OPEN, _for),
    nodes.Quantified: (_OPEN, _quantified),
    nodes.FunctionLiteral: (_OPEN, _function),
    nodes.ListLiteral: (_POSTFIX, lambda node: f"[{_list(node.items)}]"),
    nodes.ContextLiteral: (_POSTFIX, _context),
    nodes.Tests: (_OPEN, _tests),
}
