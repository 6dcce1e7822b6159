"""Values go to JSON and come back exactly."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.feel import temporal

zones = st.one_of(
    st.none(), st.just(UTC), st.integers(-800, 800).map(lambda m: timezone(timedelta(minutes=m)))
)
scalars: st.SearchStrategy[feel.Value] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
    st.dates(),
    st.times(timezones=zones).map(lambda t: t.replace(fold=0)),
    st.datetimes(timezones=zones).map(lambda t: t.replace(fold=0)),
    st.datetimes(timezones=st.just(ZoneInfo("Europe/Berlin"))),
    st.integers(-(10**20), 10**20).map(feel.DaysTimeDuration),
    st.integers(-(10**9), 10**9).map(feel.YearsMonthsDuration),
    st.just(temporal.WideDate(12026, 1, 5)),
    st.just(temporal.WideTime(1, UTC)),
)
values: st.SearchStrategy[feel.Value] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["$date", "$context"]), inner, max_size=3
        ),
        st.builds(feel.Range, inner, inner),
    ),
    max_leaves=8,
)


@given(values)
def test_a_value_reads_back_exactly(value: feel.Value):
    text = json.dumps(feel.to_json(value))
    back = feel.from_json(json.loads(text))
    assert back == value
    assert repr(back) == repr(value)


def test_the_second_pass_of_a_repeated_hour_is_kept():
    second = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Berlin"))
    back = feel.from_json(feel.to_json(second))
    assert isinstance(back, datetime)
    assert back.utcoffset() == timedelta(hours=1)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (Decimal("12.30"), {"$decimal": "12.30"}),
        (12, 12),
        (date(2026, 1, 5), {"$date": "2026-01-05"}),
        (time(10, tzinfo=UTC), {"$time": "10:00:00Z"}),
        (datetime(2026, 1, 5, 9, tzinfo=UTC), {"$datetime": "2026-01-05T09:00:00Z"}),
        (feel.YearsMonthsDuration(14), {"$duration": "P1Y2M"}),
        ({"$date": 1}, {"$context": {"$date": 1}}),
    ],
)
def test_the_form_is_fixed(value: feel.Value, form: feel.Json):
    assert feel.to_json(value) == form


@pytest.mark.parametrize(
    "data",
    [
        {"$date": "2026-02-30"},
        {"$decimal": "x"},
        {"$duration": 4},
        {"$range": [1]},
        {"$time": None},
        {"$context": 1},
    ],
)
def test_a_tag_with_the_wrong_content_is_refused(data: feel.Json):
    with pytest.raises(feel.FeelError, match="not a value of"):
        feel.from_json(data)


def test_a_function_cannot_be_stored():
    with pytest.raises(feel.FeelError, match="a function cannot be stored"):
        feel.to_json([feel.Function("f", ["a"], lambda _frame, values: values[0])])


def test_a_value_nested_beyond_reason_is_refused_both_ways():
    deep: feel.Value = None
    for _ in range(5000):
        deep = [deep]
    for turn in (feel.to_json, feel.from_json):
        with pytest.raises(feel.FeelError, match="nested too deeply"):
            turn(deep)  # type: ignore[arg-type]  # lists of nothing are both
