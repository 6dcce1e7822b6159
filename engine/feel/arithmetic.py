"""`+ - * / **` and the minus sign over numbers, strings, dates and durations (DMN 1.5, 10.3.2.12).

Numbers have 34 digits and round half to even, as IEEE 754-2008 decimal128. What has no meaning or no
bounded result is null, with a problem.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Any, Final, TypeAlias, cast

from engine.feel import temporal
from engine.feel.durations import DAY, DaysTimeDuration, YearsMonthsDuration
from engine.feel.frame import Frame
from engine.feel.values import Value, a_kind, admit, kind

NUMBERS: Final = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_CHARGED_FROM: Final = 1_000
"""Characters from which on a joined string counts as work."""
_LONGEST: Final = 10**27
"""Nanoseconds or months of a duration: some thirty billion years."""
# The kinds of the operands choose the row, so within a row their types are certain.
_Row: TypeAlias = Callable[[Any, Any], Value]


def literal(digits: str) -> Decimal | None:
    """The number that digits spell, to 34 digits; None beyond the largest."""
    try:
        return NUMBERS.create_decimal(digits)
    except DecimalException:
        return None


def power(base: Decimal, exponent: Decimal) -> Decimal:
    """`base ** exponent`; DivisionByZero for zero to a negative power, which decimal makes infinite."""
    if not exponent:
        return Decimal(1)  # also of zero, where decimal has no result
    result = NUMBERS.power(base, exponent)
    if not result.is_finite():
        raise DivisionByZero
    return result


def _days(nanoseconds: int) -> DaysTimeDuration | None:
    return DaysTimeDuration(nanoseconds) if abs(nanoseconds) < _LONGEST else None


def _months(months: int) -> YearsMonthsDuration | None:
    return YearsMonthsDuration(months) if abs(months) < _LONGEST else None


def _shift(value: Any, nanoseconds: int) -> Value:
    if kind(value) == "date":
        return temporal.date_from_number((temporal.day_number(value) * DAY + nanoseconds) // DAY)
    if kind(value) == "time":
        return temporal.make_time(temporal.nanoseconds_of(value) + nanoseconds, value.tzinfo)
    return temporal.from_instant(temporal.instant(value) + nanoseconds, temporal.zone_of(value))


def _shift_months(value: Any, months: int) -> Value:
    date = temporal.add_months(temporal.date_of(value), months)
    if date is None or kind(value) == "date":
        return date
    return temporal.make_datetime(date, temporal.time_of(value))


def _between(left: Any, right: Any) -> Value:
    if kind(left) == "date" and kind(right) == "date":
        return _days((temporal.day_number(left) - temporal.day_number(right)) * DAY)
    if kind(left) == "time":
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        return _days(temporal.time_instant(left) - temporal.time_instant(right))
    moments = [_as_datetime(value) for value in (left, right)]
    if (temporal.zone_of(moments[0]) is None) != (temporal.zone_of(moments[1]) is None):
        return None
    return _days(temporal.instant(moments[0]) - temporal.instant(moments[1]))


def _as_datetime(value: Any) -> temporal.DateTime:
    """A date beside a date and time is its midnight in UTC."""
    midnight = temporal.make_time(0, temporal.fixed_zone(0))
    return temporal.make_datetime(value, midnight) if kind(value) == "date" else value


_DAYS, _MONTHS, _DATE, _TIME, _BOTH = (
    "days and time duration",
    "years and months duration",
    "date",
    "time",
    "date and time",
)
_ADD: Final[Mapping[tuple[str, str], _Row]] = {
    ("number", "number"): NUMBERS.add,
    (_DAYS, _DAYS): lambda a, b: _days(a.nanoseconds + b.nanoseconds),
    (_MONTHS, _MONTHS): lambda a, b: _months(a.months + b.months),
    **{(kind_, _DAYS): lambda a, b: _shift(a, b.nanoseconds) for kind_ in (_DATE, _TIME, _BOTH)},
    **{(_DAYS, kind_): lambda a, b: _shift(b, a.nanoseconds) for kind_ in (_DATE, _TIME, _BOTH)},
    **{(kind_, _MONTHS): lambda a, b: _shift_months(a, b.months) for kind_ in (_DATE, _BOTH)},
    **{(_MONTHS, kind_): lambda a, b: _shift_months(b, a.months) for kind_ in (_DATE, _BOTH)},
}
_SUBTRACT: Final[Mapping[tuple[str, str], _Row]] = {
    ("number", "number"): NUMBERS.subtract,
    (_DAYS, _DAYS): lambda a, b: _days(a.nanoseconds - b.nanoseconds),
    (_MONTHS, _MONTHS): lambda a, b: _months(a.months - b.months),
    **{(kind_, _DAYS): lambda a, b: _shift(a, -b.nanoseconds) for kind_ in (_DATE, _TIME, _BOTH)},
    **{(kind_, _MONTHS): lambda a, b: _shift_months(a, -b.months) for kind_ in (_DATE, _BOTH)},
    **dict.fromkeys(
        [(_DATE, _DATE), (_TIME, _TIME), (_BOTH, _BOTH), (_DATE, _BOTH), (_BOTH, _DATE)], _between
    ),
}
_MULTIPLY: Final[Mapping[tuple[str, str], _Row]] = {
    ("number", "number"): NUMBERS.multiply,
    (_DAYS, "number"): lambda a, b: _days(_whole(NUMBERS.multiply(Decimal(a.nanoseconds), b))),
    ("number", _DAYS): lambda a, b: _days(_whole(NUMBERS.multiply(Decimal(b.nanoseconds), a))),
    (_MONTHS, "number"): lambda a, b: _months(_cut(NUMBERS.multiply(Decimal(a.months), b))),
    ("number", _MONTHS): lambda a, b: _months(_cut(NUMBERS.multiply(Decimal(b.months), a))),
}
_DIVIDE: Final[Mapping[tuple[str, str], _Row]] = {
    ("number", "number"): NUMBERS.divide,
    (_DAYS, "number"): lambda a, b: _days(_whole(NUMBERS.divide(Decimal(a.nanoseconds), b))),
    (_MONTHS, "number"): lambda a, b: _months(_cut(NUMBERS.divide(Decimal(a.months), b))),
    (_DAYS, _DAYS): lambda a, b: NUMBERS.divide(Decimal(a.nanoseconds), Decimal(b.nanoseconds)),
    (_MONTHS, _MONTHS): lambda a, b: NUMBERS.divide(Decimal(a.months), Decimal(b.months)),
}
_TABLES: Final[Mapping[str, Mapping[tuple[str, str], _Row]]] = {
    "+": _ADD,
    "-": _SUBTRACT,
    "*": _MULTIPLY,
    "/": _DIVIDE,
    "**": {("number", "number"): power},
}
DIRECT: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal]]] = {
    "+": NUMBERS.add,
    "-": NUMBERS.subtract,
    "*": NUMBERS.multiply,
    "/": NUMBERS.divide,
    "**": power,
}
"""The operators over two numbers; they raise DecimalException where there is no result."""


def _whole(number: Decimal) -> int:
    """The nearest whole number, bounded by what a duration may hold before it is one."""
    return int(number.to_integral_value(ROUND_HALF_EVEN)) if abs(number) < _LONGEST else _LONGEST


def _cut(number: Decimal) -> int:
    """The number without its fraction, bounded in the same way."""
    return int(number) if abs(number) < _LONGEST else _LONGEST


def apply(frame: Frame, operator: str, left: Value, right: Value) -> Value:
    """`left operator right` for values of any kind."""
    left, right = admit(left), admit(right)
    left_kind, right_kind = kind(left), kind(right)
    if operator == "+" and left_kind == right_kind == "string":
        return _join(frame, cast("str", left), cast("str", right))
    row = _TABLES[operator].get((left_kind, right_kind))
    if row is None:
        return frame.problem(
            "%(operator)s has no meaning between %(kind)s and %(kind2)s",
            operator=operator,
            kind=a_kind(left),
            kind2=a_kind(right),
        )
    try:
        result = row(left, right)
    except (DecimalException, OverflowError):
        result = None
    if result is None:
        return frame.problem(
            "%(operator)s has no result for these values: %(left)s %(operator)s %(right)s",
            operator=operator,
            left=_short(left),
            right=_short(right),
        )
    return result


def _short(value: Value) -> str:
    return str(value)[:40]


def _join(frame: Frame, left: str, right: str) -> str:
    length = len(left) + len(right)
    if length > _CHARGED_FROM:
        frame.work().charge_text(length)
    return left + right


def negate(frame: Frame, value: Value) -> Value:
    """`-value`."""
    value = admit(value)
    if isinstance(value, Decimal):
        return value.copy_negate() if value else value
    if isinstance(value, DaysTimeDuration):
        return DaysTimeDuration(-value.nanoseconds)
    if isinstance(value, YearsMonthsDuration):
        return YearsMonthsDuration(-value.months)
    return frame.problem("%(kind)s has no negative", kind=a_kind(value))
