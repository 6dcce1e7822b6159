"""A year of a calendar: its months with what each day is, and every day that departs from the week."""

from __future__ import annotations

import calendar as months
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import flask_babel
from babel.dates import get_day_names
from flask_babel import get_locale

from engine.calendar import Calendar
from web import formats
from web.speech import gettext

A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Day:
    """A date's number and kind: open, closed, holiday, half or special."""

    number: int
    kind: str


@dataclass(frozen=True, slots=True)
class Month:
    """A month with its weeks from Monday on; None stands for the days of its neighbours."""

    title: str
    weeks: Sequence[Sequence[Day | None]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A day that departs from the week, in words."""

    day: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Year:
    """A year: its months, what departs from the week, how many days and hours are worked."""

    number: int
    months: Sequence[Month]
    differences: Sequence[Difference]
    days: int
    hours: int


def of(hours: Calendar, number: int) -> Year:
    """Return a year of a calendar."""
    first = date(number, 1, 1)
    days = [
        first + timedelta(days=n) for n in range(366) if (first + timedelta(days=n)).year == number
    ]
    windows = [hours.windows_on(day) for day in days]
    worked = sum(
        ((window.end - window.start) for found in windows for window in found), timedelta(0)
    )
    different = [day for day in days if kind_of(hours, day) in ("holiday", "half", "special")]
    return Year(
        number,
        [_month(hours, number, month) for month in range(1, 13)],
        [_difference(hours, day) for day in different],
        sum(1 for found in windows if found),
        worked // timedelta(hours=1),
    )


def kind_of(hours: Calendar, day: date) -> str:
    """Return what a day is; a holiday on a free day is still called one."""
    if day in hours.working_days:
        return "special"
    if day in hours.holidays:
        return "holiday"
    if not hours.hours_on(day):
        return "closed"
    return "half" if day in hours.half_days else "open"


def short_days() -> list[str]:
    """Return the days of the week in two or three letters, Monday first."""
    names = get_day_names("short", "stand-alone", get_locale())
    return [names[number] for number in range(7)]


def bars(hours: Calendar) -> list[list[tuple[int, int]]]:
    """Return for each day of the week its hours as (minute it begins, minutes), what crosses midnight at both ends."""
    found: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for number, intervals in enumerate(hours.week):
        for opens, closes in intervals:
            begin, end = (int(one.total_seconds()) // 60 for one in (opens, closes))
            found[number].append((begin, min(end, A_DAY) - begin))
            if end > A_DAY:
                found[(number + 1) % 7].append((0, end - A_DAY))
    return found


def _month(hours: Calendar, year: int, month: int) -> Month:
    weeks = months.Calendar().monthdatescalendar(year, month)
    return Month(
        str(flask_babel.format_date(date(year, month, 1), "LLLL", rebase=False)),
        [
            [Day(day.day, kind_of(hours, day)) if day.month == month else None for day in week]
            for week in weeks
        ],
    )


def _difference(hours: Calendar, day: date) -> Difference:
    kind = kind_of(hours, day)
    if kind == "holiday":
        words = hours.holidays[day] or gettext("holiday")
    elif kind == "half":
        closes = hours.half_days[day]
        words = gettext("closes at %(time)s", time=_clock(closes))
    else:
        shifts = ", ".join(
            f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours.hours_on(day)
        )
        words = gettext("works %(hours)s", hours=shifts) if shifts else gettext("does not work")
    return Difference(formats.short_day(day), kind, words)


def _clock(since_midnight: timedelta) -> str:
    hours, minutes = divmod(int(since_midnight.total_seconds()) // 60, 60)
    return f"{hours % 24 if hours > 24 else hours:02}:{minutes:02}"  # noqa: PLR2004  # 24:00 is a closing time
