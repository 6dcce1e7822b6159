"""A calendar as a form: what its inputs hold, and the document that a sent form gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from babel import Locale
from babel.dates import get_day_names
from flask_babel import get_locale

from engine.calendar import Calendar, CalendarError, public_holidays
from engine.calendar.spec import DAYS
from web.fields import Option, Refused
from web.speech import gettext

KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
TAKEN: Final = frozenset({"new", "regions"})
LINE: Final = re.compile(
    r"(?P<first>\d{4}-\d\d-\d\d)(?:\s*(?:–|-|\.\.)\s*(?P<last>\d{4}-\d\d-\d\d))?[\s:]*(?P<rest>.*)"
)
LONGEST = timedelta(days=366)
DATED = ("holidays", "working_days", "half_days")


def typed_of(source: Mapping[str, Any], title: str) -> dict[str, str]:
    """Return what the inputs hold for a calendar's document."""
    week = source.get("week") or {}
    holidays = source.get("holidays") or {}
    named = holidays if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "")
    working = {day: ", ".join(hours) for day, hours in (source.get("working_days") or {}).items()}
    return {
        "title": title,
        "timezone": str(source.get("timezone") or ""),
        "country": str(source.get("country") or ""),
        "region": str(source.get("region") or ""),
        **{day: ", ".join(week.get(day) or ()) for day in DAYS},
        "holidays": _lines(named),
        "working_days": _lines(working),
        "half_days": _lines(source.get("half_days") or {}),
    }


def document(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the calendar document that was typed; raises `Refused` with a sentence for each wrong input."""
    errors: dict[str, str] = {}
    if not typed.get("title", "").strip():
        errors["title"] = gettext("Please fill in “%(label)s”.", label=gettext("Title"))
    week = {day: _hours(typed.get(day, ""), day, errors) for day in DAYS}
    holidays, special, half = (dict(_dated(typed.get(name, ""), name, errors)) for name in DATED)
    working = {day: _hours(hours, "working_days", errors) for day, hours in special.items()}
    if not errors and not any(week.values()) and not any(working.values()):
        errors["mon"] = gettext("Please give at least one day its hours.")
    if errors:
        raise Refused(errors)
    found = {
        "timezone": typed.get("timezone", ""),
        "country": typed.get("country", ""),
        "region": _region(typed),
        "week": {day: hours for day, hours in week.items() if hours},
        "holidays": holidays,
        "working_days": working,
        "half_days": half,
    }
    return {name: value for name, value in found.items() if value}


def _region(typed: Mapping[str, str]) -> str:
    """Return the region; one that belongs to the country chosen before is none of this one."""
    chosen = typed.get("region", "")
    return chosen if chosen in public_holidays.regions(typed.get("country", "")) else ""


def day_names() -> dict[str, str]:
    """Return the days of the week in the reader's language, by their key in a document."""
    names = get_day_names("wide", "stand-alone", get_locale())
    return {key: names[number] for number, key in enumerate(DAYS)}


def countries() -> list[Option]:
    """Return the countries whose holidays are known, by name."""
    locale = get_locale() or Locale("en")
    named = [(locale.territories.get(code, code), code) for code in public_holidays.countries()]
    return [Option(code, name) for name, code in sorted(named)]


def regions(country: str) -> list[Option]:
    """Return the regions of a country, by name."""
    known = public_holidays.regions(country)
    return [Option(code, name) for code, name in sorted(known.items(), key=lambda one: one[1])]


def _lines(dated: Mapping[str, str]) -> str:
    return "\n".join(f"{day} {what}".rstrip() for day, what in sorted(dated.items()))


def _hours(text: str, name: str, errors: dict[str, str]) -> list[str]:
    hours = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    try:
        if hours:
            Calendar.parse({"timezone": "UTC", "week": {"mon": hours}})
    except CalendarError:
        errors[name] = gettext(
            "“%(text)s” are no hours; write them like 09:00-13:00, 14:00-18:00, "
            "a night shift like 22:00-06:00.",
            text=text,
        )
    return hours


def _dated(text: str, name: str, errors: dict[str, str]) -> Iterator[tuple[str, str]]:
    for line in filter(None, (line.strip() for line in text.splitlines())):
        found = LINE.fullmatch(line)
        days = _days(found["first"], found["last"] or found["first"]) if found else []
        if not found or not days or not _fits(name, days[0], found["rest"]):
            errors[name] = _wrong(name, line)
            return
        for day in days:
            yield day, found["rest"].strip()


def _fits(name: str, day: str, rest: str) -> bool:
    """Say whether what stands behind a date can be read; hours are looked at by themselves."""
    if name != "half_days":
        return name == "holidays" or bool(rest.strip())
    try:
        week = {"mon": ["09:00-17:00"]}
        Calendar.parse({"timezone": "UTC", "week": week, "half_days": {day: rest.strip()}})
    except CalendarError:
        return False
    return True


def _days(first: str, last: str) -> list[str]:
    """Return every date from first to last, none where they are no dates or too many."""
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return []
    if not timedelta(0) <= end - begin <= LONGEST:
        return []
    return [(begin + timedelta(days=n)).isoformat() for n in range((end - begin).days + 1)]


def _wrong(name: str, line: str) -> str:
    example = {
        "holidays": "2026-05-04 Founders’ day",
        "working_days": "2026-05-02 09:00-14:00",
        "half_days": "2026-12-24 13:00",
    }[name]
    return gettext(
        "“%(line)s” cannot be read; write it like %(example)s.", line=line, example=example
    )
