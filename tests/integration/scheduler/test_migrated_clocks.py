"""Deadlines of cases that move to another version: by the policy, and nobody is told twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from engine import clocks, instances, migration, user_tasks
from engine.clocks import check
from engine.migration import Terms
from engine.waiting.tasks import tasks
from ledger import transaction
from tests.integration.scheduler.company import ANNA, GENTLE, Company, model

STRICT = """
<kontor:ladder id="gentle">
  <kontor:level id="half" at="50%" notify="responsible"/>
  <kontor:level id="due" at="due" notify="responsible, manager of responsible"/>
  <kontor:level id="very-late" at="due + 1 business day" notify="process owner"/>
</kontor:ladder>"""
CASE = '<kontor:clock kind="case" deadline="3 business days" ladder="gentle"/>'
NO_CLOCK = b'<kontor:clock kind="stage" deadline="PT4H" ladder="gentle"/>'


@dataclass
class Moving:
    """A case at its first stage, since Monday 09:00 with four hours, which Anna holds."""

    company: Company
    case: int

    def look(self, number: int, policy: str = "keep", grace: str | None = None) -> migration.Report:
        with transaction.read(self.company.store, "system") as tx:
            return migration.look(tx, self.case, number, None, Terms.parse(policy, grace))

    def to(self, number: int, policy: str = "keep", grace: str | None = None) -> None:
        terms = Terms.parse(policy, grace)
        transaction.run(
            self.company.store,
            "system",
            lambda tx: migration.migrate(tx, self.case, number, None, terms),
        )

    def clock(self, kind: str = "stage") -> Any:
        """The open clock of a kind; what is in its row follows from its facts."""
        with transaction.read(self.company.store, "system") as tx:
            assert list(check.differences(tx)) == []
            known = [row for row in clocks.of_case(tx, self.case) if row.state != "closed"]
        return next((row for row in known if row.kind == kind), None)

    @property
    def due(self) -> datetime | None:
        """When the task is due, as its holder sees it."""
        with transaction.read(self.company.store, "system") as tx:
            found: datetime | None = tx.execute(
                select(tasks.c.due_at).where(tasks.c.case_id == self.case)
            ).scalar_one()
        return found

    def told(self) -> list[tuple[str, str]]:
        self.company.tick()
        return self.company.told()


@pytest.fixture
def moving(company: Company) -> Moving:
    company.deploy(model())
    case = transaction.run(
        company.store, "system", lambda tx: instances.start(tx, "sale", subject="deal:17")
    )
    with transaction.begin(company.store, "system") as tx:
        (task,) = user_tasks.of_case(tx, case)
        user_tasks.assign(tx, task.id, ANNA)
    return Moving(company, case)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-{text}:00+00:00")


def test_kept_it_is_due_when_it_was_and_the_new_ladder_is_climbed_from_here(moving: Moving):
    moving.company.pass_time(hours=3)
    assert moving.told() == [("warn", "anna")]
    number = moving.company.deploy(model(ladder=STRICT, deadline="PT1H"))
    moving.to(number)
    assert (moving.due, moving.clock().epoch) == (at("05T13:00"), 2)
    assert moving.told() == [("warn", "anna")]
    moving.company.pass_time(hours=1)
    assert moving.told()[1:] == [("due", "anna"), ("due", "clara")]
    moving.to(moving.company.deploy(model(ladder=STRICT, deadline="PT2H")))
    assert moving.told()[3:] == []
    moving.company.pass_time(days=1)
    assert moving.told()[3:] == [("very-late", "dora")]


def test_recomputed_it_is_reckoned_from_the_start_of_the_stage(moving: Moving):
    number = moving.company.deploy(model(deadline="PT2H"))
    moving.company.pass_time(hours=1)
    assert not moving.look(number, "recompute").is_overdue_at_once
    moving.company.pass_time(hours=1, minutes=30)
    report = moving.look(number, "recompute")
    (due,) = report.dues
    assert report.is_overdue_at_once
    assert (due.before, due.after) == (at("05T13:00"), at("05T11:00"))
    moving.to(number, "recompute")
    assert moving.due == at("05T11:00")
    assert moving.told() == [("due", "anna"), ("due", "clara")]
    moving.to(moving.company.deploy(model(deadline="PT1H")), "recompute")
    assert moving.told()[2:] == []


def test_restarted_it_has_the_whole_new_time_from_now(moving: Moving):
    moving.company.pass_time(hours=3)
    assert moving.told() == [("warn", "anna")]
    number = moving.company.deploy(model(deadline="PT4H", ladder=GENTLE.replace("75%", "50%")))
    moving.to(number, "restart")
    assert moving.due == at("05T16:00")
    moving.company.pass_time(hours=2)
    assert moving.told()[1:] == [("warn", "anna")]


@pytest.mark.parametrize(("grace", "due"), [("PT2H", "05T14:00"), ("PT30M", "05T13:00")])
def test_with_grace_some_time_is_left_at_least(moving: Moving, grace: str, due: str):
    moving.company.pass_time(hours=3)
    moving.to(moving.company.deploy(model(ladder=STRICT)), "grace", grace)
    assert moving.due == at(due)
    assert moving.clock().due_at == at(due)


def test_a_pause_goes_on_and_a_closed_clock_is_left_alone(moving: Moving):
    with transaction.begin(moving.company.store, "system") as tx:
        clocks.pause(tx, moving.clock().id, "the client thinks")
    moving.company.pass_time(hours=2)
    moving.to(moving.company.deploy(model(deadline="PT6H")), "recompute")
    assert moving.clock().state == "paused"
    with transaction.begin(moving.company.store, "system") as tx:
        clocks.resume(tx, moving.clock().id)
    assert moving.due == at("05T17:00")


def test_a_deadline_falls_away_with_its_rule_and_begins_with_one(moving: Moving):
    without = moving.company.deploy(model(ladder="").replace(NO_CLOCK, b""))
    (gone,) = moving.look(without).dues
    assert (gone.kind, gone.after) == ("stage", None)
    moving.to(without)
    assert (moving.clock(), moving.due) == (None, None)
    moving.company.pass_time(hours=1)
    again = moving.company.deploy(model(case=CASE))
    assert {due.before for due in moving.look(again).dues} == {None}
    moving.to(again)
    assert moving.due == at("05T14:00")
    assert moving.clock("case").due_at == at("08T10:00")
    moving.company.pass_time(hours=4)
    assert moving.told() == [("due", "anna"), ("due", "clara")]


def test_a_look_ahead_says_that_a_time_for_a_first_answer_does_not_begin(moving: Moving):
    answer = NO_CLOCK + b'<kontor:clock kind="response" deadline="PT1H"/>'
    number = moving.company.deploy(model().replace(NO_CLOCK, answer))
    (told,) = (each for each in moving.look(number).findings if each.kind == "response")
    assert not told.blocks
    assert "does not begin: its task is open already" in str(told.sentence)
    moving.to(number)
    assert moving.clock("response") is None


def test_a_look_ahead_says_which_cases_would_be_overdue_at_once(moving: Moving):
    number = moving.company.deploy(model(deadline="PT2H"))
    moving.company.pass_time(hours=3)
    with transaction.read(moving.company.store, "system") as tx:
        numbers = migration.candidates(tx, number)
        found = migration.look_at_all(tx, numbers, number, None, Terms("recompute"))
    assert (found.moving, [each.case_id for each in found.overdue]) == (1, [moving.case])


BETWEEN = """
<kontor:ladder id="gentle">
  <kontor:level id="due" at="due" notify="responsible"/>
  <kontor:level id="soon" at="due + PT2H" notify="responsible"/>
  <kontor:level id="late" at="due + PT4H" notify="manager of responsible"/>
