"""Dates and times as the standard has them: any year, nanoseconds, offsets and named zones.

What the standard library can hold is a `date`, `time` or `datetime`; only what it cannot (a year
outside 1..9999, a fraction below the microsecond) becomes a `WideDate`, `WideTime` or `WideDateTime`.
Both kinds compare and hash alike through `instant` and are otherwise read by the functions here.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from engine.feel.durations import DAY, SECOND

MAX_YEAR: Final = 999_999_999
_ZONE = r"(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]+)?"
_CLOCK = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,40}))?" + _ZONE
_CALENDAR = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_DATE_TEXT = re.compile(_CALENDAR, re.ASCII)
_TIME_TEXT = re.compile(_CLOCK, re.ASCII)
_DATETIME_TEXT = re.compile(f"{_CALENDAR}T{_CLOCK}", re.ASCII)
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


@lru_cache(maxsize=512)
def parse_zone(text: str) -> dt.tzinfo | None:
    """Read `Z`, `+hh:mm`, `-hh:mm:ss` or `@Area/City`; None where it is no zone."""
    if text == "Z":
        return dt.UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ValueError, OSError, KeyError):
            return None
    hours, minutes, seconds = int(text[1:3]), int(text[4:6]), int(text[7:9] or 0)
    total = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or total > 18 * 3600:
        return None
    return fixed_zone(-total if text[0] == "-" else total)


def fixed_zone(seconds: int) -> dt.timezone:
    """The zone so many seconds east of UTC."""
    return dt.timezone(dt.timedelta(seconds=seconds)) if seconds else dt.UTC


def parse_date(text: str) -> Date | None:
    """Read `yyyy-mm-dd`; None where it is no date."""
    found = _DATE_TEXT.fullmatch(text)
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_time(text: str) -> Time | None:
    """Read `hh:mm:ss` with fraction and zone; None where it is no time."""
    found = _TIME_TEXT.fullmatch(text)
    return _clock(*found.groups()) if found else None


def parse_datetime(text: str) -> DateTime | None:
    """Read `yyyy-mm-ddThh:mm:ss` with fraction and zone; None where it is none."""
    found = _DATETIME_TEXT.fullmatch(text)
    if not found:
        return None
    date = make_date(int(found[1]), int(found[2]), int(found[3]))
    time = _clock(*found.groups()[3:])
    return make_datetime(date, time) if date is not None and time is not None else None


def _clock(
    hour: str, minute: str, second: str, fraction: str | None, zone: str | None
) -> Time | None:
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    known = parse_zone(zone) if zone else None
    if zone and known is None:
        return None
    nanoseconds = int((fraction or "")[:9].ljust(9, "0"))
    return make_time(
        ((int(hour) * 60 + int(minute)) * 60 + int(second)) * SECOND + nanoseconds, known
    )


def write_date(date: Date) -> str:
    """`yyyy-mm-dd`."""
    sign = "-" if date.year < 0 else ""
    return f"{sign}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def write_time(time: Time) -> str:
    """`hh:mm:ss` with fraction and zone where there are any."""
    seconds, fraction = divmod(nanoseconds_of(time), SECOND)
    tail = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{tail}{write_zone(time.tzinfo)}"


def write_datetime(value: DateTime) -> str:
    """`yyyy-mm-ddThh:mm:ss` with fraction and zone where there are any."""
    return f"{write_date(date_of(value))}T{write_time(time_of(value))}"


def write_zone(zone: dt.tzinfo | None) -> str:
    """`Z`, `+hh:mm` or `@Area/City`, empty for no zone."""
    if zone is None:
        return ""
    if isinstance(zone, ZoneInfo):
        return f"@{zone.key}"
    offset = zone.utcoffset(None) or dt.timedelta()
    total = offset.days * 86_400 + offset.seconds
    if not total:
        return "Z"
    hours, rest = divmod(abs(total), 3600)
    seconds = f":{rest % 60:02d}" if rest % 60 else ""
    return f"{'-' if total < 0 else '+'}{hours:02d}:{rest // 60:02d}{seconds}"
