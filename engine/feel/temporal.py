"""Dates and times as the standard has them: any year, nanoseconds, offsets and named zones.

What the standard library can hold is a `date`, `time` or `datetime`; only what it cannot (a year
outside 1..9999, a fraction below the microsecond) becomes a `WideDate`, `WideTime` or `WideDateTime`.
Both kinds compare and hash alike through `instant` and are otherwise read by the functions here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.feel.durations import DAY, SECOND

MAX_YEAR: Final = 999_999_999
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_MONTHS: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class WideDate:
    """A date in a year that `datetime.date` cannot hold."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day finer than a microsecond."""

    nanoseconds: int
    tzinfo: dt.tzinfo | None = None


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """A date and time that `datetime.datetime` cannot hold."""

    date: dt.date | WideDate
    time: dt.time | WideTime


Date: TypeAlias = dt.date | WideDate
Time: TypeAlias = dt.time | WideTime
DateTime: TypeAlias = dt.datetime | WideDateTime


def days_in_month(year: int, month: int) -> int:
    """Days of a month of the proleptic Gregorian calendar."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return 29 if month == 2 and leap else _MONTHS[month - 1]


def make_date(year: int, month: int, day: int) -> Date | None:
    """The date of these parts; None where there is no such day."""
    if not (1 <= month <= 12 and 1 <= day <= days_in_month(year, month) and abs(year) <= MAX_YEAR):
        return None
    return dt.date(year, month, day) if 1 <= year <= 9999 else WideDate(year, month, day)


def make_time(nanoseconds: int, zone: dt.tzinfo | None = None) -> Time:
    """The time so many nanoseconds after midnight."""
    seconds, fraction = divmod(nanoseconds % DAY, SECOND)
    if fraction % 1000:
        return WideTime(nanoseconds % DAY, zone)
    return dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60, fraction // 1000, zone)


def make_datetime(date: Date, time: Time) -> DateTime:
    """The date and time of these two; the zone is the time's."""
    if isinstance(date, dt.date) and isinstance(time, dt.time):
        return dt.datetime(
            date.year,
            date.month,
            date.day,
            time.hour,
            time.minute,
            time.second,
            time.microsecond,
            time.tzinfo,
        )
    return WideDateTime(date, time)


def date_of(value: Date | DateTime) -> Date:
    """The calendar day, in the value's own zone."""
    if isinstance(value, dt.datetime):
        return value.date()
    return value.date if isinstance(value, WideDateTime) else value


def time_of(value: DateTime) -> Time:
    """The time of day with its zone."""
    return value.timetz() if isinstance(value, dt.datetime) else value.time


def nanoseconds_of(time: Time | DateTime) -> int:
    """Nanoseconds since midnight, in the value's own zone."""
    if isinstance(time, WideDateTime):
        time = time.time
    if isinstance(time, WideTime):
        return time.nanoseconds
    return ((time.hour * 60 + time.minute) * 60 + time.second) * SECOND + time.microsecond * 1000


def zone_of(value: Time | DateTime) -> dt.tzinfo | None:
    """The offset or named zone, None where the value is local."""
    return value.time.tzinfo if isinstance(value, WideDateTime) else value.tzinfo


def day_number(date: Date) -> int:
    """Days since 1970-01-01, negative before."""
    if isinstance(date, dt.date):
        return date.toordinal() - _EPOCH
    cycles, year = divmod(date.year - 1, 400)
    return dt.date(year + 1, date.month, date.day).toordinal() - _EPOCH + cycles * 146_097


def date_from_number(days: int) -> Date | None:
    """The date so many days after 1970-01-01; None beyond nine-digit years."""
    cycles, rest = divmod(days + _EPOCH - 1, 146_097)
    base = dt.date.fromordinal(rest + 1)
    return make_date(base.year + cycles * 400, base.month, base.day)


def _representable(days: int) -> dt.date:
    """The day itself, or beyond the standard library one at the same place of the 400-year cycle."""
    ordinal = days + _EPOCH
    return dt.date.fromordinal(
        ordinal if 366 < ordinal < 3_652_000 else (ordinal - 1) % 146_097 + 730_486
    )


def offset_seconds(zone: dt.tzinfo | None, days: int, nanoseconds: int) -> int | None:
    """Seconds east of UTC that a zone has at a local day and time; None for no zone."""
    if zone is None:
        return None
    seconds = nanoseconds // SECOND
    clock = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    offset = zone.utcoffset(dt.datetime.combine(_representable(days), clock))
    return None if offset is None else offset.days * 86_400 + offset.seconds


def instant(value: DateTime) -> int:
    """Nanoseconds since 1970-01-01T00:00:00, in UTC where the value has a zone, else local."""
    days, nanoseconds = day_number(date_of(value)), nanoseconds_of(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        offset = value.utcoffset()
        east = 0 if offset is None else offset.days * 86_400 + offset.seconds
    else:
        east = offset_seconds(zone_of(value), days, nanoseconds) or 0
    return days * DAY + nanoseconds - east * SECOND


def from_instant(nanoseconds: int, zone: dt.tzinfo | None) -> DateTime | None:
    """The date and time at so many nanoseconds after 1970 (UTC, or local where zone is None)."""
    east = 0 if zone is None else _offset_at(zone, *divmod(nanoseconds, DAY))
    days, rest = divmod(nanoseconds + east * SECOND, DAY)
    date = date_from_number(days)
    if date is None:
        return None
    local = make_datetime(date, make_time(rest, zone))
    if (
        isinstance(local, dt.datetime)
        and zone is not None
        and local.utcoffset() != dt.timedelta(seconds=east)
    ):
        return local.replace(fold=1)
    return local


def _offset_at(zone: dt.tzinfo, days: int, nanoseconds: int) -> int:
    """Seconds east of UTC that a zone has at a day and time of UTC."""
    fixed = zone.utcoffset(None)
    if fixed is not None:
        return fixed.days * 86_400 + fixed.seconds
    seconds = nanoseconds // SECOND
    clock = dt.time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    offset = dt.datetime.combine(_representable(days), clock, dt.UTC).astimezone(zone).utcoffset()
    return 0 if offset is None else offset.days * 86_400 + offset.seconds


def time_instant(value: Time) -> int:
    """Nanoseconds since midnight of UTC where the value has a zone, else of its own day."""
    own = nanoseconds_of(value)
    return own - (offset_seconds(zone_of(value), 0, own) or 0) * SECOND


def add_months(date: Date, months: int) -> Date | None:
    """The same day so many months later, or the last of that month where it has fewer days."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return make_date(year, month + 1, min(date.day, days_in_month(year, month + 1)))


def fixed_zone(seconds: int) -> dt.timezone:
    """The zone so many seconds east of UTC."""
    return dt.timezone(dt.timedelta(seconds=seconds)) if seconds else dt.UTC
