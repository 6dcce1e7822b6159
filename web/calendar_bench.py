"""The bench of a calendar: a start and a deadline give a due date, with the reasons drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from engine import calendar
from engine.calendar import (
    BusinessDays,
    Calendar,
    CalendarDays,
    Deadline,
    NoWorkingTimeError,
    WorkingTime,
)
from ledger.rejection import invalid
from web import fields, strips
from web.fields import Field, Option
from web.speech import gettext
from web.strips import Segment

FRIDAY = 4
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Result:
    """When it is due, in the calendar's zone, and why."""

    due: str
    strip: Sequence[Segment]
    reasons: Sequence[Segment]


def form() -> list[Field]:
    """Return the fields of the bench."""
    units = (
        Option("hours", gettext("working hours")),
        Option("business", gettext("working days")),
        Option("calendar", gettext("calendar days")),
    )
    return [
        Field("bench_start", "datetime", gettext("Begins"), required=True),
        Field("bench_amount", "number", gettext("Takes"), required=True),
        Field("bench_unit", "choice", gettext("Counted in"), required=True, options=units),
    ]


def question(hours: Calendar, now: datetime) -> dict[str, str]:
    """Return what the bench asks before anybody typed: next Friday at 17:00, four working hours."""
    today = hours.local(now).date()
    friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    start = datetime.combine(friday, time(17)).isoformat(timespec="minutes")
    return {"bench_start": start, "bench_amount": "4", "bench_unit": "hours"}


def answer(hours: Calendar, typed: Mapping[str, str]) -> Result:
    """Return when it is due; raises Rejection where something typed cannot be reckoned with."""
    read = fields.read(form(), typed)
    start, amount = read["bench_start"], read["bench_amount"]
    assert isinstance(start, datetime)  # noqa: S101  # a required field of that type
    assert isinstance(amount, Decimal)  # noqa: S101  # likewise
    begin = start.replace(tzinfo=hours.zone)
    try:
        reckoned = calendar.due(hours, begin, _deadline(amount, str(read["bench_unit"])))
    except (NoWorkingTimeError, OverflowError):
        words = gettext("This calendar has not enough working time after that.")
        raise invalid(words, field="bench_amount") from None
    pieces = reckoned.pieces
    return Result(
        strips.moment(reckoned.at, hours.zone),
        strips.drawn(pieces, hours.zone),
        strips.drawn(pieces, hours.zone, most=strips.LISTED),
    )


def _deadline(amount: Decimal, unit: str) -> Deadline:
    is_whole = amount == amount.to_integral_value()
    if not 0 < amount <= MOST or (unit != "hours" and not is_whole):
        words = gettext("Please write a number from 1 to %(most)s.", most=MOST)
        raise invalid(words, field="bench_amount")
    if unit == "hours":
        return WorkingTime(timedelta(minutes=int(amount * 60)))
    return BusinessDays(int(amount)) if unit == "business" else CalendarDays(int(amount))
