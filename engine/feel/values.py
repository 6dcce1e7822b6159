"""The values of FEEL and their kinds.

| FEEL | Python |
|---|---|
| number | `Decimal` (34 digits); `int` and `float` are accepted in variables |
| string, boolean, null | `str`, `bool`, `None` |
| date, time, date and time | `date`, `time`, `datetime`, or the wide kinds of `engine.feel.temporal` |
| days and time duration | `DaysTimeDuration`; `timedelta` is accepted in variables |
| years and months duration | `YearsMonthsDuration` |
| list, context | `list`, `dict` with names as keys |
| range, function | `Range`, `Function` |
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Final, TypeAlias, Union

from engine.feel import durations, temporal, temporal_text
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.words import Sentence, a_kind_of

if TYPE_CHECKING:
    from engine.feel.frame import Frame
    from engine.feel.types import Type

Value: TypeAlias = Union[
    bool,
    int,
    Decimal,
    str,
    temporal.Date,
    temporal.Time,
    temporal.DateTime,
    DaysTimeDuration,
    YearsMonthsDuration,
    "list[Value]",
    "dict[str, Value]",
    "Range",
    "Function",
    None,
]
Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]


class Range:
    """All values between two ends; an end that is None is open for ever."""

    __slots__ = ("end", "end_included", "start", "start_included")

    def __init__(
        self, start: Value, end: Value, *, start_included: bool = True, end_included: bool = True
    ) -> None:
        self.start = start
        self.end = end
        self.start_included = start_included
        self.end_included = end_included

    def _key(self) -> tuple[Value, Value, bool, bool]:
        return self.start, self.end, self.start_included, self.end_included

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Range) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        opening, closing = "[" if self.start_included else "(", "]" if self.end_included else ")"
        return f"Range({opening}{self.start!r}..{self.end!r}{closing})"


class Function:
    """Something that can be called: `call(frame, values)` gets one value a parameter, in order."""

    __slots__ = ("call", "name", "parameters", "type", "variadic")

    def __init__(
        self,
        name: str,
        parameters: Sequence[str],
        call: Callable[[Frame, list[Value]], Value],
        *,
        variadic: bool = False,
        type_: Type | None = None,
    ) -> None:
        self.name = name
        self.parameters = tuple(parameters)
        self.call = call
        self.variadic = variadic
        self.type = type_

    def __repr__(self) -> str:
        return f"Function({self.name}({', '.join(self.parameters)}))"


_KINDS: Final[dict[type, str]] = {
    Decimal: "number",
    int: "number",
    float: "number",
    str: "string",
    bool: "boolean",
    type(None): "null",
    dt.date: "date",
    temporal.WideDate: "date",
    dt.time: "time",
    temporal.WideTime: "time",
    dt.datetime: "date and time",
    temporal.WideDateTime: "date and time",
    DaysTimeDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}
NATIVE: Final = frozenset(_KINDS) - {int, float}
"""Types a variable may have without being converted."""


def kind(value: Value) -> str:
    """The standard's name of the value's kind: "number", "date and time", …"""
    return _KINDS.get(type(value), "value from outside")


def a_kind(value: Value) -> Sentence:
    """The kind in a sentence: "a number", and "null" for null."""
    return a_kind_of(kind(value))


def admit(value: object) -> Value:
    """A value from outside as FEEL has it; None for what FEEL has no kind for."""
    if type(value) in NATIVE:
        return value  # type: ignore[return-value]  # the set of types says so
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value)) if value - value == 0 else None
    if isinstance(value, dt.timedelta):
        return DaysTimeDuration.of(value)
    if isinstance(value, Mapping):
        return dict(value)
    return [*value] if isinstance(value, (tuple, set, frozenset)) else None


def at_literal(text: str) -> Value:
    """The date, time, date and time or duration that `@"text"` spells; None for others."""
    return (
        temporal_text.parse_date(text)
        or temporal_text.parse_datetime(text)
        or temporal_text.parse_time(text)
        or durations.parse(text)
    )
