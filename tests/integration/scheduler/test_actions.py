"""What a level does besides telling, on cases that the engine itself runs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Row, select

from engine import clocks, instances, user_tasks
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger import rejection, transaction
from scheduler import notices
from tests.integration.scheduler.company import ANNA, CLARA, Company, model


def ladder(level: str) -> str:
    return f'<kontor:ladder id="gentle"><kontor:level id="due" at="due" {level}/></kontor:ladder>'


def started(company: Company, xml: bytes) -> Row[Any]:
    """Start a case about deal 17 whose first task is Anna's, and return the task."""
    definition = company.deploy(xml)
    with transaction.begin(company.store, ANNA) as tx:
        case = instances.start(tx, "", definition_id=definition, subject="deal:17")
        (task,) = user_tasks.of_case(tx, case)
        if task.assignee != ANNA:
            user_tasks.assign(tx, task.id, ANNA)
        return task


def the_task(company: Company, number: int) -> Row[Any]:
    with transaction.read(company.store, ANNA) as tx:
        return tx.execute(select(tasks).where(tasks.c.id == number)).one()


def test_a_step_opens_and_closes_the_clock_of_its_stage(company: Company):
    task = started(company, model())
    clock = company.clock(task.clock_id)
    assert task.due_at == clock.due_at
    assert (clock.state, clock.next_level) == ("running", "warn")
    with transaction.begin(company.store, ANNA) as tx:
        user_tasks.complete(tx, task.id, {})
    closed = company.clock(task.clock_id)
    assert (closed.state, closed.closed_as, closed.next_fire_at) == ("closed", "completed", None)


def test_priority_is_raised_once(company: Company):
    task = started(company, model(ladder=ladder('notify="responsible" priority="high"')))
    company.pass_time(hours=4)
    assert company.tick().clocks == 1
    assert the_task(company, task.id).priority == 75
    (action,) = company.rows(recipient="action")
    assert (action.channel, action.state, action.level) == ("priority", "delivered", "due")
    assert company.tick().clocks == 0


@pytest.mark.parametrize(
    ("told", "mails"), [("staff:clara", ["deadline_due"]), ("staff:ben", ["task_assigned"])]
)
def test_who_takes_over_gets_one_mail_of_a_level(company: Company, told: str, mails: list[str]):
    started(company, model(ladder=ladder(f'notify="{told}" reassign="staff:clara"')))
    company.store.before_commit.append(notices.tell)
    company.pass_time(hours=4)
    company.tick()
    assert [row.kind for row in company.rows(channel="mail", recipient=CLARA)] == mails


def test_a_level_passes_the_task_to_somebody_else(company: Company):
    task = started(company, model(ladder=ladder('reassign="manager of responsible"')))
    company.pass_time(hours=4)
    company.tick()
    assert the_task(company, task.id).assignee == CLARA
    assert [row.channel for row in company.rows(recipient="action")] == ["reassign"]


def test_an_action_that_is_refused_is_kept_with_its_reason(company: Company):
    words = 'notify="responsible" reassign="group:nobody" priority="high"'
    task = started(company, model(ladder=ladder(words)))
    company.pass_time(hours=4)
    company.tick()
    found = {row.channel: row for row in company.rows(recipient="action")}
    assert found["reassign"].state == "dead"
    assert "nobody is" in found["reassign"].last_error
    assert found["priority"].state == "delivered"
    assert the_task(company, task.id).assignee == ANNA
    assert company.told() == [("due", "anna")]


def test_a_level_starts_another_process(company: Company):
    company.deploy(model(key="complaint"))
    started(company, model(ladder=ladder('start="complaint"')))
    company.pass_time(hours=4)
    company.tick()
    with transaction.read(company.store, ANNA) as tx:
        found = tx.execute(select(cases).where(cases.c.key == "complaint")).all()
    assert [row.subject for row in found] == ["deal:17"]


def test_missed_actions_are_each_done_once_after_an_outage(company: Company):
    two = (
        '<kontor:ladder id="gentle">'
        '<kontor:level id="due" at="due" notify="responsible" priority="high"/>'
        '<kontor:level id="late" at="due + PT1H" notify="responsible" reassign="staff:clara"/>'
        "</kontor:ladder>"
    )
    task = started(company, model(ladder=two))
    company.pass_time(days=2)
    company.tick()
    company.tick()
    assert [row.channel for row in company.rows(recipient="action")] == ["priority", "reassign"]
    found = the_task(company, task.id)
    assert (found.priority, found.assignee) == (75, CLARA)
    assert company.told() == [("late", "anna")]


