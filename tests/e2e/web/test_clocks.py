"""Deadlines on the pages of a task and of a case: why then, stopped, moved, and what comes if nobody acts."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from crm_entities import staff
from engine import definitions, instances, user_tasks
from engine.clocks import clocks
from engine.waiting.tasks import tasks
from ledger.clock import VirtualClock
from tests.e2e.web.office import SALES, Office, words
from tests.e2e.web.test_tasks import later
from web import definition_files


def the_clock(office: Office) -> str:
    return f"/clocks/{office.ask(select(clocks.c.id).where(clocks.c.kind == 'stage'))}"


def test_the_page_says_why_it_is_due_then_and_who_is_told(office: Office):
    page = office.visitor("anna").text(f"/tasks/{office.task()}")
    assert "Promised: 4h of working time, by the calendar “office”. Due Today 13:00." in page
    assert "4h working time Today 09:00 – 13:00 due Today 13:00" in page
    assert "If nobody acts Today 12:00 Anna Example is told Today 13:00 Boss Example too" in page


def test_a_weekend_between_is_named(office: Office):
    later(office, days=4, hours=6)
    boss = office.visitor("boss")
    due = {"due": "2026-01-12T11:00", "reason": "The client asked"}
    boss.post(f"{the_clock(office)}/due", due)
    page = boss.text(f"/tasks/{office.task()}")
    assert "not a working day" in page


def test_a_manager_pauses_and_everybody_sees_why(office: Office):
    boss, task = office.visitor("boss"), f"/tasks/{office.task()}"
    form = {"reason": "The client is on holiday", "at_most": "5", "unit": "business", "back": task}
    answer = boss.post(f"{the_clock(office)}/pause", form)
    assert answer.status_code == 303
    assert answer.location.startswith(task)
    later(office, hours=2)
    page = office.visitor("anna").text(task)
    assert "Paused since Today 09:00: The client is on holiday" in page
    assert "At most until Mon 12 Jan 09:00" in page
    assert "Due Today 15:00 if it runs on now." in page
    assert "paused: The client is on holiday (2h) Today 09:00 – 11:00" in page
    for lists in ("/tasks", "/cases", f"/clients/{office.client}"):
        assert (
            "due-paused" in office.visitor("boss" if lists == "/cases" else "anna").get(lists).text
        )
    boss.post(f"{the_clock(office)}/resume", {"back": task})
    assert "Due Today 15:00." in boss.text(task)


def test_a_moved_due_date_is_reported_as_extended(office: Office):
    boss, anna, task = office.visitor("boss"), office.visitor("anna"), office.task()
    boss.post(f"{the_clock(office)}/due", {"due": "2026-01-07T12:00", "reason": "The client asked"})
    page = anna.text(f"/tasks/{task}")
    assert "Today 09:00: Boss Example set the due date to Wed 7 Jan 12:00: The client asked" in page
    later(office, hours=24)
    anna.post(f"/tasks/{task}/complete", {"channel": "phone", "outcome": "interested"})
    case = anna.text(f"/cases/{office.case}")
    assert "Call the client due Tomorrow 12:00 · ended Today 09:00 extended" in case
    assert (
        "The due date of “Call the client” was moved from Yesterday 13:00 to Tomorrow 12:00" in case
    )


def test_the_page_tells_in_order_what_became_of_a_promise_that_was_handed_over(office: Office):
    boss, task = office.visitor("boss"), f"/tasks/{office.task()}"
    boss.post(f"{the_clock(office)}/due", {"due": "2026-01-07T12:00", "reason": "The client asked"})
    later(office, hours=1)
    grace = {"person": office.people["ben"], "deadline": "grace", "grace": "3 business days"}
    boss.post(f"{task}/assign", grace)
    left = "Today 10:00: handed over to Ben Example, and some time was left for it; due Thu 8 Jan 10:00."
    page = boss.text(task)
    assert left in page
    assert "It began" not in page
    assert "because it was handed over" in boss.text(f"/cases/{office.case}")
    later(office, hours=1)
    boss.post(f"{task}/assign", {"person": office.people["anna"], "deadline": "restart"})
    again = "Today 11:00: it began again, because it was handed over to Anna Example. It began Today 11:00."
    assert f"{left} {again}" in boss.text(task)


def test_work_done_in_time_or_late_is_reported_so(office: Office):
    anna, task = office.visitor("anna"), office.task()
    later(office, hours=7)
    anna.post(f"/tasks/{task}/complete", {"channel": "phone", "outcome": "interested"})
    assert "3h late" in anna.text(f"/cases/{office.case}")


def test_a_due_date_in_the_past_is_refused_and_nothing_moves(office: Office):
    boss = office.visitor("boss")
    before = office.ask(select(clocks.c.due_at))
    form = {"due": "2026-01-04T12:00", "reason": "A slip of the pen"}
    answer = boss.post(f"{the_clock(office)}/due", form)
    assert answer.status_code == 422
    assert "Please choose a due date that lies ahead, within ten years." in words(answer)
    assert "A slip of the pen" in answer.text
    form = {"due": "9999-12-31T23:59", "reason": "Never"}
    assert boss.post(f"{the_clock(office)}/due", form).status_code == 422
    assert office.ask(select(clocks.c.due_at)) == before


def test_without_a_reason_no_clock_stops(office: Office):
    answer = office.visitor("boss").post(f"{the_clock(office)}/pause", {"reason": " "})
    assert answer.status_code == 422
    assert office.ask(select(clocks.c.state)) == "running"


def test_a_pause_that_counts_no_days_is_refused(office: Office):
    for number in ("0", "-3", "1.5", "5000", "soon"):
        form = {"reason": "away", "at_most": number}
        assert office.visitor("boss").post(f"{the_clock(office)}/pause", form).status_code == 422
    assert office.ask(select(clocks.c.state)) == "running"


def test_only_who_may_pass_work_on_moves_deadlines(office: Office):
    clock = the_clock(office)
    refused = [
        office.visitor(who).post(f"{clock}/{what}", {"reason": "because"}).status_code
        for who in ("anna", "sven")
        for what in ("pause", "resume", "due")
    ]
    assert refused == [403] * 6
    assert "Another due date" not in office.visitor("anna").text(f"/tasks/{office.task()}")
    assert "Another due date" in office.visitor("boss").text(f"/tasks/{office.task()}")


def test_a_manager_of_another_team_finds_no_such_deadline(office: Office):
    number = int(office.people["sven"].removeprefix("staff:"))
    office.run(lambda tx: staff.change(tx, number, {"roles": ["manager"]}))
    form = {"reason": "because", "due": "2026-01-20T12:00"}
    sven, clock = office.visitor("sven"), the_clock(office)
    answers = [sven.post(f"{clock}/{what}", form) for what in ("pause", "resume", "due")]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert office.ask(select(clocks.c.state)) == "running"


def test_a_form_leads_back_to_pages_of_ours_alone(office: Office):
    form = {"reason": "away", "back": "https://elsewhere.example/"}
    answer = office.visitor("boss").post(f"{the_clock(office)}/pause", form)
    assert answer.location.startswith(f"/cases/{office.case}")


def test_the_holder_pauses_where_the_stage_lets_him(office: Office):
    text = SALES.replace(b"deadline: PT4H", b"deadline: PT4H\n    may pause: 3 business days")
    source = definition_files.deployable(definition_files.look("sales.yaml", text))
    office.run(lambda tx: definitions.deploy(tx, [source]))
    subject = f"deal:{office.free_deal}"
    office.run(lambda tx: instances.start(tx, "small-deal", subject=subject), office.people["anna"])
    anna, page = office.visitor("anna"), f"/tasks/{office.task()}"
    assert "At most for 3 working days" in anna.text(page)
    clock = f"/clocks/{office.ask(select(clocks.c.id).order_by(clocks.c.id.desc()).limit(1))}"
    assert anna.post(f"{clock}/pause", {"reason": "no answer"}).status_code == 303
    assert "Paused since Today 09:00: no answer At most until Thu 8 Jan 09:00" in anna.text(page)
    assert anna.post(f"{clock}/due", {"reason": "no", "due": "2026-01-20T12:00"}).status_code == 403
    assert anna.post(f"{clock}/resume").status_code == 303
    assert "Paused since" not in anna.text(page)


def test_a_newcomer_reads_when_it_began_and_what_counts(office: Office):
    page = office.visitor("anna").text(f"/tasks/{office.task()}")
    assert "It began Today 09:00. Only working time counts, drawn in green" in page
    late = VirtualClock(datetime(2026, 1, 9, 18, tzinfo=UTC))
    office.store.clock = late
    subject = f"deal:{office.free_deal}"
    office.run(lambda tx: instances.start(tx, "small-deal", subject=subject), office.people["anna"])
    task = office.task()
    assert "outside working hours: it counts from Mon 12 Jan 09:00" in office.visitor("anna").text(
        f"/tasks/{task}"
    )
    late.move_to(datetime(2026, 1, 12, 10, tzinfo=UTC))
    office.run(
        lambda tx: user_tasks.complete(tx, task, {"channel": "phone"}, outcome="interested"),
        office.people["anna"],
    )
    page = office.visitor("anna").text(f"/tasks/{office.task('offer')}")
    assert "It began Today 10:00. It is due 2 working days later at the same time of day" in page
    asked = select(tasks.c.clock_id).where(tasks.c.id == office.task("offer"))
    clock = f"/clocks/{office.ask(asked)}"
    boss = office.visitor("boss")
    form = {"reason": "no answer", "at_most": "5", "unit": "business"}
    assert boss.post(f"{clock}/pause", form).status_code == 303
    late.move_to(datetime(2026, 1, 12, 11, tzinfo=UTC))
    boss.post(f"{clock}/resume")
    page = boss.text(f"/tasks/{office.task('offer')}")
    assert "other days do not count. What was paused comes on top." in page
