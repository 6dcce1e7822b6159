"""Built-in functions that sum up lists of numbers (DMN 1.5, table 76)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, DecimalException
from functools import reduce

from engine.feel import arithmetic
from engine.feel.arithmetic import NUMBERS
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.frame import Frame
from engine.feel.library.arguments import number, several
from engine.feel.library.registry import builtin
from engine.feel.values import Value


def _of_numbers(name: str, compute: Callable[[list[Decimal]], Value], least: int = 1) -> None:
    @builtin(name, "list", variadic=True)
    def apply(frame: Frame, *values: Value) -> Value:
        numbers = _numbers(frame, name, values)
        if numbers is None:
            return None
        if len(numbers) < least:
            return frame.problem(
                "%(name)s needs at least %(least)s numbers", name=name, least=least
            )
        try:
            return compute(numbers)
        except DecimalException:
            return frame.problem("%(name)s: the result is too large", name=name)


def _numbers(frame: Frame, name: str, values: tuple[Value, ...]) -> list[Decimal] | None:
    found = several(frame, name, values)
    if found is None:
        return None
    numbers = []
    for item in found:
        value = number(frame, name, item)
        if value is None:
            return None
        numbers.append(value)
    return numbers


def _total(numbers: list[Decimal]) -> Decimal:
    return reduce(NUMBERS.add, numbers)


def _mean(numbers: list[Decimal]) -> Decimal:
    return NUMBERS.divide(_total(numbers), Decimal(len(numbers)))


def _median(numbers: list[Decimal]) -> Decimal:
    ordered, middle = sorted(numbers), len(numbers) // 2
    return ordered[middle] if len(ordered) % 2 else _mean(ordered[middle - 1 : middle + 1])


def _stddev(numbers: list[Decimal]) -> Decimal:
    mean = _mean(numbers)
    squares = [NUMBERS.power(NUMBERS.subtract(n, mean), 2) for n in numbers]
    return NUMBERS.sqrt(NUMBERS.divide(_total(squares), Decimal(len(numbers) - 1)))


def _mode(numbers: list[Decimal]) -> Value:
    counts: dict[Decimal, int] = {}
    for n in numbers:
        counts[n] = counts.get(n, 0) + 1
    most = max(counts.values(), default=0)
    return list[Value](sorted(n for n, count in counts.items() if count == most))


@builtin("sum", "list", variadic=True)
def _sum(frame: Frame, *values: Value) -> Value:
    found = several(frame, "sum", values)
    if found and isinstance(found[0], (DaysTimeDuration, YearsMonthsDuration)):
        total: Value = found[0]
        for item in found[1:]:
            total = arithmetic.apply(frame, "+", total, item)
        return total
    numbers = _numbers(frame, "sum", values)
    if not numbers:
        return None if numbers is None else frame.problem("sum of an empty list")
    try:
        return _total(numbers)
    except DecimalException:
        return frame.problem("sum: the result is too large")


_of_numbers("mean", _mean)
_of_numbers("median", _median)
_of_numbers("mode", _mode, least=0)
_of_numbers("stddev", _stddev, least=2)
_of_numbers("product", lambda numbers: reduce(NUMBERS.multiply, numbers))
