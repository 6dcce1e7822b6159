"""User tasks: who has them, who may do them, what is asked and kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from engine import clocks, user_tasks
from ledger.rejection import Rejection
from tests.support.models import file, process, simple, tasks
from tests.support.running import Run

OFFERED = simple(
    "p", '<userTask id="a" camunda:candidateGroups="legal, sales"/>' + tasks("t"), "s > a > t > e"
)


def may_only_what_is_theirs(run: Run) -> None:
    """Take away the stand-in company's habit of letting everybody do everything."""
    run.people.has_right = lambda *_: False  # type: ignore[method-assign]


def test_a_candidate_claims_once_and_the_second_is_told_who_was_first(run: Run):
    run.deploy(OFFERED).start()
    task = run.task("a")
    assert [row.id for row in run.ask(lambda tx: user_tasks.claimable(tx, "staff:legal"))] == [task]
    run.do(lambda tx: user_tasks.claim(tx, task), "staff:legal")
    assert run.ask(lambda tx: user_tasks.claimable(tx, "staff:sales")) == []
    assert [row.id for row in run.ask(lambda tx: user_tasks.held_by(tx, "staff:legal"))] == [task]
    with pytest.raises(Rejection, match="but staff:legal has it already"):
        run.do(lambda tx: user_tasks.claim(tx, task), "staff:sales")


def test_only_the_holder_a_candidate_or_who_has_the_right_completes_it(run: Run):
    run.deploy(OFFERED).start()
    may_only_what_is_theirs(run)
    with pytest.raises(Rejection, match=r"the right case.act"):
        run.complete("a", actor="staff:stranger")
    assert run.complete("a", actor="staff:sales").at() == {"t"}


def test_who_completes_second_is_told_who_was_first_and_when(run: Run):
    run.deploy(OFFERED).start()
    task = run.task("a")
    run.complete("a", actor="staff:legal")
    with pytest.raises(Rejection, match=r"completed by staff:legal at 2026-01-05 09:00") as refused:
        run.do(lambda tx: user_tasks.complete(tx, task), "staff:sales")
    assert refused.value.reason == "invalid_state"


def test_a_task_may_be_released_assigned_handed_over_and_delegated(run: Run):
    run.deploy(OFFERED).start()
    task = run.task("a")
    run.do(lambda tx: user_tasks.claim(tx, task), "staff:legal")
    run.do(lambda tx: user_tasks.release(tx, task), "staff:legal")
    run.do(lambda tx: user_tasks.assign(tx, task, "staff:7", "holidays"), "staff:1")
    run.do(lambda tx: user_tasks.hand_over(tx, task, "staff:8"), "staff:7")
    run.do(lambda tx: user_tasks.delegate(tx, task, "staff:9"), "staff:8")
    assert run.ask(lambda tx: user_tasks.get(tx, task)).state == "delegated"
    run.do(lambda tx: user_tasks.give_back(tx, task), "staff:9")
    row = run.ask(lambda tx: user_tasks.get(tx, task))
    assert (row.assignee, row.state, row.owner) == ("staff:8", "open", None)
    assert run.events()[-6:] == [
        "task_claimed",
        "task_released",
        "task_assigned",
        "task_handed_over",
        "task_delegated",
        "task_given_back",
    ]


def test_who_is_excluded_may_neither_take_nor_do_it(run: Run):
    element = (
        '<userTask id="a"><extensionElements><kontor:responsible>group:legal</kontor:responsible>'
        "<kontor:exclude>starter</kontor:exclude></extensionElements></userTask>"
    )
    run.deploy(simple("p", element, "s > a > e"))
    run.actor = "staff:legal"
    run.start()
    task = run.task("a")
    assert run.ask(lambda tx: user_tasks.claimable(tx, "staff:legal")) == []
    with pytest.raises(Rejection, match="somebody else"):
        run.do(lambda tx: user_tasks.claim(tx, task), "staff:legal")