def test_an_event_at_the_border_of_a_stage_happens_when_its_clock_is_due(company: Company):
    boundary = """
    <boundaryEvent id="late" attachedToRef="contact"><outgoing>f3</outgoing>
      <timerEventDefinition><extensionElements><kontor:stageClock/></extensionElements>
        <timeDuration>PT4H</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f3" sourceRef="late" targetRef="call"/>
    <userTask id="call" name="Call"><incoming>f3</incoming><outgoing>f4</outgoing></userTask>
    <sequenceFlow id="f4" sourceRef="call" targetRef="end2"/>
    <endEvent id="end2"><incoming>f4</incoming></endEvent>
  </process>"""
    xml = model().decode().replace("</process>", boundary).encode()
    task = started(company, xml)
    company.pass_time(hours=3)
    company.tick()
    assert the_task(company, task.id).state == "open"
    company.pass_time(hours=1)
    company.tick()
    assert the_task(company, task.id).state == "cancelled"
    assert company.clock(task.clock_id).closed_as == "terminated"
    with transaction.read(company.store, ANNA) as tx:
        waiting = [
            row.element for row in user_tasks.of_case(tx, task.case_id) if row.state == "open"
        ]
    assert waiting == ["call"]
    assert company.told() == [("warn", "anna"), ("due", "anna"), ("due", "clara")]


def test_a_waiting_stage_pauses_the_clock_of_the_whole_case(company: Company):
    whole = '<kontor:clock kind="case" deadline="PT16H" ladder="gentle"/>'
    xml = model(case=whole).decode()
    pause = 'ladder="gentle"/>\n<kontor:pause reason="waiting for the client"/>\n      </ext'
    xml = xml.replace('ladder="gentle"/>\n      </ext', pause)
    task = started(company, xml.encode())
    with transaction.read(company.store, ANNA) as tx:
        table = clocks.clocks
        found = {row.kind: row for row in tx.execute(select(table)).all()}
    assert found["case"].state == "paused"
    assert found["stage"].state == "running"
    company.pass_time(hours=8)
    with transaction.begin(company.store, ANNA) as tx:
        user_tasks.complete(tx, task.id, {})
    assert company.clock(found["case"].id).state == "closed"


def test_a_task_may_be_passed_to_a_group(company: Company):
    company.staff.groups["group:legal"] = [CLARA]
    task = started(company, model(ladder=ladder('reassign="group:legal"')))
    company.pass_time(hours=4)
    company.tick()
    found = the_task(company, task.id)
    assert (found.assignee, found.candidates) == (None, ["group:legal"])


def offered(company: Company) -> Row[Any]:
    """Start a case whose stage wants a first answer within an hour, offered to a group."""
    company.staff.groups["group:sales"] = [ANNA]
    answer = '<kontor:clock kind="response" deadline="PT1H" ladder="gentle"/>'
    group = "<kontor:responsible>group:sales</kontor:responsible>"
    first = f'{group}{answer}\n        <kontor:clock kind="stage"'
    xml = model().decode().replace('<kontor:clock kind="stage"', first)
    definition = company.deploy(xml.encode())
    with transaction.begin(company.store, CLARA) as tx:
        case = instances.start(tx, "", definition_id=definition, subject="deal:17")
        (task,) = user_tasks.of_case(tx, case)
        return task


def test_a_first_answer_that_is_late_is_told(company: Company):
    offered(company)
    company.pass_time(minutes=45)
    company.tick()
    assert company.told() == [("warn", "anna")]


def test_taking_the_task_is_the_first_answer(company: Company):
    task = offered(company)
    company.pass_time(minutes=30)
    with transaction.begin(company.store, ANNA) as tx:
        user_tasks.claim(tx, task.id)
    with transaction.read(company.store, ANNA) as tx:
        found = {row.kind: row for row in tx.execute(select(clocks.clocks)).all()}
    assert (found["response"].state, found["response"].closed_as) == ("closed", "completed")
    assert found["stage"].state == "running"
    company.pass_time(hours=1)
    assert company.tick().clocks == 0


def test_the_clock_of_a_whole_case_passes_on_no_task(company: Company):
    whole = '<kontor:clock kind="case" deadline="PT2H" ladder="gentle"/>'
    words = ladder('reassign="staff:clara"')
    task = started(company, model(ladder=words, case=whole))
    company.pass_time(hours=2)
    company.tick()
    (action,) = company.rows(recipient="action")
    assert action.state == "dead"
    assert the_task(company, task.id).assignee == ANNA


SETTING = """<kontor:ladder id="gentle"><kontor:level id="due" at="due">
<kontor:set field="deal.priority" value="urgent"/></kontor:level></kontor:ladder>"""


def test_a_level_sets_fields_of_the_record_once(company: Company, monkeypatch: pytest.MonkeyPatch):
    given: list[Any] = []
    monkeypatch.setattr(
        company.staff, "set_fields", lambda _tx, subject, values: given.append((subject, values))
    )
    started(company, model(ladder=SETTING))
    company.pass_time(hours=4)
    company.tick()
    company.tick()
    assert given == [("deal:17", {("deal", "priority"): "urgent"})]
    (action,) = company.rows(recipient="action")
    assert (action.channel, action.state) == ("set", "delivered")


def test_a_field_that_is_refused_is_kept_with_the_reason(
    company: Company, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_given: Any) -> None:
        raise rejection.invalid("Expected a field of a deal, but there is none of that name")

    monkeypatch.setattr(company.staff, "set_fields", refuse)
    started(company, model(ladder=SETTING))
    company.pass_time(hours=4)
    company.tick()
    (action,) = company.rows(recipient="action")
    assert action.state == "dead"
    assert "Expected a field of a deal" in action.last_error
