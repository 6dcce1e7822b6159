"""A case's own calendar on its pages: chosen, looked at, and only then followed by what runs."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine import calendars
from engine.clocks import clocks
from engine.waiting.cases import cases
from tests.e2e.web.office import Office

NIGHTS = {"timezone": "UTC", "week": {"mon": ["20:00-24:00"], "tue": ["20:00-24:00"]}}


@pytest.fixture(autouse=True)
def nights(office: Office) -> None:
    office.run(lambda tx: calendars.define(tx, "nights", NIGHTS, title="Night shift"))


def test_a_manager_chooses_it_and_sees_what_would_move_before_it_does(office: Office):
    boss, case = office.visitor("boss"), f"/cases/{office.case}"
    before = office.ask(select(clocks.c.due_at).where(clocks.c.kind == "stage"))
    answer = boss.post(f"{case}/calendar", {"own_calendar": "nights"})
    assert (answer.status_code, answer.location) == (303, f"{case}/calendar")
    page = boss.text(answer.location)
    assert "Calendar of this case: Night shift. 1 running deadline does not follow it yet." in page
    assert office.ask(select(clocks.c.due_at).where(clocks.c.kind == "stage")) == before
    boss.post(f"{case}/calendar/recompute")
    assert office.ask(select(clocks.c.due_at).where(clocks.c.kind == "stage")) > before
    page = boss.text(case)
    assert "Working calendar Night shift" in page
    assert "Another calendar was chosen" in page
    assert "Every running deadline of this case follows its calendar." in boss.text(
        f"{case}/calendar"
    )


def test_a_case_is_started_with_it(office: Office):
    boss = office.visitor("boss")
    form = {"key": "small-deal", "subject": f"deal:{office.free_deal}", "own_calendar": "nights"}
    assert boss.post("/cases/start", form).status_code == 303
    newest = office.ask(select(cases.c.id).order_by(cases.c.id.desc()).limit(1))
    assert "Working calendar Night shift" in boss.text(f"/cases/{newest}")


def test_who_may_not_move_deadlines_is_offered_none_and_refused(office: Office):
    anna, case = office.visitor("anna"), f"/cases/{office.case}"
    assert "Calendar of this case" not in anna.text(case)
    assert anna.post(f"{case}/calendar", {"own_calendar": "nights"}).status_code == 403
    form = {"key": "small-deal", "subject": f"deal:{office.free_deal}", "own_calendar": "nights"}
    assert anna.post("/cases/start", form).status_code == 403
