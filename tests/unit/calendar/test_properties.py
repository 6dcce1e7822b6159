"""What must hold for any calendar, and what a second, slow reckoning says to it."""

from __future__ import annotations

import itertools
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import calendar
from engine.calendar import BusinessDays, CalendarDays, Deadline, WorkingTime
from tests.unit.calendar.second_opinion import SecondOpinion
from tests.unit.calendar.worlds import World, worlds

MANY = 10
"""How many times as many worlds as other properties have examples a soak looks at: 20,000."""
is_soak = settings().max_examples >= settings.get_profile("soak").max_examples
often = settings(
    max_examples=settings().max_examples * (MANY if is_soak else 1),
    suppress_health_check=[HealthCheck.too_slow],
)
amounts = st.integers(0, 2_400).map(lambda minutes: timedelta(minutes=minutes))
long_amounts = st.integers(0, 4_000_000).map(lambda minutes: timedelta(minutes=minutes))


@often
@given(worlds(), st.one_of(amounts, long_amounts))
def test_the_working_time_spent_until_due_is_the_deadline(world: World, amount: timedelta):
    due = calendar.due(world.calendar, world.start, WorkingTime(amount), world.pauses)
    assert calendar.spent(world.calendar, world.start, due.at, world.pauses) == amount


@often
@given(worlds(), amounts, amounts)
def test_a_longer_deadline_is_never_due_earlier(world: World, amount: timedelta, more: timedelta):
    shorter, longer = (
        calendar.due(world.calendar, world.start, WorkingTime(time), world.pauses).at
        for time in (amount, amount + more)
    )
    assert shorter <= longer


@often
@given(worlds(), amounts, st.integers(0, 5_000))
def test_a_later_start_is_never_due_earlier(world: World, amount: timedelta, minutes: int):
    later = world.start + timedelta(minutes=minutes)
    first, second = (
        calendar.due(world.calendar, start, WorkingTime(amount), world.pauses).at
        for start in (world.start, later)
    )
    assert first <= second


@often
@given(worlds(), st.integers(0, 1_500))
def test_working_time_is_due_as_counted_by_the_minute(world: World, minutes: int):
    deadline = WorkingTime(timedelta(minutes=minutes))
    due = calendar.due(world.calendar, world.start, deadline, world.pauses)
    pauses = [(begin, end) for begin, end, _ in world.pauses]
    within_reach = due.at < world.start + timedelta(days=20)
    assert not within_reach or due.at == SecondOpinion(world.document, world.start).due(
        minutes, pauses
    )


@often
@given(worlds(), st.integers(0, 8_000))
def test_working_time_spent_is_as_counted_by_the_minute(world: World, minutes: int):
    until = world.start + timedelta(minutes=minutes)
    spent = calendar.spent(world.calendar, world.start, until, world.pauses)
    pauses = [(begin, end) for begin, end, _ in world.pauses]
    assert spent == SecondOpinion(world.document, world.start).spent(until, pauses)


@often
@given(worlds(with_pauses=False), st.integers(1, 2))
def test_business_days_are_due_as_read_off_the_wall_clock(world: World, count: int):
    due = calendar.due(world.calendar, world.start, BusinessDays(count))
    within_reach = due.at < world.start + timedelta(days=19)
    assert not within_reach or due.at == SecondOpinion(world.document, world.start).business_day(
        count
    )


@given(
    worlds(),
    st.one_of(
        amounts.map(WorkingTime),
        st.integers(0, 5).map(BusinessDays),
        st.integers(0, 5).map(CalendarDays),
    ),
)
def test_the_pieces_lead_from_start_to_due_without_a_hole(world: World, deadline: Deadline):
    due = calendar.due(world.calendar, world.start, deadline, world.pauses)
    pieces = due.pieces
    ends = [world.start, *itertools.chain(*((p.start, p.end) for p in pieces)), due.at]
    assert ends[::2] == ends[1::2]
    worked = sum((p.amount for p in pieces if p.kind == "worked"), timedelta())
    if not isinstance(deadline, CalendarDays):
        assert worked == calendar.spent(world.calendar, world.start, due.at, world.pauses)


@often
@given(worlds(), amounts.map(WorkingTime), st.integers(1, 10_000))
def test_a_share_is_reached_between_start_and_due(world: World, deadline: WorkingTime, share: int):
    due = calendar.due(world.calendar, world.start, deadline, world.pauses)
    warn = calendar.share_instant(due, share)
    assert world.start <= warn <= due.at
    reached = calendar.spent(world.calendar, world.start, warn, world.pauses)
    assert timedelta() <= deadline.amount * share / 10_000 - reached < timedelta(seconds=1)
