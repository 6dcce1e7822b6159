"""A token is moved by hand: beside, outward, in any scope, and never where it cannot stand."""

from __future__ import annotations

import pytest

from engine import instances
from ledger import event_log
from ledger.rejection import Rejection
from tests.support.models import boundary, many, simple, sub, tasks, timer
from tests.support.running import Run

BOX = sub(
    "box",
    '<startEvent id="is"/><endEvent id="ie"/>' + tasks("a b"),
    "is > a > b > ie",
)


def move(run: Run, start: str, to: str, **more: int) -> Run:
    run.do(lambda tx: instances.move(tx, run.case, start, to, "done on paper", **more))
    return run


def test_inside_a_sub_process_it_goes_to_another_task_there(run: Run):
    run.deploy(simple("p", BOX + tasks("c"), "s > box > c > e")).start()
    assert move(run, "a", "b").at() == {"b"}
    assert run.complete("b").at() == {"c"}
    told = next(
        row
        for row in run.ask(lambda tx: event_log.of_case(tx, run.case))
        if row.kind == "token_moved"
    )
    assert (told.element, told.data) == ("b", {"from": "a", "reason": "done on paper"})


def test_out_of_a_sub_process_it_ends_what_goes_on_there(run: Run):
    late = boundary("late", "box", timer("PT1H"))
    run.deploy(simple("p", BOX + late + tasks("c"), "s > box > c > e\nlate > e")).start()
    assert move(run, "a", "c").at() == {"c"}
    assert run.wait(hours=2).at() == {"c"}
    assert run.complete("c").state == "completed"


def test_of_many_instances_all_are_left(run: Run):
    loop = many("", "<loopCardinality>3</loopCardinality>")
    run.deploy(simple("p", f'<userTask id="a">{loop}</userTask>' + tasks("b"), "s > a > b > e"))
    assert move(run.start(), "a", "b").tokens() == ["b"]


def test_within_one_of_many_sub_processes_it_says_which(run: Run):
    loop = many('isSequential="false"', "<loopCardinality>2</loopCardinality>")
    run.deploy(simple("p", BOX.replace("</subProcess>", f"{loop}</subProcess>"), "s > box > e"))
    run.start()
    with pytest.raises(Rejection, match="say which"):
        move(run, "a", "b")
    found = run.ask(lambda tx: instances.positions(tx, run.case))
    scope = next(each.scope for each in found if each.element == "a")
    assert move(run, "a", "b", scope_id=scope).tokens() == ["a", "b"]


@pytest.mark.parametrize("to", ["a", "late", "nowhere"])
def test_it_cannot_go_inside_another_scope_or_to_a_border(run: Run, to: str):
    late = boundary("late", "box", timer("PT1H"))
    run.deploy(simple("p", tasks("c") + BOX + late, "s > c > box > e\nlate > e")).start()
    with pytest.raises(Rejection) as refused:
        move(run, "c", to)
    assert refused.value.field == "to"
    assert run.at() == {"c"}


def test_only_who_may_move_cases_moves_a_token(run: Run, monkeypatch: pytest.MonkeyPatch):
    run.deploy(simple("p", tasks("a b"), "s > a > b > e")).start()
    monkeypatch.setattr(run.people, "has_right", lambda *given: given[2] != "case.move")
    with pytest.raises(Rejection, match="right case"):
        run.do(lambda tx: instances.move(tx, run.case, "a", "b", "why"), "staff:anna")
