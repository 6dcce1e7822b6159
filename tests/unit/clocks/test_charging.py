"""Late minutes fall on whoever held the task while working time ran, and on nobody twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import calendar
from engine.calendar import Calendar, Pause
from engine.clocks.charging import NOBODY, Holding, charges, holdings

OFFICE = Calendar.parse(
    {
        "timezone": "Europe/Berlin",
        "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
MONDAY = datetime(2026, 1, 5, 8, tzinfo=UTC)  # nine o'clock in Berlin
HOUR = timedelta(hours=1)
ANNA, BEN = "staff:1", "staff:2"


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def test_the_last_holder_pays_only_for_his_own_hours():
    held = [Holding(at(0), at(5), ANNA), Holding(at(5), at(6), BEN)]
    assert charges(OFFICE, at(2), at(6), [], held) == {ANNA: 3 * 3600, BEN: 3600}


def test_nights_and_pauses_are_charged_to_nobody_at_all():
    held = [Holding(at(0), at(48), ANNA)]
    pause = [Pause(at(3), at(24), "waits for the client")]
    assert charges(OFFICE, at(2), at(25), pause, held) == {ANNA: 2 * 3600}


def test_time_in_the_queue_is_nobodys():
    assert charges(OFFICE, at(2), at(5), [], [Holding(at(4), at(5), BEN)]) == {
        NOBODY: 2 * 3600,
        BEN: 3600,
    }


def test_those_who_held_it_together_share_it():
    held = [Holding(at(0), at(4), ANNA), Holding(at(0), at(6), BEN)]
    assert charges(OFFICE, at(2), at(6), [], held) == {ANNA: 3600, BEN: 3 * 3600}


def test_a_tasks_events_say_who_held_it():
    changes: list[tuple[datetime, dict[str, Any]]] = [
        (at(0), {"candidates": ["group:legal"]}),
        (at(1), {"assignee": ANNA}),
        (at(2), {"from": ANNA}),
        (at(3), {"assignee": BEN, "from": None}),
    ]
    assert list(holdings(changes, at(5))) == [
        Holding(at(1), at(2), ANNA),
        Holding(at(3), at(5), BEN),
    ]


moments = st.integers(0, 14 * 24 * 60).map(lambda minutes: MONDAY + timedelta(minutes=minutes))
spans = st.tuples(moments, moments).map(lambda pair: (min(pair), max(pair)))


@given(
    spans,
    st.lists(spans.map(lambda one: Pause(*one))),
    st.lists(st.tuples(spans, st.sampled_from([ANNA, BEN, "staff:3"])), max_size=8),
)
def test_the_charges_add_up_to_what_it_was_late(
    late: tuple[datetime, datetime],
    pauses: list[Pause],
    held: list[tuple[tuple[datetime, datetime], str]],
):
    due, end = late
    found = charges(OFFICE, due, end, pauses, [Holding(*span, who) for span, who in held])
    assert sum(found.values()) == calendar.spent(OFFICE, due, end, pauses) // timedelta(seconds=1)
    assert all(seconds > 0 for seconds in found.values())


@given(spans, st.lists(moments, max_size=4))
def test_who_holds_it_alone_pays_for_all_however_often_it_is_passed_to_him(
    late: list[datetime], handed: list[datetime]
):
    due, end = late
    steps = sorted({MONDAY, *handed, end})
    held = [Holding(begin, until, ANNA) for begin, until in pairwise(steps)]
    assert set(charges(OFFICE, due, end, [], held)) <= {ANNA}
