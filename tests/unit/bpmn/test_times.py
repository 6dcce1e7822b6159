"""ISO 8601 and cron texts of timers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.iso8601 import Cycle, Interval, TimeError, cron, date

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("PT5M", datetime(2026, 1, 5, 9, 5, tzinfo=UTC)),
        ("PT0.5S", datetime(2026, 1, 5, 9, 0, 0, 500_000, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 5, 9, tzinfo=UTC)),
        ("P2W", datetime(2026, 1, 19, 9, tzinfo=UTC)),
        ("P1Y2M3DT4H", datetime(2027, 3, 8, 13, tzinfo=UTC)),
    ],
)
def test_durations(text: str, after: datetime):
    assert Interval.parse(text).after(NOW) == after


def test_the_last_day_of_a_shorter_month():
    assert Interval.parse("P1M").after(datetime(2026, 1, 31, tzinfo=UTC)) == datetime(
        2026, 2, 28, tzinfo=UTC
    )


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "1D", "P1H", "PT1D", "P-1D", "P1.5D", "PT4H30"]
)
def test_what_is_no_duration(text: str):
    with pytest.raises(TimeError):
        Interval.parse(text)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10_000)))
def test_a_duration_in_seconds_comes_back_exactly(span: timedelta):
    seconds, micro = divmod(span // timedelta(microseconds=1), 1_000_000)
    assert Interval.parse(f"PT{seconds}.{micro:06d}S").rest == span


def test_cycles():
    assert Cycle.parse("R3/PT10S") == Cycle(3, Interval(0, timedelta(seconds=10)))
    assert Cycle.parse("R/P1D").repetitions is None
    assert Cycle.parse("R2/2026-01-06T00:00:00Z/PT1H").next(NOW, first=True) == datetime(
        2026, 1, 6, tzinfo=UTC
    )
    ending = Cycle.parse("R/PT1H/2026-01-05T09:30:00Z")
    assert ending.next(NOW) is None
    assert Cycle.parse("R1/2026-01-05T09:00:00Z/2026-01-05T09:45:00Z").next(NOW) == NOW + timedelta(
        minutes=45
    )
    assert Cycle.parse("30 9 * * *").next(NOW) == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    "text",
    ["", "R3", "R3/", "R3/x", "R3/P1D/P1D/P1D", "* * *", "61 * * * *", "R1/2026-01-02/2026-01-01"],
)
def test_what_is_no_cycle(text: str):
    with pytest.raises(TimeError):
        Cycle.parse(text)


@pytest.mark.parametrize(
    ("quartz", "plain"),
    [
        ("0 0/5 * * * ?", "0-59/5 * * * *"),
        ("0 0 12 ? * 1 2026", "0 12 * * 1"),
        ("0/5 0/1 * 1/1 * ?", "0-59/1 * 1-31/1 * *"),
    ],
)
def test_cron_lines_of_quartz(quartz: str, plain: str):
    assert cron(quartz) == plain


def test_a_cron_line_that_names_a_second_is_refused():
    with pytest.raises(TimeError, match="names a second"):
        cron("30 0 12 * * ?")


def test_dates():
    assert date("2026-02-01") == datetime(2026, 2, 1, tzinfo=UTC)
    assert date("2026-02-01T10:00:00+02:00") == datetime(2026, 2, 1, 8, tzinfo=UTC)
    with pytest.raises(TimeError):
        date("2026-02-30")
