"""Compiles functions and their calls: written in place, built in, or found in a variable."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from engine.feel import inference, library, nodes, types
from engine.feel.compiler import compiled, fail, rule
from engine.feel.frame import Frame, Run
from engine.feel.invocation import invoke
from engine.feel.operators import resolved
from engine.feel.scope import Scope
from engine.feel.types import Type
from engine.feel.values import Function, Value, a_kind
from engine.feel.words import say


@rule(nodes.FunctionLiteral)
def _function(node: nodes.FunctionLiteral, scope: Scope) -> Run:
    return compiled_function(node, scope)


def compiled_function(
    node: nodes.FunctionLiteral, scope: Scope, own_cell: int | None = None
) -> Run:
    """The function as a value; with `own_cell` it knows itself by that cell and may call itself."""
    if node.external:
        return lambda frame: frame.problem("a function outside FEEL is never called")
    cells: list[int] = []
    declared: list[Type] = []
    inside = scope
    for name, wanted in node.parameters:
        inside, cell = inside.with_local(name)
        cells.append(cell)
        declared.append(resolved(wanted, node, scope) if wanted else types.ANY)
    body = compiled(node.body, inside)
    names = tuple(name for name, _ in node.parameters)
    result = inference.type_of(node.body, dict(zip(names, declared, strict=True)))
    own_type = types.FunctionType("function", tuple(declared), result)

    def build(frame: Frame) -> Value:
        captured, variables = frame.cells.copy(), frame.variables

        def call(caller: Frame, values: list[Value]) -> Value:
            own_cells = captured.copy()
            for cell, value in zip(cells, values, strict=True):
                own_cells[cell] = value
            return body(Frame(variables, caller.now, caller.problems, own_cells, caller.work()))

        function = Function("function", names, call, type_=own_type)
        if own_cell is not None:
            captured[own_cell] = function
        return function

    return build


@rule(nodes.Call)
def _call(node: nodes.Call, scope: Scope) -> Run:
    values = [compiled(value, scope) for value in node.values]
    if isinstance(node.function, nodes.Name):
        name = node.function.name
        meaning = scope.meaning(name)
        known = meaning.cell is not None or name in scope.collected.known
        if not known and name in library.FUNCTIONS:
            return _builtin(node, library.FUNCTIONS[name], values, scope)
        if not known and not meaning.items:
            _unknown(node.function, scope)
    return _dynamic(compiled(node.function, scope), values, node.names)


def _unknown(name: nodes.Name, scope: Scope) -> None:
    near = difflib.get_close_matches(name.name, [*library.FUNCTIONS, *scope.collected.known], 1)
    hint = say("Did you mean %(near)s?", near=near[0]) if near else None
    fail(scope, name, say("there is no function %(name)s", name=name.name), hint)


def _builtin(node: nodes.Call, builtin: library.Builtin, values: list[Run], scope: Scope) -> Run:
    if node.names:
        order = builtin.order(node.names)
        if order is None:
            fail(
                scope,
                node,
                say(
                    "%(name)s has no parameters %(names)s",
                    name=builtin.name,
                    names=", ".join(node.names),
                ),
                builtin.usage,
            )
        values = [_nothing if at is None else values[at] for at in order]
    elif not builtin.accepts(len(values)):
        fail(
            scope,
            node,
            say("%(name)s does not take %(count)s values", name=builtin.name, count=len(values)),
            builtin.usage,
        )
    return _direct(builtin.function, values)


def _nothing(frame: Frame) -> Value:
    """The value of a parameter that was left out."""
    return None


def _direct(function: Callable[..., Value], values: list[Run]) -> Run:
    if len(values) == 1:
        only = values[0]
        return lambda frame: function(frame, only(frame))
    if len(values) == 2:
        first, second = values
        return lambda frame: function(frame, first(frame), second(frame))
    return lambda frame: function(frame, *[value(frame) for value in values])


def _dynamic(function: Run, values: list[Run], names: tuple[str, ...]) -> Run:
    def run(frame: Frame) -> Value:
        called = function(frame)
        if not isinstance(called, Function):
            return frame.problem("%(kind)s cannot be called", kind=a_kind(called))
        given = [value(frame) for value in values]
        if names:
            if sorted(names) != sorted(called.parameters):
                return frame.problem(
                    "%(name)s has the parameters %(names)s",
                    name=called.name,
                    names=", ".join(called.parameters),
                )
            by_name = dict(zip(names, given, strict=True))
            given = [by_name[name] for name in called.parameters]
        return invoke(frame, called, given)

    return run
