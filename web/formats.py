"""Dates, spans of time and amounts as a person reads them, in the page's language and zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast

from babel import Locale
from babel.dates import format_date, format_timedelta
from babel.numbers import format_currency, format_decimal
from flask import Flask, g

from web import speech, visit
from web.speech import gettext

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Present:
    """What a page reckons its dates from: now, the person's zone and the day it is there."""

    now: datetime
    zone: tzinfo
    today: date


def init_app(app: Flask) -> None:
    """Make the formats filters of `app`'s templates."""
    for form in (
        day,
        long_day,
        day_before,
        clock_time,
        moment,
        relative,
        span,
        money,
        number,
        since,
    ):
        app.add_template_filter(form, form.__name__)


def present() -> Present:
    """Return what this page's dates are reckoned from, found out once."""
    try:
        return cast("Present", g.present)
    except AttributeError:
        now, zone = visit.store().clock(), speech.zone()
        found = g.present = Present(now, zone, now.astimezone(zone).date())
        return found


def local(instant: datetime) -> datetime:
    """Return the instant in the person's zone."""
    return instant.astimezone(present().zone)


def today() -> date:
    """Return the present day in the person's zone."""
    return present().today


def day(value: date | datetime | None) -> str:
    """A day: `Today`, `Tomorrow`, `Yesterday`, `Mon 23 Nov` within the year, else with it."""
    if value is None:
        return ""
    on = local(value).date() if isinstance(value, datetime) else value
    present = today()
    away = (on - present).days
    if away == 0:
        return gettext("Today")
    if away in (1, -1):
        return gettext("Tomorrow") if away == 1 else gettext("Yesterday")
    if on.year == present.year:
        return short_day(on)
    # date pattern: year, month and day as CLDR writes them
    return _date(on, gettext("d MMM y"), speech.locale())


def short_day(value: date) -> str:
    """A day with its weekday in short, whatever today is: `Mon 23 Nov`."""
    # date pattern: short weekday, day, short month
    return _date(value, gettext("EEE d MMM"), speech.locale())


def day_of_month(value: date) -> str:
    """A day in short, without its weekday: `23 Nov`."""
    # date pattern: day, short month
    return _date(value, gettext("d MMM"), speech.locale())


def long_day(value: date) -> str:
    """A day with its weekday in full: `Sunday, 22 November`."""
    # date pattern: weekday, day, month
    return _date(value, gettext("EEEE d MMMM"), speech.locale())


def day_before(value: datetime) -> str:
    """The last day of a stretch that ends, exclusively, at an instant."""
    return day(local(value - timedelta(microseconds=1)).date())


def clock_time(value: datetime | None) -> str:
    """The time of day on a clock of 24 hours, without seconds."""
    return "" if value is None else f"{local(value):%H:%M}"


def moment(value: datetime | None) -> str:
    """A day and the time of it."""
    return "" if value is None else f"{day(value)} {clock_time(value)}"


def span(length: timedelta) -> str:
    """A length of time in its two largest units: `2d 3h`, `2h 14m`, `38m`."""
    return _span(max(abs(length) // MINUTE, 1), speech.locale())


@lru_cache(maxsize=16384)
def _span(minutes: int, language: Locale | None) -> str:
    length = timedelta(minutes=minutes)
    if length >= 10 * DAY:
        return _length(timedelta(days=length.days), "day", language)
    if length >= DAY:
        days = timedelta(days=length.days)
        hours = timedelta(hours=(length - days) // HOUR)
        return _joined(_length(days, "day", language), hours and _length(hours, "hour", language))
    if length >= HOUR:
        hours = timedelta(hours=length // HOUR)
        rest = length - hours
        return _joined(_length(hours, "hour", language), rest and _length(rest, "minute", language))
    return _length(length, "minute", language)


def working(length: timedelta) -> str:
    """A length of working time, in hours and minutes however long: a day of it has no length of its own."""
    minutes = length // timedelta(minutes=1)
    hours, rest = timedelta(hours=minutes // 60), timedelta(minutes=minutes % 60)
    if not hours:
        return _unit(max(rest, timedelta(minutes=1)), "minute")
    return _joined(_unit(hours, "hour"), rest and _unit(rest, "minute"))


def relative(value: datetime | None) -> str:
    """How far an instant lies from now: `2h 14m`, with a minus where it has passed."""
    if value is None:
        return ""
    left = value - present().now
    return f"−{span(left)}" if left < timedelta(0) else span(left)


def since(value: datetime | None) -> str:
    """How long ago, in words: `5 minutes ago`."""
    if value is None:
        return ""
    return format_timedelta(value - present().now, add_direction=True, locale=speech.locale())


def size(count: int) -> str:
    """Return a number of bytes as people say it: 12 kB, 3.4 MB."""
    kilobyte = 1024
    if count < kilobyte * kilobyte:
        return gettext("%(size)s kB", size=number(max(1, round(count / kilobyte))))
    return gettext("%(size)s MB", size=number(round(count / kilobyte / kilobyte, 1)))


def money(amount: Decimal | None, currency: str | None = None) -> str:
    """An amount with its currency, without cents where there are none."""
    if amount is None:
        return ""
    if not currency:
        return number(amount)
    # amount pattern: a whole amount and its currency, as CLDR writes them
    return _money(amount, currency, gettext("#,##0 ¤"), speech.locale())


def number(value: Decimal | float | None) -> str:
    """A number with the language's separators."""
    return "" if value is None else format_decimal(value, locale=speech.locale())


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, form: str, language: Locale | None) -> str:
    is_whole = amount == amount.to_integral_value()
    return format_currency(
        amount, currency, form if is_whole else None, language, currency_digits=not is_whole
    )


def _unit(length: timedelta, unit: Literal["day", "hour", "minute"]) -> str:
    return _length(length, unit, speech.locale())


@lru_cache(maxsize=4096)
def _length(
    length: timedelta, unit: Literal["day", "hour", "minute"], language: Locale | None
) -> str:
    return format_timedelta(
        length, granularity=unit, threshold=1e9, format="narrow", locale=language
    )


@lru_cache(maxsize=4096)
def _date(value: date, form: str, language: Locale | None) -> str:
    return format_date(value, form, locale=language)


def _joined(first: str, second: str | timedelta) -> str:
    return f"{first} {second}" if second else first
