"""The daily work: finding a task, doing it, passing it on, without JavaScript."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from crm_entities import absences
from crm_entities.deals import Deal
from engine import instances, user_tasks
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.clock import VirtualClock
from scheduler import heartbeat
from tests.e2e.web.office import Office, words
from web import tasklist


def later(office: Office, **time: float) -> None:
    clock = office.store.clock
    assert isinstance(clock, VirtualClock)
    clock.move_to(clock() + timedelta(**time))


def stage_of(office: Office) -> str:
    return str(office.ask(select(Deal.pipeline_stage).where(Deal.id == office.deal)))


def test_my_tasks_shows_what_is_due_when(office: Office):
    page = office.visitor("anna").text("/tasks")
    assert "Call the client Small deal · Zażółć Sp. z o.o. · A machine" in page
    assert "4h Due today" in page
    later(office, hours=7)
    assert "−3h Overdue" in office.visitor("anna").text("/tasks")


def test_a_task_is_done_by_the_button_of_its_outcome(office: Office):
    anna, task = office.visitor("anna"), office.task()
    page = anna.text(f"/tasks/{task}")
    assert "Interested" in page
    assert "Not now …" in page
    answer = anna.post(
        f"/tasks/{task}/complete", {"channel": "phone", "outcome": "interested", "then": "next"}
    )
    assert answer.status_code == 303
    assert stage_of(office) == "offered"
    assert "“Call the client” was done: Interested · Anna Example" in anna.text(
        f"/clients/{office.client}"
    )


def test_a_missing_field_is_named_and_what_was_typed_stays(office: Office):
    task = office.task()
    answer = office.visitor("anna").post(
        f"/tasks/{task}/complete", {"note": "will call back", "outcome": "interested"}
    )
    assert answer.status_code == 422
    assert "Please fill in “Channel”." in words(answer)
    assert "will call back" in answer.text
    assert office.task() == task


def test_an_outcome_asks_only_for_its_own_fields(office: Office):
    anna, task = office.visitor("anna"), office.task()
    form = {"channel": "mail", "outcome": "not-now"}
    outcome = user_tasks_outcome(office, "Not now")
    answer = anna.post(
        f"/tasks/{task}/complete",
        {**form, "outcome": outcome, f"{outcome}/lost_reason": "no budget"},
    )
    assert answer.status_code == 303
    assert stage_of(office) == "lost"


def user_tasks_outcome(office: Office, title: str) -> str:
    """The id of an outcome by its button's words."""
    with transaction.read(office.store, "system") as tx:
        form = user_tasks.form(tx, office.task())
    return next(one.id for one in form.outcomes if one.title.casefold() == title.casefold())


def test_a_draft_is_kept_until_the_task_is_done(office: Office):
    anna, task = office.visitor("anna"), office.task()
    anna.post(f"/tasks/{task}/draft", {"channel": "mail", "note": "half a sentence"})
    page = anna.get(f"/tasks/{task}").text
    assert "half a sentence" in page
    assert '<option value="mail" selected>' in page


def test_the_second_of_two_is_told_who_was_first(office: Office):
    anna, task = office.visitor("anna"), office.task()
    office.run(
        lambda tx: user_tasks.complete(tx, task, {"channel": "phone"}, outcome="interested"),
        office.people["anna"],
    )
    answer = anna.post(f"/tasks/{task}/complete", {"channel": "mail", "outcome": "interested"})
    assert answer.status_code == 409
    assert "Anna Example completed this task Today 09:00: Interested." in words(answer)


def test_handing_over_moves_the_task_and_tells_the_new_holder(office: Office):
    anna, ben, task = office.visitor("anna"), office.visitor("ben"), office.task()
    anna.post(f"/tasks/{task}/assign", {"person": ben.ref, "reason": "I am away"})
    assert "Handed over to you: Call the client" in ben.text("/inbox")
    assert "This task is with Ben Example." in anna.text(f"/tasks/{task}")
    assert "Call the client" in ben.text("/tasks")
    ben.get(f"/tasks/{task}")
    assert (
        "new" not in ben.get("/inbox").text.partition('<ul class="rows">')[2].partition("</ul>")[0]
    )


def test_the_queue_of_a_group_is_claimed_from_and_given_back_to(office: Office):
    anna, ben = office.visitor("anna"), office.visitor("ben")
    anna.post(f"/tasks/{office.task()}/complete", {"channel": "phone", "outcome": "interested"})
    anna.post(f"/tasks/{office.task('offer')}/complete", {"outcome": "sent"})
    task = office.task("check")
    assert "Check the offer" in ben.text("/tasks?tab=team")
    assert "Check the offer" not in anna.text("/tasks?tab=team")
    ben.post(f"/tasks/{task}/claim", {"back": "/tasks?tab=team"})
    assert "Check the offer" in ben.text("/tasks")
    answer = office.visitor("olga").post(f"/tasks/{task}/claim")
    assert answer.status_code == 409
    ben.post(f"/tasks/{task}/release")
    assert "Check the offer" in office.visitor("olga").text("/tasks?tab=team")


def test_a_snoozed_task_comes_back_by_itself(office: Office):
    anna, task = office.visitor("anna"), office.task()
    anna.post(f"/tasks/{task}/snooze", {"until": "2026-01-06"})
    assert "Snoozed ZO Call the client" in anna.text("/tasks")
    later(office, days=1)
    assert "Snoozed ZO Call the client" not in anna.text("/tasks")
    assert "Overdue ZO Call the client" in anna.text("/tasks")


