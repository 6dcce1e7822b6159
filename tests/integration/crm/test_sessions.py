"""Logging in, staying in, and being cut off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from crm_entities import logins, passwords, sessions, staff
from crm_entities.sessions import SessionRow
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store
from tests.integration.crm.conftest import Company


def log_in(store: Store, login: str, password: str) -> str:
    """The name of who was let in, as the login page goes about it."""
    with transaction.read(store, "system") as tx:
        known = logins.look(tx, login)
    proof = logins.check(known, password)
    with transaction.begin(store, "system") as tx:
        return logins.enter(tx, proof).name


def test_who_gets_another_password_meanwhile_is_not_let_in(store: Store, company: Company):
    with transaction.read(store, "system") as tx:
        proof = logins.check(logins.look(tx, "ben"), "a good password")
    with transaction.begin(store, company.admin) as tx:
        staff.set_password(tx, company.number(company.ben), passwords.hashed("another password"))
    with pytest.raises(Rejection), transaction.begin(store, "system") as tx:
        logins.enter(tx, proof)


def test_a_login_and_its_password_belong_together(store: Store, company: Company):
    assert log_in(store, " BEN ", "a good password") == "Ben Carter"


@pytest.mark.parametrize(
    ("login", "password"), [("ben", "another password"), ("nobody", "a good password"), ("eve", "")]
)
def test_what_was_wrong_is_not_told(store: Store, company: Company, login: str, password: str):
    with pytest.raises(Rejection) as refusal:
        log_in(store, login, password)
    assert refusal.value.reason == "forbidden"
    assert "do not belong together" in refusal.value.sentence


def test_a_cookie_finds_its_session_in_one_select(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        cookie = sessions.start(tx, company.number(company.ben))
    statements = []
    event.listen(
        store.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: statements.append(statement),
    )
    with transaction.read(store, "system") as tx:
        session = sessions.find(tx, cookie)
    assert session is not None
    assert session.viewer.actor == company.ben
    assert session.viewer.teams == {company.sales}
    assert [text for text in statements if "SELECT" in text and "crm_" in text] == statements[-1:]


def test_the_database_does_not_know_the_cookie(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        cookie = sessions.start(tx, company.number(company.ben))
        row = tx.session.scalars(select(SessionRow)).one()
    assert cookie not in {row.id, row.csrf}
    with transaction.read(store, "system") as tx:
        assert sessions.find(tx, row.id) is None


def test_a_session_nobody_uses_is_over(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        cookie = sessions.start(tx, company.number(company.ben))
    store.clock.now += timedelta(days=13)  # type: ignore[attr-defined]
    with transaction.begin(store, company.ben) as tx:
        found = sessions.find(tx, cookie)
        assert found is not None
        assert sessions.is_stale(found, tx.now)
        sessions.touch(tx, found)
    store.clock.now += timedelta(days=13)  # type: ignore[attr-defined]
    with transaction.read(store, "system") as tx:
        assert sessions.find(tx, cookie) is not None
    store.clock.now += timedelta(days=14)  # type: ignore[attr-defined]
    with transaction.begin(store, "system") as tx:
        assert sessions.find(tx, cookie) is None
        sessions.sweep(tx)
        assert tx.session.scalars(select(SessionRow)).all() == []


def test_a_leaver_is_cut_off_at_once(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        cookie = sessions.start(tx, company.number(company.ben))
    with transaction.begin(store, company.admin) as tx:
        staff.leave(tx, company.number(company.ben))
    with transaction.begin(store, "system") as tx:
        assert sessions.find(tx, cookie) is None
    with pytest.raises(Rejection):
        log_in(store, "ben", "a good password")
    with transaction.begin(store, company.admin) as tx:
        staff.come_back(tx, company.number(company.ben))
    with transaction.read(store, "system") as tx:
        assert sessions.find(tx, cookie) is None


def test_a_new_password_ends_every_session(store: Store, company: Company):
    number, fresh = company.number(company.ben), passwords.hashed("another password")
    with transaction.begin(store, company.ben) as tx:
        cookies = [sessions.start(tx, number), sessions.start(tx, number)]
    with (
        pytest.raises(Rejection, match="present password"),
        transaction.begin(store, company.ben) as tx,
    ):
        staff.set_password(tx, number, fresh, proved=fresh)
    with transaction.begin(store, company.ben) as tx:
        present = logins.of_member(tx, number).hash
        staff.set_password(tx, number, fresh, proved=present)
    with transaction.read(store, "system") as tx:
        assert [sessions.find(tx, cookie) for cookie in cookies] == [None, None]
    assert log_in(store, "ben", "another password") == "Ben Carter"
