"""What has come is told to the right people, once, however often and by however many it is swept."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import update

from engine import clocks
from engine.calendar import Deadline
from engine.clocks import check
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.rejection import Rejection
from scheduler import alerts, sweeps
from tests.integration.scheduler.company import (
    ANNA,
    BEN,
    CLARA,
    DORA,
    GENTLE,
    Company,
    model,
)


def test_the_ladder_is_climbed_as_time_passes(company: Company):
    case = company.open_case(company.deploy(model()))
    assert company.tick().clocks == 0
    company.pass_time(hours=3)
    assert company.tick().clocks == 1
    assert company.told() == [("warn", "anna")]
    company.pass_time(hours=1)
    company.tick()
    assert company.told()[1:] == [("due", "anna"), ("due", "clara")]
    company.pass_time(hours=4)
    company.tick()
    assert company.told()[3:] == [("late", "clara")]
    assert company.clock(case.clock).next_fire_at is None


def test_a_second_sweep_tells_nobody_again(company: Company):
    company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    company.tick()
    assert company.tick().clocks == 0
    assert company.told() == [("warn", "anna")]


def test_each_level_is_in_the_log_of_the_case(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    company.tick()
    company.pass_time(hours=1)
    company.tick()
    reached = company.happened("level_reached")
    assert [(row.case_id, row.seq, row.element) for row in reached] == [
        (case.case, 4, "contact"),
        (case.case, 5, "contact"),
    ]
    assert reached[1].data["told"] == [ANNA, CLARA]
    assert reached[1].subject == "deal:17"


def test_two_clocks_of_one_case_number_their_events_apart(company: Company):
    whole = '<kontor:clock kind="case" deadline="PT4H" ladder="gentle"/>'
    company.open_case(company.deploy(model(case=whole)), whole=True)
    company.pass_time(hours=3)
    assert company.tick().clocks == 2
    assert sorted(row.seq for row in company.happened("level_reached")) == [4, 5]
    assert company.told() == [("warn", "anna"), ("warn", "anna")]


def test_a_mail_waits_beside_each_entry_of_the_inbox(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=4)
    company.tick()
    assert company.told("mail", "pending") == [("due", "anna"), ("due", "clara")]
    assert {row.task_id for row in company.rows()} == {case.task}


def test_a_closed_clock_tells_nobody(company: Company):
    case = company.open_case(company.deploy(model()))
    with transaction.begin(company.store, ANNA) as tx:
        token = company.clock(case.clock).token_id
        tx.execute(clocks.CLOSE, [clocks.left(case.case, token, tx.now, "completed")])
    company.pass_time(hours=9)
    assert company.tick().clocks == 0
    assert company.clock(case.clock).closed_as == "completed"


def test_a_suspended_case_is_left_in_peace(company: Company):
    case = company.open_case(company.deploy(model()))
    with transaction.begin(company.store, ANNA) as tx:
        tx.execute(update(cases).where(cases.c.id == case.case).values(state="suspended"))
    company.pass_time(hours=9)
    assert company.tick().clocks == 0


def test_an_absent_person_is_stood_in_for_and_nobody_is_told_twice(company: Company):
    company.open_case(company.deploy(model()))
    company.staff.absent[ANNA] = CLARA
    company.pass_time(hours=4)
    company.tick()
    assert company.told() == [("due", "clara")]


def test_an_unclaimed_task_is_told_to_the_lead_of_its_group(company: Company):
    company.staff.groups["group:sales"] = [ANNA, BEN]
    company.staff.leads["group:sales"] = BEN
    company.open_case(company.deploy(model()), None, candidates=["group:sales"])
    company.pass_time(hours=3)
    company.tick()
    assert company.told() == [("warn", "ben")]


def test_a_group_without_a_lead_is_told_whole(company: Company):
    company.staff.groups["group:sales"] = [ANNA, BEN]
    company.open_case(company.deploy(model()), None, candidates=["group:sales"])
    company.pass_time(hours=3)
    company.tick()
    assert company.told() == [("warn", "anna"), ("warn", "ben")]


def test_when_nobody_is_found_the_process_owner_is_told_why(company: Company):
    company.staff.gone.add(ANNA)
    company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    company.tick()
    (told,) = company.rows(channel="inbox")
    assert told.recipient == DORA
    assert told.data["reason"] == "nobody is responsible"


def test_words_for_people_are_those_of_the_process(company: Company):
    ladder = GENTLE.replace('notify="responsible"', 'notify="starter, deal.owner, staff:dora"')
    company.open_case(company.deploy(model(ladder=ladder)))
    company.pass_time(hours=3)
    company.tick()
    assert company.told() == [("warn", "ben"), ("warn", "dora")]


def test_a_level_may_wait_for_the_opening(company: Company):
    late = (
        '<kontor:level id="late" at="due + PT4H" notify="manager of responsible" hours="opening"/>'
    )
    ladder = f'<kontor:ladder id="gentle">{late}</kontor:ladder>'
    case = company.open_case(company.deploy(model(ladder=ladder)))
    assert company.clock(case.clock).next_fire_at.isoformat() == "2026-01-06T09:00:00+00:00"


def test_a_paused_clock_waits_and_goes_on(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=2)
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "the client is on holiday")
    company.pass_time(hours=5)
    assert company.tick().clocks == 0
    with transaction.begin(company.store, ANNA) as tx:
        clocks.resume(tx, case.clock)
    assert company.clock(case.clock).due_at.isoformat() == "2026-01-06T10:00:00+00:00"
    company.until("2026-01-06T09:00:00+00:00")
    company.tick()
    assert company.told() == [("warn", "anna")]
    assert [
        row.kind for row in (*company.happened("clock_paused"), *company.happened("clock_resumed"))
    ]


def test_a_pause_over_its_cap_is_told_once(company: Company):
    case = company.open_case(company.deploy(model()))
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "waiting", until=Deadline.parse("2 business days"))
    company.until("2026-01-07T09:00:00+00:00")
    assert company.tick().clocks == 1
    assert company.tick().clocks == 0
    assert company.told() == [("pause-cap", "anna"), ("pause-cap", "dora")]
    assert company.clock(case.clock).state == "paused"


def test_another_due_date_begins_the_ladder_again(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    company.tick()
    with transaction.begin(company.store, CLARA) as tx:
        clocks.override(tx, case.clock, company.store.clock().replace(day=9), "client asked")
    assert company.clock(case.clock).epoch == 2
    company.until("2026-01-09T12:00:00+00:00")
    company.tick()
    assert company.told() == [("warn", "anna"), ("due", "anna"), ("due", "clara")]
    with transaction.read(company.store, ANNA) as tx:
        task = tx.execute(tasks.select().where(tasks.c.id == case.task)).one()
    assert task.due_at == company.clock(case.clock).due_at


def test_commands_on_clocks_say_why_they_refuse(company: Company):
    case = company.open_case(company.deploy(model()))
    with (
        pytest.raises(Rejection, match=r"case\.reassign"),
        transaction.begin(company.store, BEN) as tx,
    ):
        clocks.pause(tx, case.clock, "for fun")
    with (
        pytest.raises(Rejection, match="reason"),
        transaction.begin(company.store, ANNA) as tx,
    ):
        clocks.override(tx, case.clock, tx.now, " ")
    with (
        pytest.raises(Rejection, match="nobody paused it"),
        transaction.begin(company.store, ANNA) as tx,
    ):
        clocks.resume(tx, case.clock)


def test_a_clock_explains_itself_and_what_comes(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=2)
    with transaction.begin(company.store, ANNA) as tx:
        clocks.pause(tx, case.clock, "waiting for the client")
    company.pass_time(hours=1)
    with transaction.read(company.store, ANNA) as tx:
        pieces = clocks.explain(tx, case.clock)
        steps = clocks.preview(tx, case.clock)
    assert [(piece.kind, piece.note) for piece in pieces] == [
        ("worked", ""),
        ("paused", "waiting for the client"),
        ("worked", ""),
    ]
    assert [step.level.id for step in steps] == ["warn", "due", "late"]
    assert steps[1].at.hour == 14


def test_more_clocks_than_a_batch_are_all_done(company: Company):
    definition = company.deploy(model())
    for number in range(7):
        company.open_case(definition, subject=f"deal:{number}")
    company.pass_time(hours=3)
    assert sweeps.run(company.store, batch=3) == sweeps.Swept(together=7)
    assert len(company.told()) == 7


def test_many_sweepers_tell_each_person_once(company: Company):
    definition = company.deploy(model())
    for number in range(30):
        company.open_case(definition, subject=f"deal:{number}")
    company.pass_time(hours=4)
    together = threading.Barrier(3)
    done: list[sweeps.Swept] = []

    def sweep() -> None:
        together.wait()
        done.append(sweeps.run(company.store, batch=4))

    threads = [threading.Thread(target=sweep) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each.together for each in done) == 30
    assert len(company.told()) == 60


def test_a_clock_that_cannot_be_read_stops_no_other(company: Company):
    definition = company.deploy(model())
    broken = company.open_case(definition)
    company.open_case(definition, BEN)
    with transaction.begin(company.store, ANNA) as tx:
        table = clocks.clocks
        tx.execute(update(table).where(table.c.id == broken.clock).values(deadline="nonsense"))
    company.pass_time(hours=3)
    counts = company.tick()
    assert (counts.clocks, counts.failed) == (1, 1)
    assert company.told() == [("warn", "ben")]
    assert company.tick().failed == 0
    assert len(company.happened("clock_postponed")) == 1


def test_doctor_makes_caches_again_from_facts(company: Company):
    case = company.open_case(company.deploy(model()))
    table = clocks.clocks
    with transaction.begin(company.store, ANNA) as tx:
        assert list(check.differences(tx)) == []
        wrong = {"due_at": tx.now, "next_fire_at": None}
        tx.execute(update(table).where(table.c.id == case.clock).values(**wrong))
    with transaction.begin(company.store, "system") as tx:
        (found,) = check.differences(tx)
        assert "due_at is" in str(found)
        check.mend(tx, found)
    with transaction.read(company.store, ANNA) as tx:
        assert list(check.differences(tx)) == []
    assert company.clock(case.clock).due_at.hour == 13


def test_what_was_seen_counts_as_read(company: Company):
    company.open_case(company.deploy(model()))
    company.pass_time(hours=3)
    company.tick()
    with transaction.begin(company.store, ANNA) as tx:
        assert alerts.unread_count(tx, ANNA) == 1
        (entry,) = alerts.inbox(tx, ANNA)
        alerts.seen(tx, ANNA, [entry.id])
    with transaction.read(company.store, ANNA) as tx:
        assert alerts.unread_count(tx, ANNA) == 0
        assert alerts.inbox(tx, ANNA, unread=True) == []
        assert len(alerts.inbox(tx, ANNA)) == 1


def test_news_are_told_once(company: Company):
    for _ in range(2):
        with transaction.begin(company.store, ANNA) as tx:
            alerts.tell(tx, BEN, source="comment:9", level="mention", kind="mention")
    assert company.told() == [("mention", "ben")]
