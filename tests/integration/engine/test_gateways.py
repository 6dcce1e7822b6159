"""Gateways choose, split and join as the standard says (BPMN 13.4)."""

from __future__ import annotations

import pytest

from tests.support.models import boundary, file, process, script, simple, tasks, timer
from tests.support.running import Run

EXCLUSIVE = simple(
    "p",
    '<exclusiveGateway id="g" default="g_c"/>' + tasks("a b c"),
    "s > g\n g > a [x > 10]\n g > b [x > 5]\n g > c\n a > e\n b > e\n c > e",
)


@pytest.mark.parametrize(("x", "where"), [(11, "a"), (7, "b"), (1, "c"), (None, "c")])
def test_an_exclusive_gateway_takes_the_first_true_flow_else_the_default(
    run: Run, x: int | None, where: str
):
    assert run.deploy(EXCLUSIVE).start(x=x).at() == {where}


def test_an_exclusive_gateway_without_a_way_out_is_an_incident_and_the_case_stays(run: Run):
    model = simple(
        "p", '<exclusiveGateway id="g"/>' + tasks("t a"), "s > t > g\n g > a [x > 10]\n a > e"
    )
    run.deploy(model).start(x=1).complete("t")
    assert run.at() == {"g"}
    assert "no default" in run.incidents()[0]
    assert "task_completed" in run.events()


def test_a_condition_that_is_neither_true_nor_false_is_an_incident(run: Run):
    model = simple(
        "p",
        '<exclusiveGateway id="g" default="g_b"/>' + tasks("a b"),
        "s > g\n g > a [x]\n g > b\n a > e\n b > e",
    )
    run.deploy(model).start(x=17)
    assert "true or false" in run.incidents()[0]


def test_a_parallel_join_waits_for_every_branch(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/><parallelGateway id="j"/>' + tasks("a b c t"),
        "s > f\n f > a > j\n f > b > j\n f > c > j\n j > t > e",
    )
    run.deploy(model).start().complete("a").complete("c")
    assert run.tokens() == ["b", "j", "j"]
    assert run.complete("b").at() == {"t"}
    assert run.complete("t").state == "completed"


def test_a_parallel_join_takes_one_token_from_each_flow_and_keeps_the_others(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/><exclusiveGateway id="m"/><parallelGateway id="j"/>'
        + tasks("a b c t"),
        "s > f\n f > a > m\n f > b > m\n m > j\n f > c > j\n j > t > e",
    )
    run.deploy(model).start().complete("a").complete("b")
    assert run.tokens() == ["c", "j", "j"]
    assert run.complete("c").tokens() == ["j", "t"]


INCLUSIVE = simple(
    "p",
    '<inclusiveGateway id="f" default="f_c"/><inclusiveGateway id="j"/>' + tasks("a b c t"),
    "s > f\n f > a [x]\n f > b [y]\n f > c\n a > j\n b > j\n c > j\n j > t > e",
)


@pytest.mark.parametrize(
    ("x", "y", "chosen"),
    [(True, True, "ab"), (True, False, "a"), (False, True, "b"), (False, False, "c")],
)
def test_an_inclusive_join_waits_for_exactly_the_branches_that_were_taken(
    run: Run, x: object, y: object, chosen: str
):
    run.deploy(INCLUSIVE).start(x=x, y=y)
    for task in chosen:
        assert run.at() - {"j"} <= set(chosen)
        assert task in run.at()
        run.complete(task)
    assert run.at() == {"t"}


def test_an_inclusive_join_behind_a_loop_waits_for_the_branch_that_loops(run: Run):
    model = simple(
        "p",
        '<inclusiveGateway id="f"/><inclusiveGateway id="j"/><exclusiveGateway id="g"/><exclusiveGateway id="m"/>'
        + tasks("a b t"),
        "s > f\n f > a [true]\n f > m [true]\n m > b > g\n g > m [again]\n g > j [not(again)]\n a > j\n j > t > e",
    )
    run.deploy(model).start().complete("a")
    assert run.tokens() == ["b", "j"]
    run.complete("b", again=True)
    assert run.tokens() == ["b", "j"]
    assert run.complete("b", again=False).at() == {"t"}


