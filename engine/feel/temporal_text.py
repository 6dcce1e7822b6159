"""How dates and times are written: ISO 8601 with any year, and FEEL's offsets and named zones (DMN 10.3.2.3.4)."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.feel import temporal
from engine.feel.durations import SECOND
from engine.feel.temporal import Date, DateTime, Time

_ZONE = r"(Z|[+-]\d\d:\d\d(?::\d\d)?|@[A-Za-z0-9_+\-/]+)?"
_CLOCK = r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,40}))?" + _ZONE
_CALENDAR = r"(-?(?:[1-9]\d{4,8}|\d{4}))-(\d\d)-(\d\d)"
_DATE_TEXT = re.compile(_CALENDAR, re.ASCII)
_TIME_TEXT = re.compile(_CLOCK, re.ASCII)
_DATETIME_TEXT = re.compile(f"{_CALENDAR}T{_CLOCK}", re.ASCII)


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
    return temporal.fixed_zone(-total if text[0] == "-" else total)


def parse_date(text: str) -> Date | None:
    """Read `yyyy-mm-dd`; None where it is no date."""
    found = _DATE_TEXT.fullmatch(text)
    return temporal.make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_time(text: str) -> Time | None:
    """Read `hh:mm:ss` with fraction and zone; None where it is no time."""
    found = _TIME_TEXT.fullmatch(text)
    return _clock(*found.groups()) if found else None


def parse_datetime(text: str) -> DateTime | None:
    """Read `yyyy-mm-ddThh:mm:ss` with fraction and zone; None where it is none."""
    found = _DATETIME_TEXT.fullmatch(text)
    if not found:
        return None
    date = temporal.make_date(int(found[1]), int(found[2]), int(found[3]))
    time = _clock(*found.groups()[3:])
    return temporal.make_datetime(date, time) if date is not None and time is not None else None


def _clock(
    hour: str, minute: str, second: str, fraction: str | None, zone: str | None
) -> Time | None:
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        return None
    known = parse_zone(zone) if zone else None
    if zone and known is None:
        return None
    nanoseconds = int((fraction or "")[:9].ljust(9, "0"))
    return temporal.make_time(
        ((int(hour) * 60 + int(minute)) * 60 + int(second)) * SECOND + nanoseconds, known
    )


def write_date(date: Date) -> str:
    """`yyyy-mm-dd`."""
    sign = "-" if date.year < 0 else ""
    return f"{sign}{abs(date.year):04d}-{date.month:02d}-{date.day:02d}"


def write_time(time: Time) -> str:
    """`hh:mm:ss` with fraction and zone where there are any."""
    seconds, fraction = divmod(temporal.nanoseconds_of(time), SECOND)
    tail = f".{fraction:09d}".rstrip("0") if fraction else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{tail}{write_zone(time.tzinfo)}"


def write_datetime(value: DateTime) -> str:
    """`yyyy-mm-ddThh:mm:ss` with fraction and zone where there are any."""
    return f"{write_date(temporal.date_of(value))}T{write_time(temporal.time_of(value))}"


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
