"""The type of an expression as far as its text alone says: what a function written in place returns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.feel import nodes, types
from engine.feel.nodes import Node
from engine.feel.types import ANY, Type
from engine.feel.values import at_literal, kind

_COMPARING: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
_TRUTH: Final = (nodes.Logic, nodes.Between, nodes.In, nodes.InstanceOf, nodes.Quantified)


def type_of(node: Node, declared: Mapping[str, Type]) -> Type:
    """The type of a node, names having the types declared; `Any` where the text does not tell."""
    if isinstance(node, _TRUTH):
        return Type("boolean")
    match node:
        case nodes.Name(name):
            return declared.get(name, ANY)
        case nodes.Negation(operand):
            return type_of(operand, declared)
        case nodes.If(_, then, otherwise):
            return _common([type_of(then, declared), type_of(otherwise, declared)])
        case nodes.Binary(sign, left, right):
            return _binary(sign, type_of(left, declared), type_of(right, declared))
    return _compound(node, declared) or _literal(node)


def _literal(node: Node) -> Type:
    match node:
        case nodes.Number(value) | nodes.Text(value) | nodes.Constant(value):
            return Type("Null" if value is None else kind(value))
        case nodes.AtLiteral(text):
            moment = at_literal(text)
            return ANY if moment is None else Type(kind(moment))
    return ANY


def _compound(node: Node, declared: Mapping[str, Type]) -> Type | None:
    match node:
        case nodes.ListLiteral(items):
            return types.ListType("list", _common([type_of(item, declared) for item in items]))
        case nodes.ContextLiteral(entries):
            fields = tuple((name, type_of(value, declared)) for name, value in entries)
            return types.ContextType("context", fields)
        case nodes.FunctionLiteral(parameters, body):
            own = {name: wanted or ANY for name, wanted in parameters}
            result = type_of(body, {**declared, **own})
            return types.FunctionType("function", tuple(own.values()), result)
    return None


def _binary(sign: str, left: Type, right: Type) -> Type:
    if sign in _COMPARING:
        return Type("boolean")
    joined = sign == "+" and left.name == "string"
    return left if left == right and (left.name == "number" or joined) else ANY


def _common(found: list[Type]) -> Type:
    """The type that holds all of them; null is of any."""
    said = [each for each in found if each.name != "Null"]
    return said[0] if said and all(each == said[0] for each in said) else ANY