def test_a_comment_stands_in_the_timeline_and_tells_whom_it_mentions(office: Office):
    anna, task = office.visitor("anna"), office.task()
    anna.post(f"/tasks/{task}/comment", {"text": "Please look, @ben <b>now</b>"})
    page = anna.get(f"/clients/{office.client}").text
    assert "Please look, @ben &lt;b&gt;now&lt;/b&gt;" in page
    assert "Anna Example mentions you" in office.visitor("ben").text("/inbox")
    assert "Please look" in office.visitor("ben").text(f"/tasks/{task}")


def test_a_due_date_explains_itself(office: Office):
    page = office.visitor("anna").text(f"/tasks/{office.task()}")
    assert "Why is it due then?" in page
    assert "4h working time Today 09:00 – 13:00 due Today 13:00" in page


def test_a_manager_reassigns_what_is_overdue_with_a_result_per_row(office: Office):
    boss, ben, task = office.visitor("boss"), office.visitor("ben"), office.task()
    later(office, hours=5)
    heartbeat.tick(office.store)
    assert "Call the client is due now" in boss.text("/inbox")
    page = boss.text("/overdue")
    assert "Overdue (1)" in page
    answer = boss.post("/overdue", {"only": task, f"person-{task}": ben.ref})
    assert "handed over Call the client now with Ben Example" in words(answer)
    answer = boss.post("/overdue", {"task": [task, 999], "person": office.people["anna"]})
    assert "now with Anna Example" in words(answer)
    assert "refused #999 This task is no longer open, or not yours to give." in words(answer)
    assert "was given to Anna Example" in boss.text(f"/cases/{office.case}")


def test_what_is_handed_over_together_may_begin_its_deadlines_again(office: Office):
    boss, task = office.visitor("boss"), office.task()
    later(office, hours=5)
    due = select(tasks.c.due_at).where(tasks.c.id == task)
    before, form = office.ask(due), {"task": [task], "person": office.people["ben"]}
    assert boss.post("/overdue", {**form, "deadline": "grace", "grace": "soon"}).status_code == 422
    assert office.ask(due) == before
    boss.post("/overdue", {**form, "deadline": "restart"})
    assert office.ask(due) > before


def test_a_task_given_to_somebody_away_says_who_got_it(office: Office):
    boss, ben, task = office.visitor("boss"), office.people["ben"], office.task()
    ben_id, anna_id = (int(office.people[one].removeprefix("staff:")) for one in ("ben", "anna"))
    start = office.store.clock() - timedelta(hours=1)
    office.run(
        lambda tx: absences.plan(
            tx, ben_id, start, start + timedelta(days=2), substitute_id=anna_id
        )
    )
    page = boss.text(f"/tasks/{task}")
    assert "Ben Example (away: Anna Example)" in page
    boss.post(f"/tasks/{task}/assign", {"person": ben})
    told = "handed over to Anna Example, who stands in for Ben Example"
    assert told in boss.text("/tasks")


def test_a_task_of_a_suspended_case_waits_until_it_is_resumed(office: Office):
    anna, task = office.visitor("anna"), office.task()
    office.run(lambda tx: instances.suspend(tx, office.case, "The client asked for it"))
    page = anna.text(f"/tasks/{task}")
    assert "The case is suspended: this task can be done once it is resumed." in page
    assert "Interested" not in page
    answer = anna.post(f"/tasks/{task}/complete", {"channel": "phone", "outcome": "interested"})
    assert answer.status_code == 409
    office.run(lambda tx: instances.resume(tx, office.case))
    assert "Interested" in anna.text(f"/tasks/{task}")


def test_a_cancelled_case_leaves_no_task_and_says_why(office: Office):
    boss = office.visitor("boss")
    boss.post(f"/cases/{office.case}/cancel", {"reason": "The client went elsewhere"})
    assert "The client went elsewhere" in boss.text(f"/cases/{office.case}")
    assert "Nothing to do" in office.visitor("anna").text("/tasks")


def test_a_process_is_started_from_the_page_of_its_record(office: Office):
    anna, subject = office.visitor("anna"), f"deal:{office.free_deal}"
    assert "Small deal" in anna.text(f"/cases/start?subject={subject}")
    answer = anna.post("/cases/start", {"key": "small-deal", "subject": subject})
    assert answer.headers["Location"] == f"/tasks/{office.task()}"
    with transaction.read(office.store, "system") as tx:
        assert len(instances.of_subject(tx, subject)) == 1


def test_nobody_starts_a_process_for_a_record_that_he_may_not_see(office: Office):
    answer = office.visitor("sven").post(
        "/cases/start", {"key": "small-deal", "subject": f"deal:{office.free_deal}"}
    )
    assert answer.status_code == 404


def test_a_task_of_a_suspended_case_is_paused_not_overdue(office: Office):
    office.run(lambda tx: instances.suspend(tx, office.case, "the client is away"))
    later(office, days=3)
    assert "Overdue" not in office.visitor("anna").text("/tasks").split("Call the client")[-1]
    assert "Nothing is overdue" in office.visitor("boss").text("/overdue")
    with office.app.test_request_context():
        assert tasklist.counts(office.people["anna"]).overdue == 0
    assert "the client is away" in office.visitor("anna").text(f"/tasks/{office.task()}")
    office.run(lambda tx: instances.resume(tx, office.case))
    assert "4h Due today" in office.visitor("anna").text("/tasks")


def test_a_draft_that_is_too_long_is_refused_and_stays_on_the_page(office: Office):
    anna, task = office.visitor("anna"), office.task()
    anna.post(f"/tasks/{task}/draft", {"note": "short"})
    answer = anna.post(f"/tasks/{task}/draft", {"note": "long " * 30_000 + "to its end"})
    assert answer.status_code == 422
    assert "a draft of at most 100,000 characters, but it has 150,0" in words(answer)
    assert "long to its end" in answer.text
    assert "long long" not in anna.text(f"/tasks/{task}")
