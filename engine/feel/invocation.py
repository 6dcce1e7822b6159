"""Calling a function value with checked parameters and bounded depth."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel import types
from engine.feel.errors import LimitExceeded
from engine.feel.frame import Frame
from engine.feel.limits import MAX_CALLS
from engine.feel.values import Function, Value
from engine.feel.words import say


def invoke(frame: Frame, function: Function, values: Sequence[Value]) -> Value:
    """Call a function with one value a parameter; null, with a problem, where they do not fit."""
    if function.variadic:
        return function.call(frame, list(values))
    if len(values) != len(function.parameters):
        wanted = len(function.parameters)
        return frame.problem(
            "%(name)s takes %(wanted)s values, %(count)s were given",
            name=function.name,
            wanted=wanted,
            count=len(values),
        )
    given = list(values)
    if isinstance(function.type, types.FunctionType):
        for i, wanted_type in enumerate(function.type.parameters):
            try:
                given[i] = types.coerced(given[i], wanted_type)
            except types.Mismatch as mismatch:
                return frame.problem(f"{function.name}, {function.parameters[i]}: {mismatch}")
    budget = frame.work()
    budget.charge(1)
    if budget.calls >= MAX_CALLS:
        raise LimitExceeded(
            say("functions call each other more than %(max_calls)s deep", max_calls=MAX_CALLS)
        )
    budget.calls += 1
    result = function.call(frame, given)
    budget.calls -= 1
    return result
