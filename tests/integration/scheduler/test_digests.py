"""Mails as people want them: at once, in digests, or not; and no more in an hour than the budget allows."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from ledger import transaction
from scheduler import alerts, digests, workers
from scheduler.delivery import claims, post
from scheduler.delivery.claims import Posted
from scheduler.ports import Address
from tests.integration.scheduler.company import ANNA, Company, model
from tests.integration.scheduler.test_delivery import Office, Settings
from tests.support.mail import MailServer

ADDRESS = Address("Anna", "anna@example.org", "en", "UTC")


@pytest.fixture
def office(company: Company, smtp: MailServer) -> Office:
    return Office(company, smtp)


def warned(office: Office, count: int = 3, address: Address = ADDRESS) -> None:
    """Let some cases of Anna's reach their warning at 12:00."""
    office.company.staff.addresses[ANNA] = address
    definition = office.company.deploy(model())
    for number in range(count):
        office.company.open_case(definition, ANNA, subject=f"deal:{number}")
    office.company.pass_time(hours=3)
    office.company.tick()


def budgeted(office: Office, budget: int) -> Posted:
    return post.run(office.company.store, replace(Settings(office.server.port), mail_budget=budget))


def test_news_wanted_hourly_come_as_one_mail_at_the_full_hour(office: Office):
    warned(office, address=replace(ADDRESS, ways={"deadline_near": "hourly"}))
    assert office.post() == Posted()
    assert len(office.company.rows(channel="inbox", state="delivered")) == 3
    office.company.pass_time(minutes=59)
    assert office.company.tick().digests == 0
    office.company.until("2026-01-05T13:00:00+00:00")
    assert office.company.tick().digests == 1
    (digest,) = office.company.rows(kind="digest")
    assert len(office.company.rows(folded_into=digest.id, state="none")) == 3
    office.post()
    mails = [m for m in office.server.to("anna@example.org") if "3 news" in m.message["Subject"]]
    assert len(mails) == 1
    assert "Order no. 2" in mails[0].text
    assert office.company.tick().digests == 0


def test_a_daily_digest_waits_for_its_time_in_the_readers_zone(office: Office):
    daily = replace(
        ADDRESS, zone="Europe/Paris", ways={"deadline_near": "daily"}, daily_at=time(7, 30)
    )
    warned(office, address=daily)
    with transaction.read(office.company.store, "system") as tx:
        assert digests.next_at(tx) is not None
        assert str(digests.next_at(tx)) == "2026-01-06 06:30:00+00:00"


def test_news_that_nobody_wants_by_mail_are_in_the_inbox(office: Office):
    warned(office, address=replace(ADDRESS, ways={"deadline_near": "never"}))
    assert office.company.rows(channel="mail") == []
    assert office.company.told() == [("warn", "anna")] * 3


def test_only_a_digest_can_be_unsubscribed_from(office: Office):
    warned(office, count=2, address=replace(ADDRESS, ways={"deadline_near": "hourly"}))
    office.company.until("2026-01-05T13:00:00+00:00")
    office.company.tick()
    office.post()
    headers = {
        mail.message["Subject"].startswith("2 news"): mail.message["List-Unsubscribe"]
        for mail in office.server.to("anna@example.org")
    }
    assert headers == {True: f"<http://kontor.test/unsubscribe/{ANNA}>", False: None}


def test_small_news_beyond_the_budget_fold_into_a_digest(office: Office):
    warned(office, count=7)
    assert budgeted(office, 2) == Posted(sent=2)
    assert len(office.company.rows(channel="mail", state="folded")) == 5
    assert len(office.company.rows(channel="inbox", state="delivered")) == 7
    office.company.until("2026-01-05T13:00:00+00:00")
    assert office.company.tick().digests == 1
    (digest,) = office.company.rows(kind="digest")
    assert digest.data["count"] == 5


def test_what_is_overdue_is_never_folded(office: Office):
    office.company.staff.addresses[ANNA] = ADDRESS
    with transaction.begin(office.company.store, "system") as tx:
        for number in range(4):
            alerts.tell(tx, ANNA, source=f"task:{number}", level="late", kind="deadline_overdue")
    assert budgeted(office, 1) == Posted(sent=4)


def test_a_person_has_a_budget_of_his_own(office: Office):
    warned(office, count=3, address=replace(ADDRESS, budget=1))
    assert budgeted(office, 0) == Posted(sent=1)


def test_a_mail_that_may_have_arrived_is_not_folded(office: Office):
    warned(office, count=2)
    office.server.drop("received")
    assert budgeted(office, 2).later == 2
    office.server.behave()
    office.company.pass_time(minutes=2)
    assert budgeted(office, 1) == Posted(sent=2)
    assert len({mail.message_id for mail in office.server.received}) == 2


def test_two_workers_make_one_digest(office: Office):
    warned(office, address=replace(ADDRESS, ways={"deadline_near": "hourly"}))
    office.company.until("2026-01-05T13:00:00+00:00")
    assert digests.gather(office.company.store) == 1
    with transaction.begin(office.company.store, "worker") as tx:
        assert digests._gather(tx, ANNA) == 0
    assert len(office.company.rows(kind="digest")) == 1


def test_what_a_dead_worker_held_is_free_after_its_heartbeat_and_not_before(office: Office):
    warned(office, count=1)
    store = office.company.store
    name = workers.new_name()
    transaction.run(store, "worker", lambda tx: workers.beat(tx, name))
    post._claimed(store, Settings(office.server.port), name)
    office.company.pass_time(seconds=8)
    assert transaction.run(store, "worker", claims.release) == 0
    transaction.run(store, "worker", lambda tx: workers.beat(tx, name))
    office.company.pass_time(seconds=11)
    assert transaction.run(store, "worker", claims.release) == 0
    office.company.pass_time(seconds=2)
    assert transaction.run(store, "worker", claims.release) == 1
    assert office.post() == Posted(sent=1)
