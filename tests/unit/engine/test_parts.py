"""Small promises of the engine that need no database: lifecycles, keys, packed tokens, shapes of decisions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import lifecycle
from engine.behaviours.decisions import shaped
from engine.bpmn.graph import Process
from engine.waiting import subscriptions
from engine.waiting.state import Scope, Token
from engine.waiting.variables import LARGE, STORED, Variables, form
from ledger.rejection import Rejection

EMPTY = Process(id="p", elements={}, children={}, starts={})


def test_every_step_leads_to_a_state_of_the_same_table():
    for thing, table in lifecycle.TABLES.items():
        for steps in table.values():
            assert set(steps.values()) <= {*table, "done", "cancelled", "completed"}, thing


def test_a_step_that_is_not_allowed_names_what_and_its_state():
    with pytest.raises(Rejection, match="Expected to resume case 3, but it is completed"):
        lifecycle.after("case", "completed", "resume", "case 3")


def test_one_number_is_one_key_whoever_wrote_it():
    assert subscriptions.key({"order": 17}) == subscriptions.key({"order": Decimal("17.0")})
    assert subscriptions.key({"order": 17}) != subscriptions.key({"order": 170})
    assert subscriptions.key({}) is None


def test_a_message_is_found_by_any_part_of_its_correlation():
    found = subscriptions.keys({"order": 1, "line": 2})
    assert subscriptions.key({"order": 1}) in found
    assert subscriptions.key({"line": 2, "order": 1}) == found[0]


names = st.text("abcxyz_-", min_size=1, max_size=8)


@given(
    st.lists(
        st.tuples(
            names,
            names,
            st.none() | names,
            st.text("tsw", max_size=3),
            st.dictionaries(names, st.integers(0, 2**40)),
        )
    )
)
def test_tokens_come_back_as_they_were_packed(
    rows: list[tuple[str, str, str | None, str, dict[str, int]]],
):
    scope = Scope(1, "case", EMPTY, 1, None)
    for number, (element, phase, flow, waits, data) in enumerate(rows):
        token = Token(number, scope, element, phase, flow)
        token.waits, token.data = waits, dict(data)
        scope.tokens[number] = token
    other = Scope(1, "case", EMPTY, 1, None)
    other.unpack(scope.packed())
    assert other.packed() == scope.packed()
    assert [token.stored for token in other.tokens.values()] == [row[3] for row in rows]


def test_large_values_leave_the_row_and_unchanged_text_stays_the_same():
    variables = Variables('{"a":1}')
    assert variables.text() == ('{"a":1}', {})
    variables.put("text", "x" * (LARGE + 1))
    text, large = variables.text()
    assert text == '{"a":1,"text":{"$stored":true}}'
    assert list(large) == ["text"]
    assert Variables(text).is_stored("text")
    assert STORED == {"$stored": True}


@pytest.mark.parametrize(
    ("shape", "value", "found"),
    [
        ("value", {"a": 1}, {"a": 1}),
        ("singleEntry", [{"a": 1}], 1),
        ("singleEntry", None, None),
        ("singleResult", [{"a": 1, "b": 2}], {"a": 1, "b": 2}),
        ("collectEntries", [{"a": 1}, {"a": 2}], [1, 2]),
        ("collectEntries", ["x", "y"], ["x", "y"]),
        ("resultList", {"a": 1}, [{"a": 1}]),
    ],
)
def test_a_decision_in_the_shape_a_task_asks_for(shape: str, value: object, found: object):
    assert shaped(value, shape) == found  # type: ignore[arg-type]  # values of several kinds


def test_whole_numbers_of_any_size_are_kept():
    number = 10**30
    given: list[Any] = [number, [number], {"a": [-number]}]
    for value in given:
        variables = Variables(None)
        variables.put("x", form("x", value))
        text, _ = variables.text()
        assert Variables(text).get("x") == value
