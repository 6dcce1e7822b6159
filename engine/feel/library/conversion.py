"""Built-in functions that turn values into others (DMN 1.5, table 73), `not` and `is`."""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import cast

from engine.feel import comparison, durations, temporal, temporal_text
from engine.feel.arithmetic import NUMBERS
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.frame import Frame
from engine.feel.library.arguments import number, text, whole, wrong
from engine.feel.library.registry import builtin
from engine.feel.values import Value, kind
from engine.feel.written import moment_text, written

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)


@builtin("string", "from")
def _string(frame: Frame, value: Value) -> Value:
    if value is None:
        return None
    result = written(frame, value)
    frame.work().charge_text(len(result))
    return result


@builtin("number", "from, grouping separator?, decimal separator?")
def _number(frame: Frame, from_: Value, grouping: Value = None, point: Value = None) -> Value:
    if isinstance(from_, (Decimal, int)) and not isinstance(from_, bool):
        return number(frame, "number", from_)
    given = text(frame, "number", from_)
    if given is None:
        return None
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping == point and point is not None)
    ):
        return frame.problem("number: the separators must be a space, comma or point, and differ")
    plain = given.replace(cast("str", grouping), "") if grouping else given
    if point == ",":
        plain = "" if "." in plain else plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain) or len(plain) > 7000:
        return frame.problem("number: %(given)s is no number", given=given[:40])
    try:
        return NUMBERS.create_decimal(plain)
    except DecimalException:
        return frame.problem("number: the number is too large")


@builtin("not", "negand")
def _not(frame: Frame, negand: Value) -> Value:
    if isinstance(negand, bool):
        return not negand
    return None if negand is None else wrong(frame, "not", "boolean", negand)


@builtin("is", "value1?, value2?")
def _is(frame: Frame, first: Value = None, second: Value = None) -> Value:
    if kind(first) != kind(second):
        return False
    if kind(first) in ("time", "date and time"):
        return moment_text(first) == moment_text(second)
    return comparison.same(frame, first, second)


@builtin("date", "from", "year, month, day")
def _date(frame: Frame, *values: Value) -> Value:
    if len(values) == 3:
        parts = [whole(frame, "date", value) for value in values]
        if None in parts:
            return None
        year, month, day = cast("list[int]", parts)
        return temporal.make_date(year, month, day) or frame.problem(
            "there is no date %(year)s-%(month)s-%(day)s", year=year, month=month, day=day
        )
    (value,) = values
    if kind(value) in ("date", "date and time"):
        return temporal.date_of(value)  # type: ignore[arg-type]  # the kind says so
    given = text(frame, "date", value)
    if given is None:
        return None
    return temporal_text.parse_date(given) or frame.problem(
        "%(given)s is no date", given=given[:40]
    )


@builtin("time", "from", "hour, minute, second, offset?")
def _time(frame: Frame, *values: Value) -> Value:
    if len(values) > 1:
        return _time_of_parts(frame, *values)
    (value,) = values
    if kind(value) == "time":
        return value
    if kind(value) == "date and time":
        return temporal.time_of(value)  # type: ignore[arg-type]  # the kind says so
    if kind(value) == "date":
        return temporal.make_time(0, temporal.fixed_zone(0))
    given = text(frame, "time", value)
    if given is None:
        return None
    return temporal_text.parse_time(given) or frame.problem(
        "%(given)s is no time", given=given[:40]
    )


def _time_of_parts(
    frame: Frame, hour: Value, minute: Value, second: Value, offset: Value = None
) -> Value:
    h, m, s = (
        whole(frame, "time", hour),
        whole(frame, "time", minute),
        number(frame, "time", second),
    )
    if h is None or m is None or s is None:
        return None
    if not (0 <= h < 24 and 0 <= m < 60 and 0 <= s < 60):
        return frame.problem("there is no such time of day")
    zone = None
    if offset is not None:
        if not isinstance(offset, DaysTimeDuration):
            return wrong(frame, "time", "days and time duration", offset)
        if abs(offset.nanoseconds) > 18 * 3600 * durations.SECOND:
            return frame.problem("time: the offset is more than 18 hours")
        zone = temporal.fixed_zone(offset.nanoseconds // durations.SECOND)
    return temporal.make_time(
        (h * 60 + m) * 60 * durations.SECOND + int(s * durations.SECOND), zone
    )


_PARTS = "year, month, day, hour, minute, second"


@builtin("date and time", "from", "date, time", _PARTS, f"{_PARTS}, offset", f"{_PARTS}, timezone")
def _date_and_time(frame: Frame, *values: Value) -> Value:
    if len(values) >= 6:
        return _joined(frame, _date(frame, *values[:3]), _zoned_time(frame, values[3:]))
    if len(values) == 2:
        return _joined(frame, *values)
    (value,) = values
    if kind(value) == "date and time":
        return value
    if kind(value) == "date":
        return _joined(frame, value, temporal.make_time(0, temporal.fixed_zone(0)))
    given = text(frame, "date and time", value)
    if given is None:
        return None
    date = temporal_text.parse_date(given)
    if date is not None:
        return _joined(frame, date, temporal.make_time(0))
    return temporal_text.parse_datetime(given) or frame.problem(
        "%(given)s is no date and time", given=given[:40]
    )


def _zoned_time(frame: Frame, values: tuple[Value, ...]) -> Value:
    hour, minute, second = values[:3]
    zone = values[3] if len(values) > 3 else None
    if not isinstance(zone, str):
        return _time_of_parts(frame, hour, minute, second, zone)
    known = temporal_text.parse_zone(f"@{zone}")
    time = _time_of_parts(frame, hour, minute, second)
    if known is None or time is None:
        return frame.problem("there is no zone %(zone)s", zone=zone[:40])
    return temporal.make_time(temporal.nanoseconds_of(cast("temporal.Time", time)), known)


def _joined(frame: Frame, date: Value, time: Value) -> Value:
    if kind(date) not in ("date", "date and time"):
        return wrong(frame, "date and time", "date", date)
    if kind(time) != "time":
        return wrong(frame, "date and time", "time", time)
    return temporal.make_datetime(temporal.date_of(date), time)  # type: ignore[arg-type]  # the kinds say so


@builtin("duration", "from")
def _duration(frame: Frame, from_: Value) -> Value:
    if isinstance(from_, (DaysTimeDuration, YearsMonthsDuration)):
        return from_
    given = text(frame, "duration", from_)
    if given is None:
        return None
    return durations.parse(given) or frame.problem("%(given)s is no duration", given=given[:40])


@builtin("years and months duration", "from, to")
def _years_and_months(frame: Frame, from_: Value, to: Value) -> Value:
    if kind(from_) not in ("date", "date and time") or kind(to) not in ("date", "date and time"):
        return frame.problem("years and months duration: expected two dates")
    start, end = (temporal.date_of(value) for value in (from_, to))  # type: ignore[arg-type]  # the kinds say so
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return YearsMonthsDuration(months)
