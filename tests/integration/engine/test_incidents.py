"""Incidents: what came before stays, the token waits, it is mended and tried again."""

from __future__ import annotations

from engine import incidents, instances
from tests.support.models import script, simple, tasks
from tests.support.running import Run

MODEL = simple(
    "p",
    tasks("a t") + script("calc", "{total: 1}") + script("bad", "wrong"),
    "s > a > calc > bad > t > e",
)


def broken(run: Run) -> int:
    run.deploy(MODEL).start(wrong="no context").complete("a", note="kept")
    return int(run.ask(lambda tx: incidents.of_case(tx, run.case))[0].id)


def test_what_came_before_the_failing_element_stays(run: Run):
    broken(run)
    assert run.at() == {"bad"}
    assert run.variables == {"wrong": "no context", "note": "kept", "total": 1}
    assert run.path() == ["s", "a", "calc"]
    assert run.events()[-2:] == ["incident_raised", "case_advanced"]


def test_it_is_mended_and_tried_again(run: Run):
    number = broken(run)
    run.do(lambda tx: instances.set_variables(tx, run.case, {"wrong": {"fine": True}}))
    run.do(lambda tx: incidents.retry(tx, number))
    assert run.at() == {"t"}
    assert run.variables["fine"] is True
    assert run.incidents() == []


def test_it_is_taken_as_done_with_a_reason(run: Run):
    number = broken(run)
    run.do(lambda tx: incidents.resolve(tx, number, "done by hand"))
    assert run.at() == {"t"}


def test_the_other_branch_is_not_touched(run: Run):
    model = simple(
        "p",
        '<parallelGateway id="f"/>' + tasks("a t") + script("bad", "wrong"),
        "s > f\n f > bad > e\n f > a > t > e",
    )
    run.deploy(model).start(wrong="x")
    assert run.at() == {"bad", "a"}
    assert run.complete("a").at() == {"bad", "t"}
