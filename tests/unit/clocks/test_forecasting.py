"""A forecast says only what past visits allow, and past forecasts are held to what came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.clocks.forecasting import ENOUGH, accuracy, forecast

HOURS = [hour * 3600 for hour in range(1, 41)]


def test_too_little_history_says_nothing():
    found = forecast(HOURS[: ENOUGH - 1], 0, 3600)
    assert (found.probability, found.visits) == (None, ENOUGH - 1)


def test_half_of_the_visits_took_longer():
    found = forecast(HOURS, 0, 20 * 3600)
    assert (found.probability, found.left) == (0.5, 21 * 3600)


def test_what_has_lasted_long_already_is_compared_with_long_visits_only():
    assert forecast(HOURS, 15 * 3600, 5 * 3600).probability == 21 / 27


def test_longer_than_nearly_all_before_says_nothing():
    assert forecast(HOURS, 39 * 3600, 3600).probability is None


def test_work_that_has_to_be_done_before_makes_it_later():
    found = forecast(HOURS, 0, 20 * 3600, queue=30 * 3600)
    assert (found.probability, found.left) == (41 / 42, 30 * 3600)


def test_what_is_overdue_is_late():
    assert forecast(HOURS, 3600, -1).probability == 1


past = st.lists(st.integers(0, 10**6), min_size=ENOUGH, max_size=60).map(sorted)


@given(past, st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**5))
def test_more_time_left_is_never_more_dangerous(
    history: list[int], elapsed: int, left: int, more: int
):
    sooner = forecast(history, elapsed, left).probability
    later = forecast(history, elapsed, left + more).probability
    assert (sooner is None) == (later is None)
    assert sooner is None or later is None or 0 < later <= sooner < 1


def test_accuracy_of_certain_and_right_is_perfect():
    found = accuracy([(1.0, True), (0.0, False)])
    assert found is not None
    assert (found.score, found.plain, found.compared) == (0, 0.25, 2)
    assert [band[3] for band in found.bands] == [1, 1]


def test_accuracy_of_always_saying_the_share_gains_nothing():
    found = accuracy([(0.25, True), (0.25, False), (0.25, False), (0.25, False)])
    assert found is not None
    assert found.score == found.plain
    assert accuracy([]) is None