def test_an_inclusive_join_inside_a_loop_joins_anew_in_each_round(run: Run):
    model = simple(
        "p",
        '<exclusiveGateway id="m"/><inclusiveGateway id="f"/><inclusiveGateway id="j"/><exclusiveGateway id="g"/>'
        + tasks("a b"),
        "s > m > f\n f > a [true]\n f > b [both]\n a > j\n b > j\n j > g\n g > m [n < 3]\n g > e [n >= 3]",
    )
    run.deploy(model).start(both=True, n=0).complete("a").complete("b", n=1)
    assert run.tokens() == ["a", "b"]
    run.complete("b", both=False, n=2).complete("a")
    assert run.tokens() == ["a"]
    assert run.complete("a", n=3).state == "completed"


def test_an_inclusive_join_waits_for_what_may_come_from_a_border(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/><inclusiveGateway id="j"/>'
        + tasks("a b c t")
        + boundary("late", "b", timer("PT1H")),
        "s > f\n f > a > j\n f > b > e\n late > c > j\n j > t > e",
    )
    run.deploy(model).start().complete("a")
    assert run.tokens() == ["b", "j"]
    assert run.wait(hours=2).tokens() == ["c", "j"]
    assert run.complete("c").at() == {"t"}


def test_an_inclusive_join_goes_on_when_the_other_branch_ends_elsewhere(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/><exclusiveGateway id="g"/><endEvent id="other"/><inclusiveGateway id="j"/>'
        + tasks("a b t"),
        "s > f\n f > a > j\n f > b > g\n g > j [x]\n g > other [not(x)]\n j > t > e",
    )
    run.deploy(model).start().complete("a")
    assert run.at() == {"b", "j"}
    assert run.complete("b", x=False).at() == {"t"}


def test_an_event_gateway_goes_where_the_first_event_leads(run: Run):
    catching = '<intermediateCatchEvent id="m"><messageEventDefinition messageRef="paid"/></intermediateCatchEvent>'
    waiting = f'<intermediateCatchEvent id="w">{timer("P3D")}</intermediateCatchEvent>'
    elements = (
        '<startEvent id="s"/><endEvent id="e"/><eventBasedGateway id="g"/>'
        + catching
        + waiting
        + tasks("a b")
    )
    model = file(
        '<message id="paid" name="paid"/>',
        process("p", elements, "s > g\n g > m > a > e\n g > w > b > e"),
    )
    run.deploy(model)
    assert run.start().message("paid").at() == {"a"}
    assert run.wait(days=4).at() == {"a"}
    assert run.start().at() == {"g"}
    assert run.wait(days=4).at() == {"b"}


def test_a_complex_gateway_fires_once_and_resets_when_the_rest_has_come(run: Run):
    gateway = '<complexGateway id="j"><activationCondition>activationCount >= 2</activationCondition></complexGateway>'
    model = simple(
        "p",
        '<parallelGateway id="f"/>' + gateway.replace(">=", "&gt;=") + tasks("a b c t"),
        "s > f\n f > a > j\n f > b > j\n f > c > j\n j > t > e",
    )
    run.deploy(model).start().complete("a")
    assert run.at() == {"b", "c", "j"}
    run.complete("b")
    assert run.tokens() == ["c", "t"]
    run.complete("c")
    assert run.tokens() == ["t"]
    assert run.complete("t").state == "completed"


def test_flows_that_leave_an_activity_are_taken_by_their_conditions(run: Run):
    model = simple(
        "p",
        tasks("t a b c"),
        "s > t\n t > a [x > 1]\n t > b [x > 2]\n t > c\n a > e\n b > e\n c > e",
    )
    run.deploy(model).start().complete("t", x=2)
    assert run.at() == {"a", "c"}


def test_a_thousand_rounds_of_fork_and_join_end_with_the_exact_count(run: Run):
    model = simple(
        "p",
        '<exclusiveGateway id="m"/><parallelGateway id="f"/><parallelGateway id="j"/><exclusiveGateway id="g"/>'
        + script("a", "{n: n + 1}")
        + script("b", "{k: k + 1}"),
        "s > m > f\n f > a > j\n f > b > j\n j > g\n g > m [n < 1000]\n g > e [n >= 1000]",
    )
    run.deploy(model).start(n=0, k=0).work()
    assert (run.state, run.variables) == ("completed", {"n": 1000, "k": 1000})
