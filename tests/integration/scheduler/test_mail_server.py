"""A mail server that misbehaves at every step of a mail: nothing is lost, and no alert gets a second Message-ID."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import alerts
from scheduler.delivery import smtp, unwritten
from scheduler.delivery.claims import Posted
from tests.integration.scheduler.company import Company, model
from tests.integration.scheduler.test_delivery import Office, warned
from tests.support.mail import Mail, MailServer, Verb

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


class Received(list[Mail]):
    """The mails of a server; when the first has come, something happens."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self._then = then

    def append(self, mail: Mail) -> None:
        super().append(mail)
        if len(self) == 1:
            self._then()


def test_a_mail_that_was_sent_while_the_database_failed_is_not_sent_again(
    office: Office, database_url: str
):
    """On SQLite another program holds it, on PostgreSQL every connection is cut."""
    store, company = office.company.store, office.company
    program = Store.open(database_url)
    other = program.engine.connect()
    cut = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def fail() -> None:
        other.exec_driver_sql("SELECT 1" if store.is_sqlite else cut)

    if store.is_sqlite:
        other.info["begin"] = "BEGIN IMMEDIATE"
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    definition = company.deploy(model())
    for _ in range(3):
        company.open_case(definition)
    company.pass_time(hours=3)
    company.tick()
    office.server.received = Received(fail)
    with pytest.raises(DBAPIError):
        office.post()
    other.close()
    program.close()
    assert office.post() == Posted(sent=2)
    assert len({mail.message_id for mail in office.server.received}) == 3
    assert len(office.server.received) == 3
    assert {row.state for row in company.rows(channel="mail")} == {"sent"}


def test_a_refusal_that_holds_what_no_text_may_hold_is_kept_without_it(office: Office):
    warned(office)
    office.server.refuse("452 The disk\x00 is\x1b full")
    assert office.post() == Posted(later=1)
    assert office.company.rows(channel="mail")[0].last_error == "452 The disk is full"
    then_behaves(office)


def test_what_can_never_be_written_down_keeps_nothing_else_from_it(store: Store):
    def wrong(tx: Transaction) -> None:
        tx.execute(insert(alerts.alerts).values(id=1))

    with pytest.raises(IntegrityError):
        unwritten.write(store, wrong)
    unwritten.catch_up(store)

    cut = [OperationalError("UPDATE", None, Exception("the server went away"))]
    done: list[str] = []

    def late(tx: Transaction, then: Callable[[Transaction], None]) -> None:
        if cut:
            raise cut.pop()
        then(tx)

    with pytest.raises(OperationalError):
        unwritten.write(
            store, partial(late, then=wrong), [lambda _: done.append("the one behind it")]
        )
    unwritten.catch_up(store)
    assert done == ["the one behind it"]
