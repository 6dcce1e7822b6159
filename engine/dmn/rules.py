"""Compiles the nodes of a decision model to closures, beside those of FEEL."""

from __future__ import annotations

from engine.dmn import tree
from engine.dmn.places import Place
from engine.feel import types
from engine.feel.compiler import compiled, rule
from engine.feel.errors import FeelError
from engine.feel.frame import Frame, Run
from engine.feel.nodes import FunctionLiteral, Node
from engine.feel.scope import Scope
from engine.feel.types import Type
from engine.feel.values import Value
from engine.feel.words import say


@rule(tree.Embedded)
def _embedded(node: tree.Embedded, scope: Scope) -> Run:
    collected, before = scope.collected, scope.collected.text
    collected.text = node.text
    try:
        return compiled(node.tree, scope)
    except FeelError as wrong:
        return fault(scope, node.spot.at(wrong.line, wrong.column), wrong.sentence)
    finally:
        collected.text = before


@rule(tree.Faulty)
def _faulty(node: tree.Faulty, scope: Scope) -> Run:
    return fault(scope, node.place, node.message)


def fault(scope: Scope, place: Place, message: str) -> Run:
    """Null in the place of what could not be compiled; the fault is remembered."""
    scope.collected.faults.append((place, message))
    words = say("line %(place)s: %(message)s", place=place[0], message=message)
    return lambda frame: frame.problem(words)


@rule(tree.Typed)
def _typed(node: tree.Typed, scope: Scope) -> Run:
    return held(compiled(node.value, scope), named_type(node.type_name, scope))


def named_type(name: str | None, scope: Scope) -> Type:
    """The type of this name: an item definition's, the standard's, or any."""
    if not name:
        return types.ANY
    plain = name.partition(":")[2] if name.startswith("feel:") else name
    own = scope.collected.types.get(plain)
    standard = types.simple(plain)
    return own or (standard if standard.name in types.SIMPLE else types.ANY)


def held(run: Run, wanted: Type) -> Run:
    """The value held to a type."""
    if wanted == types.ANY:
        return run
    return lambda frame: hold(frame, run(frame), wanted)


def hold(frame: Frame, value: Value, wanted: Type) -> Value:
    """The value as one of the type; null, with a problem, where it is none."""
    try:
        return types.coerced(value, wanted)
    except types.Mismatch as mismatch:
        return frame.problem(str(mismatch))


@rule(tree.Block)
def _block(node: tree.Block, scope: Scope) -> Run:
    entries: list[tuple[int, Run]] = []
    for name, value in node.entries:
        before = scope
        scope, cell = scope.with_local(name)  # each entry sees those before it
        inner: Node = value
        entries.append(
            (cell, compiled(inner, scope if isinstance(inner, FunctionLiteral) else before))
        )
    result = compiled(node.result, scope)

    def run(frame: Frame) -> Value:
        for cell, entry in entries:
            frame.cells[cell] = entry(frame)
        return result(frame)

    return run
