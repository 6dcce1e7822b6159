"""Dates, times and durations against the standard library, and beyond what it can hold."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.feel import temporal, temporal_text
from tests.unit.feel.asking import NOW, value

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
days = st.dates(date(1600, 1, 1), date(2400, 12, 31))
moments = st.builds(datetime.combine, st.dates(date(1972, 1, 1), date(2037, 12, 31)), st.times())
spans = st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000))
zones = st.one_of(
    st.just(UTC),
    st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
    st.sampled_from(ZONES).map(ZoneInfo),
)


@given(days, spans)
def test_a_span_after_a_date_is_that_many_days_on(day: date, span: timedelta):
    midnight = datetime.combine(day, time()) + span
    assert value("day + span", day=day, span=span) == midnight.date()


@given(moments, spans, zones)
def test_a_span_after_a_moment_is_that_long_also_across_clock_changes(
    local: datetime, span: timedelta, zone: timezone | ZoneInfo
):
    start = local.replace(tzinfo=zone)
    end = value("start + span", start=start, span=span)
    assert isinstance(end, datetime)
    assert end.astimezone(UTC) - start.astimezone(UTC) == span
    assert end.tzinfo is zone
    assert value("end - start", start=start, end=end) == feel.DaysTimeDuration.of(span)


@given(moments, moments, zones, zones)
def test_moments_in_zones_are_ordered_by_their_instants(
    a: datetime, b: datetime, zone: timezone | ZoneInfo, other: timezone | ZoneInfo
):
    first, second = a.replace(tzinfo=zone), b.replace(tzinfo=other)
    instants = first.astimezone(UTC), second.astimezone(UTC)
    assert value("a < b", a=first, b=second) is (instants[0] < instants[1])
    assert value("a = b", a=first, b=second) is (instants[0] == instants[1])


@given(days, st.integers(-4000, 4000))
def test_months_after_a_date_keep_the_day_or_take_the_last_of_the_month(day: date, months: int):
    found = value('day + @"P1M" * months', day=day, months=months)
    assert isinstance(found, date)
    assert (found.year - day.year) * 12 + found.month - day.month == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1


@given(days, days)
def test_years_and_months_between_dates_never_pass_the_second(a: date, b: date):
    between = value("years and months duration(a, b)", a=a, b=b)
    assert isinstance(between, feel.YearsMonthsDuration)
    reached = value("a + d", a=a, d=between)
    further = value('a + d + @"P1M"', a=min(a, b), d=feel.YearsMonthsDuration(abs(between.months)))
    assert isinstance(reached, date)
    assert isinstance(further, date)
    assert reached <= b if a <= b else reached >= b
    assert further >= max(a, b) or further.day < min(a, b).day


@given(days)
def test_parts_of_a_date_are_those_of_the_calendar(day: date):
    assert value("[d.year, d.month, d.day, d.weekday]", d=day) == [
        *day.timetuple()[:3],
        day.isoweekday(),
    ]
    assert value("week of year(d)", d=day) == day.isocalendar().week
    assert value("day of year(d)", d=day) == day.timetuple().tm_yday
    assert value("day of week(d)", d=day) == day.strftime("%A")
    assert value("month of year(d)", d=day) == day.strftime("%B")


@given(
    st.integers(-999_999_999, 999_999_999),
    st.integers(1, 12),
    st.integers(1, 28),
    st.integers(-9999, 9999),
)
def test_years_beyond_the_standard_library_follow_the_same_calendar(
    y: int, m: int, d: int, further: int
):
    found = temporal.make_date(y, m, d)
    assert found is not None
    number = temporal.day_number(found)
    assert temporal.date_from_number(number) == found
    assert temporal_text.parse_date(temporal_text.write_date(found)) == found
    later = temporal.make_date(y + 400, m, d)
    assert later is None or temporal.day_number(later) - number == 146_097
    moved = temporal.date_from_number(number + further)
    assert moved is None or temporal.day_number(moved) == number + further


@given(st.integers(-(10**24), 10**24))
def test_durations_read_back_as_written(amount: int):
    for made in (feel.DaysTimeDuration(amount), feel.YearsMonthsDuration(amount // 10**12)):
        assert value("duration(text)", text=str(made)) == made


@pytest.mark.parametrize(
    "text",
    [
        '"2026-02-29"',
        '"2026-13-01"',
        '"02026-01-01"',
        '"26-01-01"',
        '"2026-01-01T00:00:00"',
    ],
)
def test_what_is_no_date_is_null(text: str):
    assert value(f"date({text})") is None


@pytest.mark.parametrize(
    "text", ["24:00:00", "10:60:00", "10:00", "10:00:00+19:00", "10:00:00@Nowhere/City"]
)
def test_what_is_no_time_is_null(text: str):
    assert value("time(t)", t=text) is None


def test_zones_by_name_keep_their_name():
    assert (
        value('string(@"2026-03-28T12:00:00@Europe/Berlin" + @"P1D")')
        == "2026-03-29T13:00:00@Europe/Berlin"
    )
    assert value('@"2026-07-01T12:00:00@Europe/Berlin".timezone') == "Europe/Berlin"
    assert str(value('@"2026-07-01T12:00:00@Europe/Berlin".time offset')) == "PT2H"


def test_local_and_zoned_moments_do_not_mix():
    assert value('@"2026-01-05T10:00:00" < @"2026-01-05T10:00:00Z"') is None
    assert value('@"2026-01-05T10:00:00" = @"2026-01-05T10:00:00Z"') is False
    assert value('@"10:00:00" < @"11:00:00Z"') is None


def test_is_asks_for_the_same_moment_written_the_same_way():
    assert value('@"10:00:00Z" = @"11:00:00+01:00"') is True
    assert value('is(@"10:00:00Z", @"11:00:00+01:00")') is False


def test_nanoseconds_are_kept():
    assert value('string(@"10:00:00.123456789" + @"PT0.000000001S")') == "10:00:00.12345679"
    assert value('@"10:00:00.5".second') == Decimal("0.5")


def test_the_clock_is_the_one_given():
    assert value("now()") == NOW
    assert value("today() = date(2026, 1, 5)") is True