FORM = """<userTask id="a"><extensionElements>
<kontor:form><kontor:field name="price" type="money" required="true"/><kontor:field name="day" type="date"/>
<kontor:field name="how" type="choice"><kontor:option value="phone"/><kontor:option value="mail"/>
</kontor:field></kontor:form>
<kontor:outcome id="yes" title="Yes"/>
<kontor:outcome id="no" title="No"><kontor:field name="why" type="text" required="true"/></kontor:outcome>
</extensionElements></userTask>"""


def test_a_form_reads_text_into_values_of_its_types(run: Run):
    run.deploy(simple("p", FORM + tasks("t"), "s > a > t > e")).start()
    run.complete("a", outcome="yes", price="12.30", day="2026-03-01", how="mail")
    assert run.variables == {
        "price": Decimal("12.30"),
        "day": date(2026, 3, 1),
        "how": "mail",
        "a_outcome": "yes",
    }


@pytest.mark.parametrize(
    ("given", "outcome", "field"),
    [
        ({}, "yes", "price"),
        ({"price": "dear"}, "yes", "price"),
        ({"price": "1", "how": "pigeon"}, "yes", "how"),
        ({"price": "1"}, "no", "why"),
        ({"price": "1"}, "perhaps", "outcome"),
        ({"price": "1"}, None, "outcome"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field_and_nothing_moves(
    run: Run, given: dict[str, str], outcome: str | None, field: str
):
    run.deploy(simple("p", FORM, "s > a > e")).start()
    with pytest.raises(Rejection) as refused:
        run.complete("a", outcome=outcome, **given)
    assert (refused.value.reason, refused.value.field) == ("invalid_argument", field)
    assert run.at() == {"a"}
    assert run.variables == {}


def test_a_form_shows_the_draft_before_the_default(run: Run):
    run.deploy(simple("p", FORM, "s > a > e")).start(how="phone")
    task = run.task("a")
    assert run.ask(lambda tx: user_tasks.form(tx, task)).values["how"] == "phone"
    run.do(lambda tx: user_tasks.save_draft(tx, task, {"how": "mail"}))
    assert run.ask(lambda tx: user_tasks.form(tx, task)).values["how"] == "mail"


ABOUT_A_DEAL = """<userTask id="a"><extensionElements><kontor:stage id="a"/>
<kontor:responsible>seller</kontor:responsible>
<kontor:set field="deal.pipeline_stage" value="contacted"/>
<kontor:require field="deal.amount"/></extensionElements></userTask>"""
DEFINITION = (
    '<extensionElements><kontor:definition subject="deal" unique="subject"/>'
    '<kontor:role name="seller" is="deal.owner"/></extensionElements>'
)


def about_a_deal(run: Run) -> Run:
    run.subjects.records["deal:1"] = {"owner": "staff:4", "amount": None, "pipeline_stage": "new"}
    elements = DEFINITION + '<startEvent id="s"/><endEvent id="e"/>' + ABOUT_A_DEAL
    return run.deploy(file(process("p", elements, "s > a > e"))).start(subject="deal:1")


def test_a_stage_sets_its_record_and_asks_its_owner(run: Run):
    about_a_deal(run)
    assert run.subjects.records["deal:1"]["pipeline_stage"] == "contacted"
    assert run.ask(lambda tx: user_tasks.get(tx, run.task("a"))).assignee == "staff:4"


def test_a_required_field_of_the_record_must_be_filled_before_or_with_the_form(run: Run):
    about_a_deal(run)
    with pytest.raises(Rejection) as refused:
        run.complete("a")
    assert refused.value.field == "deal.amount"
    task = run.task("a")
    run.do(lambda tx: user_tasks.complete(tx, task, {"deal.amount": 500}))
    assert run.subjects.records["deal:1"]["amount"] == 500
    assert run.state == "completed"


def test_one_live_case_a_record_where_the_process_says_so(run: Run):
    about_a_deal(run)
    with pytest.raises(Rejection) as refused:
        run.start(subject="deal:1")
    assert refused.value.reason == "conflict"


def test_a_stage_with_a_deadline_is_due_in_working_time(run: Run):
    clock = '<extensionElements><kontor:stage id="a"/><kontor:clock kind="stage" deadline="PT12H"/></extensionElements>'
    run.deploy(simple("p", f'<userTask id="a">{clock}</userTask>', "s > a > e")).start()
    assert run.ask(lambda tx: user_tasks.get(tx, run.task("a"))).due_at == datetime(
        2026, 1, 6, 13, tzinfo=UTC
    )


def test_a_foreign_due_date_is_a_duration_or_an_instant(run: Run):
    model = simple(
        "p", '<userTask id="a" camunda:dueDate="P2D" camunda:priority="80"/>', "s > a > e"
    )
    row = run.deploy(model).start().ask(lambda tx: user_tasks.get(tx, run.task("a")))
    assert (row.due_at, row.priority) == (datetime(2026, 1, 7, 9, tzinfo=UTC), 80)


def test_tasks_come_page_by_page_the_most_urgent_first(run: Run):
    run.deploy(
        simple(
            "p",
            '<userTask id="a" camunda:assignee="staff:4" camunda:dueDate="${due}"/>',
            "s > a > e",
        )
    )
    for due in ("2026-01-09T00:00:00Z", "2026-01-07T00:00:00Z", None, "2026-01-08T00:00:00Z"):
        run.start(due=due)
    first = run.ask(lambda tx: user_tasks.held_by(tx, "staff:4", most=2))
    rest = run.ask(
        lambda tx: user_tasks.held_by(tx, "staff:4", after=(first[-1].due_at, first[-1].id), most=9)
    )
    assert [row.due_at and row.due_at.day for row in (*first, *rest)] == [7, 8, 9, None]


def test_a_task_that_would_reach_nobody_is_offered_to_who_started_the_case(run: Run):
    run.people.members = lambda *_: []  # type: ignore[method-assign]
    run.actor = "staff:paul"
    run.deploy(
        simple(
            "p", tasks("t") + '<userTask id="a" camunda:candidateGroups="moon"/>', "s > t > a > e"
        )
    )
    run.start()
    offered = run.ask(lambda tx: user_tasks.claimable(tx, "staff:paul"))
    assert [row.element for row in offered] == ["t"]
    run.complete("t")
    assert run.ask(lambda tx: user_tasks.claimable(tx, "staff:paul"))[0].candidates == [
        "group:moon",
        "staff:paul",
    ]


def test_a_task_that_would_reach_nobody_is_offered_to_the_process_owner_first(run: Run):
    owner = '<extensionElements><kontor:definition owner="group:office"/></extensionElements>'
    owned = simple("p", owner + tasks("t"), "s > t > e")
    run.actor = "staff:paul"
    run.deploy(owned).start()
    assert run.ask(lambda tx: user_tasks.claimable(tx, "staff:office"))[0].candidates == [
        "group:office"
    ]


def test_a_later_task_of_a_stage_with_several_is_due_when_the_stage_is_due_by_now(run: Run):
    about = '<extensionElements><kontor:stage id="a"/><kontor:clock kind="stage" deadline="PT4H"/></extensionElements>'
    count = "<loopCardinality>2</loopCardinality>"
    kind = "multiInstanceLoopCharacteristics"
    twice = f'<{kind} isSequential="true">{count}</{kind}>'
    run.deploy(simple("p", f'<userTask id="a">{about}{twice}</userTask>', "s > a > e")).start()
    first = run.ask(lambda tx: user_tasks.get(tx, run.task("a")))
    later = first.due_at + timedelta(days=3)
    run.do(lambda tx: clocks.override(tx, first.clock_id, later, "agreed"))
    second = run.complete("a").ask(lambda tx: user_tasks.get(tx, run.task("a")))
    assert second.id != first.id
    assert (second.clock_id, second.due_at) == (first.clock_id, later)
