"""When BPMN timers are due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine import timing
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "value", "at"),
    [
        ("duration", "PT90M", MONDAY + timedelta(minutes=90)),
        ("duration", DaysTimeDuration.of(timedelta(days=2)), MONDAY + timedelta(days=2)),
        ("duration", YearsMonthsDuration(1), datetime(2026, 2, 5, 9, tzinfo=UTC)),
        ("date", "2026-03-01T09:00:00+01:00", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("date", date(2026, 3, 1), datetime(2026, 3, 1, tzinfo=UTC)),
        (
            "date",
            datetime(2026, 3, 1, 9, tzinfo=UTC).replace(tzinfo=None),
            datetime(2026, 3, 1, 9, tzinfo=UTC),
        ),
        ("cycle", "R3/PT10M", MONDAY + timedelta(minutes=10)),
        ("cycle", "0 12 * * *", datetime(2026, 1, 5, 12, tzinfo=UTC)),
    ],
)
def test_the_first_instant(kind: str, value: object, at: datetime):
    first = timing.first(kind, value, MONDAY)  # type: ignore[arg-type]  # values of several kinds
    assert first is not None
    assert first.at == at


def test_a_cycle_counts_down_and_one_of_no_times_never_fires():
    first = timing.first("cycle", "R3/PT10M", MONDAY)
    assert first is not None
    assert first.left == 2
    assert timing.following(first.cycle or "", first.at, first.at) == MONDAY + timedelta(minutes=20)
    assert timing.first("cycle", "R0/PT10M", MONDAY) is None


@pytest.mark.parametrize(
    ("cycle", "following"),
    [
        ("R/PT7M", datetime(2027, 1, 5, 9, 2, tzinfo=UTC)),
        ("R/P1M", datetime(2027, 2, 5, 9, tzinfo=UTC)),
        ("0 12 * * 1", datetime(2027, 1, 11, 12, tzinfo=UTC)),
        ("R/PT7M/2027-01-05T09:01:00Z", None),
        ("R9/PT7M", MONDAY + timedelta(minutes=7)),
    ],
)
def test_of_a_year_without_anybody_looking_an_endless_cycle_makes_up_once(
    cycle: str, following: datetime | None
):
    assert timing.following(cycle, MONDAY, datetime(2027, 1, 5, 9, tzinfo=UTC)) == following


@pytest.mark.parametrize(
    ("kind", "value"),
    [("duration", "soon"), ("duration", 5), ("date", True), ("cycle", "often"), ("cycle", 3)],
)
def test_what_is_no_time_is_refused_in_words(kind: str, value: object):
    with pytest.raises(ValueError, match=r"Expected|is no"):
        timing.first(kind, value, MONDAY)  # type: ignore[arg-type]  # wrong on purpose
