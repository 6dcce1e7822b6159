"""Calendars: what their documents mean, and the cases where hours are easily got wrong."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest

from engine import calendar
from engine.calendar import (
    BusinessDays,
    Calendar,
    CalendarDays,
    CalendarError,
    Deadline,
    NoWorkingTimeError,
    Pause,
    WorkingTime,
    public_holidays,
)

OFFICE = {day: ["09:00-13:00", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def office(**more: object):
    return Calendar.parse({"timezone": "Europe/Berlin", "week": OFFICE, **more})


def at(text: str):
    return datetime.fromisoformat(text)


def due(hours: Calendar, start: str, deadline: str, *pauses: tuple[str, str, str]):
    held = [Pause(at(begin), at(end), reason) for begin, end, reason in pauses]
    return calendar.due(hours, at(start), Deadline.parse(deadline), held)


def local(hours: Calendar, instant: datetime):
    return hours.local(instant).strftime("%a %d %H:%M")


def test_a_half_day_closes_early():
    hours = office(half_days={"2026-12-24": "13:00"})
    found = due(hours, "2026-12-24T12:00:00+01:00", "PT2H")
    assert local(hours, found.at) == "Fri 25 10:00"


def test_a_holiday_ends_no_night_shift_that_began_the_day_before():
    nights = {day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = office(week=nights, holidays=["2026-05-01"])
    found = due(hours, "2026-04-30T23:00:00+02:00", "PT9H")
    assert local(hours, found.at) == "Tue 05 00:00"


def test_a_business_day_of_a_night_shift_belongs_to_the_evening_it_began():
    nights = {day: ["22:00-06:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    hours = office(week=nights)
    found = due(hours, "2026-06-06T02:00:00+02:00", "1 business day")
    assert local(hours, found.at) == "Tue 09 02:00"


def test_where_the_target_day_does_not_work_at_that_time_its_next_opening_counts():
    hours = office(working_days={"2026-06-09": ["09:00-11:00", "16:00-17:00"]})
    assert local(hours, due(hours, "2026-06-08T12:30+02:00", "1 business day").at) == "Tue 09 16:00"
    assert local(hours, due(hours, "2026-06-08T17:30+02:00", "1 business day").at) == "Tue 09 17:00"


def test_paused_business_days_come_back_as_working_time():
    pause = ("2026-06-02T10:00+02:00", "2026-06-04T10:00+02:00", "waiting for the client")
    hours = office()
    found = due(hours, "2026-06-01T10:00+02:00", "2 business days", pause)
    assert local(hours, found.at) == "Fri 05 10:00"


def test_paused_calendar_days_come_back_as_time():
    pause = ("2026-06-02T10:00+02:00", "2026-06-03T11:00+02:00", "")
    hours = office()
    assert local(hours, due(hours, "2026-06-01T10:00+02:00", "P3D", pause).at) == "Fri 05 11:00"


def test_a_date_that_a_zone_skipped_is_no_working_day():
    hours = office(timezone="Pacific/Apia")
    assert (
        local(hours, due(hours, "2011-12-29T17:00:00-10:00", "1 business day").at) == "Mon 02 17:00"
    )
    assert local(hours, due(hours, "2011-12-29T17:00:00-10:00", "PT2H").at) == "Mon 02 10:00"


def test_due_is_explained_by_its_pieces():
    hours = office(holidays={"2026-06-09": "Founders' day"})
    found = due(
        hours,
        "2026-06-05T17:00+02:00",
        "PT12H",
        ("2026-06-08T09:00+02:00", "2026-06-08T13:00+02:00", "waiting for the client"),
    )
    told = [(piece.kind, piece.amount // timedelta(hours=1), piece.note) for piece in found.pieces]
    assert told == [
        ("worked", 1, ""),
        ("closed", 0, ""),
        ("weekend", 0, ""),
        ("closed", 0, ""),
        ("paused", 4, "waiting for the client"),
        ("closed", 0, ""),
        ("worked", 4, ""),
        ("closed", 0, ""),
        ("holiday", 0, "Founders' day"),
        ("closed", 0, ""),
        ("worked", 4, ""),
        ("closed", 0, ""),
        ("worked", 3, ""),
    ]


def test_years_ahead_are_walked_by_the_week():
    hours = office(holidays=["2030-05-01"])
    begun = time.process_time()
    found = due(hours, "2026-01-05T09:00+01:00", f"PT{40 * 52 * 90}H")
    assert time.process_time() - begun < 1
    assert found.at.year == 2115
    spent = calendar.spent(hours, found.start, found.at)
    assert spent == timedelta(hours=40 * 52 * 90)


@pytest.mark.parametrize(
    "deadline", [WorkingTime(timedelta(hours=1)), BusinessDays(1), WorkingTime(timedelta(days=900))]
)
def test_a_calendar_whose_working_days_are_over_says_so(deadline: Deadline):
    hours = office(week={}, working_days={"2026-05-02": ["09:00-14:00"]})
    with pytest.raises(NoWorkingTimeError, match="has no"):
        calendar.due(hours, at("2026-05-03T09:00+02:00"), deadline)


def test_a_deadline_beyond_a_century_is_refused():
    with pytest.raises(NoWorkingTimeError):
        due(office(), "2026-01-05T09:00+01:00", "PT999999999H")
    with pytest.raises(NoWorkingTimeError):
        calendar.due(office(), at("2026-01-05T09:00+01:00"), BusinessDays(99_999_999))
    with pytest.raises(NoWorkingTimeError):
        calendar.due(office(), at("2026-01-05T09:00+01:00"), CalendarDays(999_999_999))


def test_a_share_of_calendar_days_is_a_share_of_the_time_on_the_wall():
    hours = office()
    found = due(hours, "2026-06-05T16:30+02:00", "P4D")
    assert local(hours, calendar.share_instant(found, 7_500)) == "Mon 08 16:30"


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "calendar: expected names"),
        ({"week": OFFICE}, "timezone: expected a name"),
        ({"timezone": "Europe/Berlim", "week": OFFICE}, "timezone: 'Europe/Berlim' is no zone"),
        ({"timezone": "Europe", "week": OFFICE}, "timezone: 'Europe' is no zone"),
        ({"timezone": "../etc/passwd", "week": OFFICE}, "is no zone"),
        ({"timezone": "UTC", "week": {}}, "no working time"),
        ({"timezone": "UTC", "week": {"monday": ["09:00-17:00"]}}, "'monday' is no day"),
        ({"timezone": "UTC", "week": {"mon": "09:00-17:00"}}, "week.mon: expected a list"),
        ({"timezone": "UTC", "week": {"mon": ["9-17"]}}, "week.mon: expected a time of day"),
        ({"timezone": "UTC", "week": {"mon": ["09:00-25:00"]}}, "week.mon: expected a time of day"),
        ({"timezone": "UTC", "week": {"mon": ["24:00-06:00"]}}, "week.mon: hours begin"),
        ({"timezone": "UTC", "week": OFFICE, "holidays": ["1 May"]}, "holidays: expected a date"),
        ({"timezone": "UTC", "week": OFFICE, "holliday": []}, "'holliday' is not known"),
        ({"timezone": "UTC", "week": OFFICE, "half_days": {"2026-12-24": "noon"}}, "half_days"),
    ],
)
def test_a_fault_in_a_calendar_is_told_with_its_place(document: object, says: str):
    with pytest.raises(CalendarError, match=says):
        Calendar.parse(document)


def test_a_pause_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="ends before it begins"):
        due(office(), "2026-06-01T10:00+02:00", "PT1H",
            ("2026-06-02T10:00+02:00", "2026-06-02T09:00+02:00", ""))  # fmt: skip


def test_public_holidays_come_by_country_and_region():
    saxony = public_holidays.resolve("DE", "SN", [2026], language="de")
    berlin = public_holidays.resolve("DE", "BE", [2026])
    assert date(2026, 11, 18) in saxony
    assert date(2026, 11, 18) not in berlin
    assert saxony[date(2026, 5, 1)] == "Erster Mai"


def test_an_unknown_country_or_region_is_told_with_its_neighbours():
    with pytest.raises(CalendarError, match="country: 'XX'"):
        public_holidays.resolve("XX", None, [2026])
    with pytest.raises(CalendarError, match="region: 'BER' is no region of DE; did you mean BE"):
        public_holidays.resolve("DE", "BER", [2026])


def test_a_business_day_that_falls_on_the_lunch_hour_counts_until_the_afternoon():
    hours = office(working_days={"2026-06-08": ["09:00-18:00"]})
    assert local(hours, due(hours, "2026-06-08T13:00+02:00", "1 business day").at) == "Tue 09 14:00"


def test_a_night_shift_may_reach_over_a_skipped_date():
    week = {"thu": ["18:00-02:15"], "fri": ["09:00-17:00"], "sat": ["09:00-17:00"]}
    hours = office(timezone="Pacific/Apia", week=week)
    assert local(hours, due(hours, "2011-12-31T00:00:00+14:00", "PT2H").at) == "Sat 31 02:00"
