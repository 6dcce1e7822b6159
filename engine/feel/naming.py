"""Compiles names, paths and filters."""

from __future__ import annotations

from decimal import Decimal

from engine.feel import access, library, nodes
from engine.feel.compiler import compiled, rule
from engine.feel.frame import Run
from engine.feel.nodes import Node
from engine.feel.scope import Meaning, Scope


@rule(nodes.Name)
def _name(node: nodes.Name, scope: Scope) -> Run:
    meaning = scope.meaning(node.name)
    if meaning.cell is None and not (meaning.items and node.name == "item"):
        _note(scope, (node.name,), meaning)
    outside = _outside(node.name, meaning, scope)
    return access.within_items(node.name, meaning, outside) if meaning.items else outside


def _outside(name: str, meaning: Meaning, scope: Scope) -> Run:
    if meaning.cell is not None:
        return access.local(meaning.cell)
    builtin = library.FUNCTIONS.get(name)
    if builtin is not None and name not in scope.collected.known:
        return access.variable_or(name, builtin.value)
    return access.variable(name)


def _note(scope: Scope, path: tuple[str, ...], meaning: Meaning) -> None:
    if path[0] not in library.FUNCTIONS or path[0] in scope.collected.known:
        scope.note(path, meaning)


@rule(nodes.Path)
def _path(node: nodes.Path, scope: Scope) -> Run:
    names: list[str] = []
    base: Node = node
    while isinstance(base, nodes.Path):
        names.append(base.name)
        base = base.base
    if isinstance(base, nodes.Name):
        meaning = scope.meaning(base.name)
        if meaning.cell is None and not meaning.items and base.name not in library.FUNCTIONS:
            path = (base.name, *reversed(names))
            scope.note(path, meaning)
            return access.variable_path(base.name, path[1:])
        if meaning.cell is None and base.name != "item":
            _note(scope, (base.name, *reversed(names)), meaning)
    return _steps(base, names, scope)


def _steps(base: Node, names: list[str], scope: Scope) -> Run:
    paths = scope.collected.paths.copy()
    run = compiled(base, scope)
    if isinstance(base, nodes.Name):
        # the whole path was noted already; its root alone is not named
        scope.collected.paths = paths
    for name in reversed(names):
        run = access.path(run, name)
    return run


@rule(nodes.Filter)
def _filter(node: nodes.Filter, scope: Scope) -> Run:
    base = compiled(node.base, scope)
    position = _literal_position(node.test)
    if position is not None:
        return _at(base, position)
    inside, cell = scope.with_item()
    return access.filtered(base, compiled(node.test, inside), cell)


def _at(base: Run, position: Decimal) -> Run:
    return lambda frame: access.index(frame, base(frame), position)


def _literal_position(test: Node) -> Decimal | None:
    if isinstance(test, nodes.Number):
        return test.value
    if isinstance(test, nodes.Negation) and isinstance(test.operand, nodes.Number):
        return -test.operand.value
    return None
