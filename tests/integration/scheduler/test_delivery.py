"""Mails go out by a real server: once, in the reader's language, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import pytest

from ledger import transaction
from scheduler import dead_letters
from scheduler.delivery import claims, post
from scheduler.delivery.claims import Posted
from scheduler.ports import Address
from tests.integration.scheduler.company import ANNA, BEN, CLARA, Company, model
from tests.support.mail import MailServer


@dataclass(frozen=True)
class Settings:
    """How the tests' mail server is reached."""

    smtp_port: int
    smtp_host: str = "127.0.0.1"
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_tls: str = "none"
    mail_from: str = "Kontor <kontor@office.example>"
    mail_budget: int = 0
    outbound_hosts: str = ""
    tick_seconds: float = 1.0


@dataclass
class Office:
    """A company with its mail server."""

    company: Company
    server: MailServer

    def post(self) -> Posted:
        return post.run(self.company.store, Settings(self.server.port))


@pytest.fixture
def office(company: Company, smtp: MailServer) -> Office:
    return Office(company, smtp)


def warned(office: Office) -> int:
    """Let one case reach its warning; return its task."""
    waiting = office.company.open_case(office.company.deploy(model()))
    office.company.pass_time(hours=3)
    office.company.tick()
    return waiting.task


def test_a_mail_says_what_is_due_and_leads_to_the_task(office: Office):
    task = warned(office)
    assert office.post() == Posted(sent=1)
    (mail,) = office.server.received
    assert mail.recipients == ("anna@example.org",)
    assert mail.message["Subject"] == "First contact: due Mon 5 Jan 2026, 13:00"
    assert f"http://kontor.test/tasks/{task}" in mail.text
    assert "Order no. 17" in mail.text
    html = mail.message.get_body(("html",))
    assert html is not None
    assert f'href="http://kontor.test/tasks/{task}"' in html.get_content()
    assert office.post() == Posted()


def test_a_mail_is_written_in_its_readers_language_and_zone(office: Office):
    address = Address("Anna", "anna@example.org", "fr", "Europe/Paris")
    office.company.staff.addresses[ANNA] = address
    warned(office)
    office.post()
    (mail,) = office.server.received
    assert (
        mail.message["Subject"]
        == "First contact\N{NO-BREAK SPACE}: échéance lun. 5 janv. 2026 à 14:00"
    )
    assert "Ouvrir la tâche\N{NO-BREAK SPACE}: http" in mail.text
    assert "Concerne\N{NO-BREAK SPACE}: Order no. 17" in mail.text


def test_a_record_that_the_reader_may_not_see_is_not_named(office: Office):
    office.company.open_case(office.company.deploy(model()), BEN, subject="deal:7")
    office.company.pass_time(hours=3)
    office.company.tick()
    office.post()
    assert "Order no. 7" not in office.server.received[0].text


def test_a_refused_mail_is_tried_again_under_the_same_message_id(office: Office):
    warned(office)
    office.server.drop("received")
    assert office.post().later == 1
    office.server.behave()
    assert office.post() == Posted()
    office.company.pass_time(minutes=2)
    assert office.post().sent == 1
    assert len({mail.message_id for mail in office.server.received}) == 1
    assert len(office.server.received) == 2


def test_a_passing_refusal_waits_longer_each_time(office: Office):
    warned(office)
    office.server.refuse()
    waits = []
    for _ in range(3):
        assert office.post().later == 1
        (row,) = office.company.rows(channel="mail")
        wait = row.next_try_at - office.company.store.clock()
        waits.append(wait.total_seconds() // 60)
        office.company.until(row.next_try_at.isoformat())
    assert waits == [1, 5, 15]
    assert "451" in row.last_error


def test_an_address_that_does_not_exist_is_a_dead_letter_that_can_be_sent_again(office: Office):
    warned(office)
    office.server.refuse("550 5.1.1 No such user")
    assert office.post().dead == 1
    with transaction.begin(office.company.store, "system") as tx:
        (dead,) = dead_letters.listed(tx)
        assert "No such user" in dead.last_error
        dead_letters.resend(tx, dead.id)
    office.server.behave()
    assert office.post().sent == 1
    assert office.server.received[0].message_id == dead.message_id


def test_a_mail_is_given_up_after_many_tries(office: Office):
    warned(office)
    office.server.refuse()
    tries = 0
    while office.company.rows(channel="mail", state="pending"):
        tries += 1
        assert tries < 20
        (row,) = office.company.rows(channel="mail")
        office.company.until(row.next_try_at.isoformat())
        office.post()
    assert tries == len(claims.BACK_OFF) + 1
    assert office.company.rows(channel="mail", state="dead")


def test_one_bad_address_stops_no_other(office: Office):
    office.company.open_case(office.company.deploy(model()))
    office.company.pass_time(hours=4)
    office.company.tick()
    office.server.refuse("550 5.1.1 No such user", "anna@example.org")
    posted = office.post()
    assert (posted.sent, posted.dead) == (1, 1)
    assert office.server.to("clara@example.org")


def test_without_a_server_mails_wait(office: Office):
    warned(office)
    office.server.stop()
    assert office.post().later == 1
    office.server.start()
    office.company.pass_time(minutes=2)
    assert office.post().sent == 1


def test_what_a_killed_process_had_claimed_is_sent_by_the_next(office: Office):
    warned(office)
    count, letters = post._claimed(office.company.store, Settings(office.server.port))
    assert count == len(letters) == 1
    assert office.post() == Posted()
    office.company.pass_time(minutes=11)
    assert office.post().sent == 1


def test_quiet_hours_hold_back_the_mail_but_not_the_inbox(office: Office):
    quiet = Address("Anna", "anna@example.org", "en", "UTC", time(18), time(8))
    office.company.staff.addresses[ANNA] = quiet
    office.company.open_case(office.company.deploy(model(deadline="P1D")))
    office.company.until("2026-01-06T03:00:00+00:00")
    office.company.tick()
    assert office.company.told() == [("warn", "anna")]
    assert office.post() == Posted()
    office.company.until("2026-01-06T08:00:00+00:00")
    assert office.post().sent == 1


def test_a_summary_leads_to_each_task(office: Office):
    definition = office.company.deploy(model())
    found = [office.company.open_case(definition, subject=f"deal:{n}") for n in range(3)]
    office.company.until("2026-01-05T14:00:00+00:00")
    office.company.tick()
    assert office.post().sent == 2
    (mail,) = office.server.to("clara@example.org")
    assert mail.message["Subject"] == "3 deadlines have come"
    assert all(f"http://kontor.test/tasks/{case.task}" in mail.text for case in found)


def test_nobody_without_an_address_is_mailed(office: Office):
    office.company.staff.addresses[CLARA] = Address("Clara", None)
    office.company.open_case(office.company.deploy(model()))
    office.company.pass_time(hours=4)
    office.company.tick()
    assert office.company.told("mail", "pending") == [("due", "anna")]
    assert ("due", "clara") in office.company.told()
