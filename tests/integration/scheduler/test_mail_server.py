"""A mail server that misbehaves at every step of a mail: nothing is lost, and no alert gets a second Message-ID."""

from __future__ import annotations

import pytest

from scheduler.delivery import smtp
from scheduler.delivery.claims import Posted
from tests.integration.scheduler.company import Company
from tests.integration.scheduler.test_delivery import Office, warned
from tests.support.mail import MailServer, Verb

VERBS: tuple[Verb, ...] = ("EHLO", "MAIL", "RCPT", "DATA")


@pytest.fixture
def office(company: Company, smtp: MailServer) -> Office:
    return Office(company, smtp)


def then_behaves(office: Office) -> None:
    """Let the server behave and the next try come; the mail must arrive, under one Message-ID."""
    office.server.behave()
    office.company.pass_time(minutes=2)
    assert office.post() == Posted(sent=1)
    assert len({mail.message_id for mail in office.server.received}) == 1
    (row,) = office.company.rows(channel="mail")
    assert row.message_id == office.server.received[0].message_id


@pytest.mark.parametrize("verb", VERBS)
def test_a_passing_refusal_at_any_step_is_tried_again(office: Office, verb: Verb):
    warned(office)
    office.server.refuse("452 4.3.1 The disk is full", at=verb)
    assert office.post() == Posted(later=1)
    assert office.server.received == []
    assert "452" in office.company.rows(channel="mail")[0].last_error
    then_behaves(office)


@pytest.mark.parametrize("verb", VERBS)
def test_a_lasting_refusal_is_a_dead_letter_only_where_it_is_about_this_mail(
    office: Office, verb: Verb
):
    """Greeting and sender are the same for every mail: a refusal there is a setting to mend."""
    warned(office)
    office.server.refuse("554 5.7.1 Not here", at=verb)
    is_ours = verb in ("EHLO", "MAIL")
    assert office.post() == (Posted(later=1) if is_ours else Posted(dead=1))
    assert office.server.received == []
    if is_ours:
        then_behaves(office)


def test_a_server_that_answers_too_late_gets_the_same_mail_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(smtp, "TIMEOUT", 0.2)
    warned(office)
    office.server.delay(0.5)
    assert office.post() == Posted(later=1)
    monkeypatch.undo()
    then_behaves(office)


def test_a_connection_broken_before_the_last_dot_counts_for_nothing(office: Office):
    warned(office)
    office.server.drop("unreceived")
    assert office.post() == Posted(later=1)
    then_behaves(office)
    assert len(office.server.received) == 1
