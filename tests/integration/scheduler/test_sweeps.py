"""What has come is told to the right people, once, however often and by however many it is swept."""

from __future__ import annotations

import threading

from sqlalchemy import update

from engine import clocks
from engine.waiting.cases import cases
from ledger import transaction
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
