"""Built-in functions on dates and the clock (DMN 1.5, tables 79 and 81)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Final

from engine.feel import temporal
from engine.feel.frame import Frame
from engine.feel.library.arguments import wrong
from engine.feel.library.registry import builtin
from engine.feel.values import Value, kind

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _day(frame: Frame, name: str, value: Value) -> temporal.Date | None:
    if kind(value) not in ("date", "date and time"):
        return wrong(frame, name, "date", value)
    return temporal.date_of(value)  # type: ignore[arg-type]  # the kind says so


@builtin("now", "")
def _now(frame: Frame) -> Value:
    return frame.now


@builtin("today", "")
def _today(frame: Frame) -> Value:
    return frame.now.date()


@builtin("day of year", "date")
def _day_of_year(frame: Frame, date: Value) -> Value:
    day = _day(frame, "day of year", date)
    if day is None:
        return None
    january = temporal.make_date(day.year, 1, 1)
    return (
        None
        if january is None
        else Decimal(temporal.day_number(day) - temporal.day_number(january) + 1)
    )


@builtin("day of week", "date")
def _day_of_week(frame: Frame, date: Value) -> Value:
    day = _day(frame, "day of week", date)
    return None if day is None else _DAYS[(temporal.day_number(day) + 3) % 7]


@builtin("month of year", "date")
def _month_of_year(frame: Frame, date: Value) -> Value:
    day = _day(frame, "month of year", date)
    return None if day is None else _MONTHS[day.month - 1]


@builtin("week of year", "date")
def _week_of_year(frame: Frame, date: Value) -> Value:
    """The week of ISO 8601: the first has the year's first Thursday."""
    day = _day(frame, "week of year", date)
    if day is None:
        return None
    if not isinstance(day, dt.date):
        day = dt.date((day.year - 1) % 400 + 401, day.month, day.day)
    return Decimal(day.isocalendar().week)
