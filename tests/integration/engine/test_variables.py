"""Variables: where they are read and written, and that they are kept exactly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine import instances
from ledger.rejection import Rejection
from tests.support.models import script, simple, sub, tasks
from tests.support.running import Run

INSIDE = '<startEvent id="i"/><endEvent id="o"/>'


def test_values_are_kept_exactly(run: Run):
    given: dict[str, Any] = {
        "money": Decimal("12.30"),
        "day": date(2026, 3, 1),
        "list": [1, {"a": None}],
        "text": "Zoë",
        "yes": True,
    }
    run.deploy(simple("p", tasks("a"), "s > a > e")).start(**given)
    assert run.variables == given
    assert str(run.variables["money"]) == "12.30"


def test_a_large_value_is_read_where_it_is_named_and_kept(run: Run):
    text = "x" * 20_000
    run.deploy(
        simple(
            "p",
            tasks("a b") + script("len", "{length: string length(text)}"),
            "s > a > len > b > e",
        )
    ).start(text=text)
    run.complete("a", note="small")
    assert run.variables == {"text": text, "note": "small", "length": 20_000}
    assert run.complete("b", text="short").variables["text"] == "short"


def test_more_than_a_megabyte_is_refused(run: Run):
    run.deploy(simple("p", tasks("a"), "s > a > e")).start()
    with pytest.raises(Rejection, match="at most 1,048,576 bytes in variable text"):
        run.complete("a", text="x" * 2_000_000)
    assert run.at() == {"a"}


def test_a_branch_that_did_not_touch_a_variable_brings_no_old_value_back(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/><parallelGateway id="j"/>' + tasks("a b t"),
        "s > f\n f > a > j\n f > b > j\n j > t > e",
    )
    run.deploy(model).start(status="new")
    run.complete("a", status="approved").complete("b")
    assert run.variables == {"status": "approved"}


def test_two_branches_that_append_to_a_list_both_count(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/><parallelGateway id="j"/>'
        + tasks("a b t")
        + script("x", "{history: append(history, 1)}")
        + script("y", "{history: append(history, 2)}"),
        "s > f\n f > a > x > j\n f > b > y > j\n j > t > e",
    )
    run.deploy(model).start(history=[]).complete("b").complete("a")
    assert run.variables == {"history": [2, 1]}


def test_assigning_changes_a_variable_where_it_is(run: Run):
    inner = sub("sub", INSIDE + tasks("a b"), "i > a > b > o")
    run.deploy(simple("p", inner, "s > sub > e")).start(outer=1).complete("a", outer=2, inner=3)
    assert run.variables == {"outer": 2}


def test_changing_variables_by_hand_is_noted_by_name(run: Run):
    run.deploy(simple("p", tasks("a"), "s > a > e")).start()
    run.do(lambda tx: instances.set_variables(tx, run.case, {"salary": 100}))
    assert run.events()[-1] == "variables_changed"
    assert run.variables == {"salary": 100}


def test_inputs_are_seen_by_their_task_alone_and_outputs_are_assigned(run: Run):
    mapping = (
        '<extensionElements><kontor:topic name="x"/>'
        '<kontor:input target="doubled">amount * 2</kontor:input>'
        '<kontor:output target="answer">result + 1</kontor:output></extensionElements>'
    )
    run.deploy(
        simple("p", f'<serviceTask id="a">{mapping}</serviceTask>' + tasks("t"), "s > a > t > e")
    ).start(amount=4)
    run.done("a", result=9, noise=1)
    assert run.variables == {"amount": 4, "answer": 10}


def test_a_variable_may_bear_the_name_of_a_built_in_function(run: Run):
    model = simple(
        "p",
        script("x", "{doubled: count * 2, day: date, none: product}") + tasks("a"),
        "s > x > a > e",
    )
    run.deploy(model).start(count=4, date="today")
    assert run.variables == {
        "count": 4,
        "date": "today",
        "doubled": 8,
        "day": "today",
        "none": None,
    }
