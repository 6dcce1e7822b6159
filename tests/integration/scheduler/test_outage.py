"""After an outage everything is recorded, and each person gets one summary."""

from __future__ import annotations

from functools import partial

from ledger import transaction
from scheduler import outage, sweeps, webhooks
from tests.integration.scheduler.company import ANNA, BEN, CHAT, CLARA, Company, model

NIGHT = "2026-01-06T08:00:00+00:00"


def test_missed_levels_are_recorded_but_only_the_highest_is_told(company: Company):
    company.open_case(company.deploy(model()))
    company.until(NIGHT)
    company.tick()
    assert company.told() == [("late", "clara")]
    assert company.told(state="none") == [("warn", "anna"), ("due", "anna"), ("due", "clara")]
    lateness = {row.level: row.late_seconds // 3600 for row in company.rows(channel="inbox")}
    assert lateness == {"warn": 20, "due": 19, "late": 15}


def test_a_single_late_alert_is_an_ordinary_mail(company: Company):
    company.open_case(company.deploy(model()))
    company.until(NIGHT)
    company.tick()
    assert company.told("mail", "pending") == [("late", "clara")]


def test_each_person_gets_one_summary_of_many_cases(company: Company):
    definition = company.deploy(model())
    for number in range(5):
        company.open_case(definition, ANNA if number % 2 else BEN, subject=f"deal:{number}")
    company.until("2026-01-05T14:00:00+00:00")
    assert company.tick().summaries == 3
    assert company.told("mail", "pending") == [
        ("summary", "anna"),
        ("summary", "ben"),
        ("summary", "clara"),
    ]
    assert len(company.told()) == 10
    (clara,) = company.rows(channel="mail", recipient=CLARA, state="pending")
    assert clara.data["count"] == 5
    folded = company.rows(folded_into=clara.id)
    assert len(folded) == 5
    assert company.tick().summaries == 0


def test_of_one_case_only_the_highest_alert_is_told(company: Company):
    whole = '<kontor:clock kind="case" deadline="PT8H" ladder="gentle"/>'
    company.open_case(company.deploy(model(case=whole)), whole=True)
    company.until(NIGHT)
    company.tick()
    assert sorted(company.told()) == [("due", "anna"), ("late", "clara")]
    sources = {row.source for row in company.rows(channel="inbox", recipient=CLARA, level="late")}
    assert len(sources) == 1


def test_nothing_is_summed_up_while_something_late_is_left(company: Company):
    definition = company.deploy(model())
    for number in range(5):
        company.open_case(definition, subject=f"deal:{number}")
    company.until("2026-01-05T14:00:00+00:00")
    sweeps.run_once(company.store, batch=2)
    assert outage.settle(company.store) == 0
    assert company.told() == []
    sweeps.run(company.store, batch=2)
    assert outage.settle(company.store) == 2


def test_what_a_crash_left_is_settled_later_and_only_once(company: Company):
    definition = company.deploy(model())
    for number in range(4):
        company.open_case(definition, subject=f"deal:{number}")
    company.until("2026-01-05T14:00:00+00:00")
    sweeps.run(company.store)
    with transaction.begin(company.store, "worker") as tx:
        number = outage.current(tx, tx.now)
    transaction.run(company.store, "worker", partial(outage._tell, outage_id=number, person=ANNA))
    assert outage.settle(company.store) == 1
    assert company.told("mail", "pending") == [("summary", "anna"), ("summary", "clara")]
    with transaction.read(company.store, "worker") as tx:
        assert outage.held_count(tx) == 0


def test_what_is_in_time_is_never_held(company: Company):
    company.open_case(company.deploy(model()))
    company.pass_time(hours=3, minutes=9)
    company.tick()
    assert company.happened("outage_found") == []
    assert company.told("mail", "pending") == [("warn", "anna")]


def test_a_receiver_of_webhooks_hears_the_highest_level_of_each_case_once(company: Company):
    with transaction.begin(company.store, CLARA) as tx:
        webhooks.create(tx, {**CHAT, "url": "https://chat.example/hook"})
    whole = '<kontor:clock kind="case" deadline="PT8H" ladder="gentle"/>'
    company.open_case(company.deploy(model(case=whole)), whole=True)
    company.until("2026-01-07T12:30:00+00:00")
    sweeps.run(company.store)
    assert {row.state for row in company.rows(channel="webhook")} == {"held", "none"}
    company.tick()
    (told,) = company.rows(channel="webhook", state="pending")
    assert (told.level, told.rank) == ("late", max(row.rank for row in company.rows()))
    assert len(company.rows(channel="webhook", state="none")) == 5