</kontor:ladder>"""
BOUND = b"""
    <boundaryEvent id="on-due" attachedToRef="contact" cancelActivity="false"><outgoing>f3</outgoing>
      <timerEventDefinition><extensionElements><kontor:stageClock/></extensionElements>
        <timeDuration>PT4H</timeDuration></timerEventDefinition>
    </boundaryEvent>
    <sequenceFlow id="f3" sourceRef="on-due" targetRef="call"/>
    <userTask id="call" name="Call"><incoming>f3</incoming></userTask>
  </process>"""


def test_a_new_level_between_two_that_were_told_does_not_tell_the_later_again(moving: Moving):
    moving.company.pass_time(hours=9)
    moving.company.tick()
    moving.company.pass_time(days=1)
    told = moving.told()
    assert ("late", "clara") in told
    moving.to(moving.company.deploy(model(ladder=BETWEEN, deadline="PT2H")), "recompute")
    assert moving.told() == [*told, ("soon", "anna")]


def test_a_new_event_at_due_happens_and_tells_nobody_again(moving: Moving):
    moving.company.pass_time(days=2)
    told = moving.told()
    assert ("late", "clara") in told
    bound = model().replace(b"</process>", BOUND)
    moving.to(moving.company.deploy(bound))
    assert moving.told() == told
    with transaction.read(moving.company.store, "system") as tx:
        assert {task.element for task in user_tasks.of_case(tx, moving.case)} == {"contact", "call"}
