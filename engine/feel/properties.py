"""What can be read of dates, times, durations and ranges by name (DMN 1.5, table 53)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from engine.feel import temporal
from engine.feel.durations import DAY, SECOND, DaysTimeDuration
from engine.feel.frame import Frame
from engine.feel.values import Value, a_kind, kind

# The kind of the value chooses the table, so within a table its type is certain.
_Reader = Callable[[Any], Value]


def _weekday(value: Any) -> Value:
    return Decimal((temporal.day_number(temporal.date_of(value)) + 3) % 7 + 1)


def _offset(value: Any) -> Value:
    zone = temporal.zone_of(value)
    own = temporal.nanoseconds_of(value)
    days = 0 if kind(value) == "time" else temporal.day_number(temporal.date_of(value))
    seconds = temporal.offset_seconds(zone, days, own)
    return None if seconds is None else DaysTimeDuration(seconds * SECOND)


def _zone(value: Any) -> Value:
    zone = temporal.zone_of(value)
    return zone.key if isinstance(zone, ZoneInfo) else None


def _clock(unit: int, modulus: int) -> _Reader:
    return lambda value: Decimal(temporal.nanoseconds_of(value) // (unit * SECOND) % modulus)


def _part(unit: int, modulus: int) -> _Reader:
    def read(value: Any) -> Value:
        whole = abs(value.nanoseconds) // (unit * SECOND) % modulus
        return Decimal(-whole if value.nanoseconds < 0 else whole)

    return read


def _seconds(nanoseconds: int) -> Decimal:
    return Decimal(nanoseconds) / SECOND if nanoseconds % SECOND else Decimal(nanoseconds // SECOND)


def _whole_days(value: Any) -> Value:
    days = abs(value.nanoseconds) // DAY
    return Decimal(-days if value.nanoseconds < 0 else days)


def _months_part(divide: bool) -> _Reader:
    def read(value: Any) -> Value:
        whole = abs(value.months) // 12 if divide else abs(value.months) % 12
        return Decimal(-whole if value.months < 0 else whole)

    return read


_DATE: Final[Mapping[str, _Reader]] = {
    "year": lambda value: Decimal(temporal.date_of(value).year),
    "month": lambda value: Decimal(temporal.date_of(value).month),
    "day": lambda value: Decimal(temporal.date_of(value).day),
    "weekday": _weekday,
}
_TIME: Final[Mapping[str, _Reader]] = {
    "hour": _clock(3600, 24),
    "minute": _clock(60, 60),
    "second": lambda value: _seconds(temporal.nanoseconds_of(value) % (60 * SECOND)),
    "time offset": _offset,
    "timezone": _zone,
}
PROPERTIES: Final[Mapping[str, Mapping[str, _Reader]]] = {
    "date": _DATE,
    "time": _TIME,
    "date and time": {**_DATE, **_TIME},
    "days and time duration": {
        "days": _whole_days,
        "hours": _part(3600, 24),
        "minutes": _part(60, 60),
        "seconds": lambda value: (
            _seconds(abs(value.nanoseconds) % (60 * SECOND)) * (-1 if value.nanoseconds < 0 else 1)
        ),
    },
    "years and months duration": {
        "years": _months_part(divide=True),
        "months": _months_part(divide=False),
    },
    "range": {
        "start": lambda value: value.start,
        "end": lambda value: value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}


def read(frame: Frame, value: Value, name: str) -> Value:
    """The property of that name; null, with a problem, where the kind has none."""
    reader = PROPERTIES.get(kind(value), {}).get(name)
    return (
        reader(value)
        if reader
        else frame.problem("%(kind)s has no %(name)s", kind=a_kind(value), name=name)
    )
