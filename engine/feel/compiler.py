"""A tree becomes one closure: what can be decided before evaluation is decided here.

Each construct has one rule, `rule(node, scope) -> closure`, registered by the module of its family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from engine.feel import lexer
from engine.feel.errors import FeelError
from engine.feel.frame import Run
from engine.feel.nodes import Node
from engine.feel.scope import Scope

_N = TypeVar("_N", bound=Node)
# A rule takes its own class of node; the key of the table is that class.
_RULES: dict[type[Node], Callable[[Any, Scope], Run]] = {}


def rule(node: type[_N]) -> Callable[[Callable[[_N, Scope], Run]], Callable[[_N, Scope], Run]]:
    """Register the function that compiles nodes of this class."""

    def register(function: Callable[[_N, Scope], Run]) -> Callable[[_N, Scope], Run]:
        _RULES[node] = function
        return function

    return register


def compiled(node: Node, scope: Scope) -> Run:
    """The closure of a node."""
    return _RULES[type(node)](node, scope)


def fail(scope: Scope, node: Node, message: str, hint: str | None = None) -> NoReturn:
    """Refuse the expression at the place of a node."""
    raise FeelError(message, *lexer.place(scope.collected.text, node.at), hint)
