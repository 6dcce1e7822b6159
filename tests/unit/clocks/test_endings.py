"""What a report says of a promise: met, late, extended, or no longer needed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.calendar import Calendar
from engine.clocks.endings import ending
from engine.clocks.facts import fact

OFFICE = Calendar.parse(
    {
        "timezone": "UTC",
        "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("left", "how", "verdict", "late"),
    [
        (at(4), "completed", "met", 0),
        (at(5), "completed", "late", 1),
        (at(24), "completed", "late", 4),
        (at(3), "terminated", "ended", 0),
        (at(4), "terminated", "late", 0),
    ],
)
def test_four_hours_from_nine(left: datetime, how: str, verdict: str, late: int):
    found = ending(MONDAY, "PT4H", None, OFFICE, left, how)
    assert (found.verdict, found.late) == (verdict, late * HOUR)


def test_a_promise_that_was_moved_is_never_met():
    told = [fact("due_overridden", at(1), due=at(6), reason="asked", who="staff:1")]
    assert ending(MONDAY, "PT4H", told, OFFICE, at(2)).verdict == "extended"
    assert ending(MONDAY, "PT4H", told, OFFICE, at(5)).verdict == "extended"
    assert ending(MONDAY, "PT4H", told, OFFICE, at(7)).verdict == "late"


def test_a_clock_left_while_it_stood_still_is_not_late():
    told = [fact("paused", at(2), by="hand", reason="no answer")]
    found = ending(MONDAY, "PT4H", told, OFFICE, at(24 * 7))
    assert (found.verdict, found.worked) == ("met", 2 * HOUR)
    assert found.paused == {"no answer": 38 * HOUR}


def test_a_pause_after_the_due_date_leaves_the_lateness_as_it_was():
    told = [
        fact("paused", at(5), by="hand", reason="no answer"),
        fact("resumed", at(7), by="hand"),
    ]
    found = ending(MONDAY, "PT4H", told, OFFICE, at(8))
    assert (found.verdict, found.late, found.worked) == ("late", 2 * HOUR, 6 * HOUR)


def test_a_date_that_a_recomputation_moved_was_never_met():
    told = [fact("recomputed", at(1), **{"from": at(3)})]
    assert ending(MONDAY, "PT4H", told, OFFICE, at(2)).verdict == "extended"
    assert ending(MONDAY, "PT4H", told, OFFICE, at(5)).verdict == "late"
    unmoved = [fact("recomputed", at(1))]
    assert ending(MONDAY, "PT4H", unmoved, OFFICE, at(2)).verdict == "met"
