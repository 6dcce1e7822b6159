"""A calendar as a document: read with the place of each fault, so that it can be mended.

{"timezone": "Europe/Berlin",
 "week": {"mon": ["09:00-13:00", "14:00-18:00"], "fri": ["22:00-06:00"]},
 "holidays": ["2026-05-01"] or {"2026-05-01": "Labour Day"},
 "working_days": {"2026-05-02": ["09:00-14:00"]},
 "half_days": {"2026-12-24": "13:00"}}
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ledger.words import say

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = frozenset({"timezone", "week", "holidays", "working_days", "half_days"})
ONE_DAY = timedelta(days=1)
CLOCK = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")
INTERVAL = re.compile(r"\s*(\S+?)\s*[-–]\s*(\S+?)\s*")


class CalendarError(ValueError):
    """The document is no calendar; the message begins with the place of the fault."""


class Hours(NamedTuple):
    """Opening and closing as wall time since the midnight of the day the window begins."""

    opens: timedelta
    closes: timedelta


Week = tuple[tuple[Hours, ...], ...]
Parts = tuple[ZoneInfo, Week, dict[date, str], dict[date, tuple[Hours, ...]], dict[date, timedelta]]


def parts(document: object) -> Parts:
    """Return zone, week, holidays, working days and half days of a calendar document.

    Raises CalendarError, in words and with the place, for anything that is not one, and for a
    calendar without any working time.
    """
    found = _mapping(document, "calendar")
    if unknown := sorted(found.keys() - PARTS):
        raise CalendarError(
            say(
                "calendar: '%(name)s' is not known here; known are %(names)s.",
                name=unknown[0],
                names=sorted(PARTS),
            )
        )
    week = _week(found.get("week") or {})
    working = {
        _date(day, "working_days"): _hours(hours, f"working_days.{day}")
        for day, hours in _mapping(found.get("working_days") or {}, "working_days").items()
    }
    if not any(week) and not any(working.values()):
        raise CalendarError(say("week: the calendar has no working time; give a day its hours."))
    half = {
        _date(day, "half_days"): _clock(closing, f"half_days.{day}")
        for day, closing in _mapping(found.get("half_days") or {}, "half_days").items()
    }
    return _zone(found.get("timezone")), week, _holidays(found.get("holidays") or ()), working, half


def _mapping(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise CalendarError(
            say(
                "%(place)s: expected names with values, not %(found)s.",
                place=place,
                found=_shown(value),
            )
        )
    return {str(name): part for name, part in value.items()}


def _shown(value: object) -> str:
    return reprlib.repr(value)


def _zone(name: object) -> ZoneInfo:
    if not isinstance(name, str) or not name:
        raise CalendarError(say("timezone: expected a name such as Europe/Berlin."))
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CalendarError(
            say(
                "timezone: '%(name)s' is no zone of the IANA database; write one such as Europe/Berlin.",
                name=name,
            )
        ) from None


def _week(value: object) -> Week:
    week = _mapping(value, "week")
    if unknown := [day for day in week if day not in DAYS]:
        raise CalendarError(
            say("week: '%(name)s' is no day; days are %(names)s.", name=unknown[0], names=DAYS)
        )
    return tuple(_hours(week.get(day) or (), f"week.{day}") for day in DAYS)


def _items(value: object, place: str) -> Iterable[object]:
    if isinstance(value, str | bytes) or not isinstance(value, list | tuple | set | frozenset):
        raise CalendarError(
            say("%(place)s: expected a list, not %(found)s.", place=place, found=_shown(value))
        )
    return value


def _hours(value: object, place: str) -> tuple[Hours, ...]:
    return tuple(sorted(_interval(item, place) for item in _items(value, place)))


def _interval(value: object, place: str) -> Hours:
    match = INTERVAL.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise CalendarError(
            say(
                "%(place)s: expected hours such as 09:00-13:00, not %(found)s.",
                place=place,
                found=_shown(value),
            )
        )
    opens, closes = _clock(match[1], place), _clock(match[2], place)
    if opens == ONE_DAY:
        raise CalendarError(
            say("%(place)s: hours begin at 23:59 at the latest, not at 24:00.", place=place)
        )
    # 22:00-06:00 crosses midnight; 08:00-08:00 is a whole day on call.
    return Hours(opens, closes if closes > opens else closes + ONE_DAY)


def _clock(value: object, place: str) -> timedelta:
    match = CLOCK.fullmatch(value) if isinstance(value, str) else None
    since_midnight = timedelta(hours=int(match[1]), minutes=int(match[2])) if match else None
    if since_midnight is None or since_midnight > ONE_DAY:
        raise CalendarError(
            say(
                "%(place)s: expected a time of day from 00:00 to 24:00, not %(found)s.",
                place=place,
                found=_shown(value),
            )
        )
    return since_midnight


def _date(value: object, place: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise CalendarError(
            say(
                "%(place)s: expected a date such as 2026-05-01, not %(found)s.",
                place=place,
                found=_shown(value),
            )
        ) from None


def _holidays(value: object) -> dict[date, str]:
    if isinstance(value, Mapping):
        return {_date(day, "holidays"): str(name or "") for day, name in value.items()}
    return {_date(day, "holidays"): "" for day in _items(value, "holidays")}


def instant(value: object, place: str) -> datetime:
    """Read an instant of ISO 8601 with its offset, as UTC.

    Raises ValueError with the place where it is none, or where its offset is missing.
    """
    try:
        read = datetime.fromisoformat(value if isinstance(value, str) else "")
        if read.tzinfo is not None:
            return read.astimezone(UTC)
    except (ValueError, OverflowError):
        read = None
    missing = "an offset such as +02:00 or Z" if read else "an instant"
    raise ValueError(
        f"{place}: expected {missing} as in 2026-06-05T17:00:00+02:00, not {_shown(value)}."
    )
