"""Built-in functions on numbers (DMN 1.5, table 77)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
    DecimalException,
)
from typing import Final

from engine.feel.arithmetic import NUMBERS
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.frame import Frame
from engine.feel.library.arguments import number, whole
from engine.feel.library.registry import builtin
from engine.feel.values import Value

_LEAST_SCALE, _MOST_SCALE = -6111, 6176
_EXACT: Final = NUMBERS.copy()
_EXACT.prec = 13_000


def _rounded(frame: Frame, name: str, n: Value, scale: Value, rounding: str) -> Value:
    value, places = number(frame, name, n), whole(frame, name, scale)
    if value is None or places is None:
        return None
    if not _LEAST_SCALE <= places <= _MOST_SCALE:
        return frame.problem(
            "%(name)s: the scale must lie between %(least_scale)s and %(most_scale)s",
            name=name,
            least_scale=_LEAST_SCALE,
            most_scale=_MOST_SCALE,
        )
    try:
        return value.quantize(Decimal((0, (1,), -places)), rounding, NUMBERS)
    except DecimalException:
        return NUMBERS.plus(value)


def _rounding(name: str, signature: str, rounding: str, scale: int | None = None) -> None:
    if scale is None:

        @builtin(name, signature)
        def round_to(frame: Frame, n: Value, places: Value) -> Value:
            return _rounded(frame, name, n, places, rounding)
    else:

        @builtin(name, signature)
        def round_whole(frame: Frame, n: Value, places: Value = scale) -> Value:
            return _rounded(frame, name, n, places, rounding)


_rounding("decimal", "n, scale", ROUND_HALF_EVEN)
_rounding("floor", "n, scale?", ROUND_FLOOR, 0)
_rounding("ceiling", "n, scale?", ROUND_CEILING, 0)
_rounding("round up", "n, scale", ROUND_UP)
_rounding("round down", "n, scale", ROUND_DOWN)
_rounding("round half up", "n, scale", ROUND_HALF_UP)
_rounding("round half down", "n, scale", ROUND_HALF_DOWN)


@builtin("abs", "n")
def _abs(frame: Frame, n: Value) -> Value:
    if isinstance(n, DaysTimeDuration):
        return DaysTimeDuration(abs(n.nanoseconds))
    if isinstance(n, YearsMonthsDuration):
        return YearsMonthsDuration(abs(n.months))
    value = number(frame, "abs", n)
    return None if value is None else value.copy_abs()


@builtin("modulo", "dividend, divisor")
def _modulo(frame: Frame, dividend: Value, divisor: Value) -> Value:
    a, b = number(frame, "modulo", dividend), number(frame, "modulo", divisor)
    if a is None or b is None:
        return None
    if not b:
        return frame.problem("modulo: the divisor is zero")
    rest = _EXACT.remainder(a, b)
    return NUMBERS.plus(rest if not rest or (rest < 0) == (b < 0) else _EXACT.add(rest, b))


def _of_one_number(
    name: str, compute: Callable[[Decimal], Decimal | bool], wrong: Callable[[Decimal], bool]
) -> None:
    @builtin(name, "number")
    def apply(frame: Frame, n: Value) -> Value:
        value = number(frame, name, n)
        if value is None:
            return None
        if wrong(value):
            return frame.problem("%(name)s has no result for %(value)s", name=name, value=value)
        try:
            return compute(value)
        except DecimalException:
            return frame.problem("%(name)s: the result is too large", name=name)


def _fraction(value: Decimal) -> bool:
    return value != value.to_integral_value()


_of_one_number("sqrt", NUMBERS.sqrt, lambda value: value < 0)
_of_one_number("log", NUMBERS.ln, lambda value: value <= 0)
_of_one_number("exp", NUMBERS.exp, lambda value: False)
_of_one_number("odd", lambda value: _EXACT.remainder(value, Decimal(2)) != 0, _fraction)
_of_one_number("even", lambda value: _EXACT.remainder(value, Decimal(2)) == 0, _fraction)
