"""How deadlines are written, and what a mistake is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine import calendar
from engine.calendar import (
    BusinessDays,
    Calendar,
    CalendarDays,
    Deadline,
    DeadlineError,
    WorkingTime,
)


@pytest.mark.parametrize(
    ("text", "deadline"),
    [
        ("PT4H", WorkingTime(timedelta(hours=4))),
        ("PT1H30M", WorkingTime(timedelta(minutes=90))),
        ("PT90M", WorkingTime(timedelta(minutes=90))),
        ("4 working hours", WorkingTime(timedelta(hours=4))),
        ("1 working hour", WorkingTime(timedelta(hours=1))),
        ("30 working minutes", WorkingTime(timedelta(minutes=30))),
        ("2 business days", BusinessDays(2)),
        ("1 Business Day", BusinessDays(1)),
        ("P2D", CalendarDays(2)),
        ("P2W", CalendarDays(14)),
        ("3 calendar days", CalendarDays(3)),
    ],
)
def test_a_deadline_is_read_as_it_is_written(text: str, deadline: Deadline):
    assert Deadline.parse(text) == deadline
    assert Deadline.parse(str(deadline)) == deadline


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("P1DT4H", "mixes calendar days with working time"),
        ("-PT4H", "cannot be negative"),
        ("P1M", "months or years"),
        ("two-ish days", "is no deadline"),
        ("3 days", "is no deadline"),
        ("PT", "is no deadline"),
        ("P", "is no deadline"),
        ("", "is no deadline"),
        ("4 business hours", "is no deadline"),
        ("2 business weeks", "is no deadline"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(text: str, says: str):
    with pytest.raises(DeadlineError, match=says):
        Deadline.parse(text)


def test_amounts_are_told_in_hours_never_in_days():
    assert calendar.iso(timedelta(hours=26, minutes=5)) == "PT26H5M"
    assert calendar.iso(timedelta()) == "PT0S"


@pytest.mark.parametrize("text", ["0%", "101%", "75", "x%", "-5%"])
def test_a_share_is_between_nothing_and_all(text: str):
    with pytest.raises(DeadlineError, match="share"):
        calendar.share(text)


def test_a_share_may_have_a_fraction():
    assert (calendar.share("75%"), calendar.share("12.5 %"), calendar.share("100%")) == (
        7_500,
        1_250,
        calendar.WHOLE,
    )


def test_no_calendar_day_at_all_is_due_at_once_also_in_the_hour_that_comes_twice():
    second_time = datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
    office = Calendar.parse({"timezone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"]}})
    assert calendar.due(office, second_time, CalendarDays(0)).at == second_time
