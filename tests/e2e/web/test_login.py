"""Coming in and going out."""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from crm_entities import passwords, sessions, staff
from ledger import transaction
from ledger.clock import VirtualClock
from ledger.store import Store
from scheduler.ports import Recipients
from tests.e2e.web.office import Office, words
from web import settings
from web.app import create_app

PASSWORD = "correct horse battery"
HASH = passwords.hashed(PASSWORD)


@pytest.fixture
def anna(office: Office) -> Office:
    """The office in which Anna has a password."""
    number = int(office.people["anna"].removeprefix("staff:"))
    office.run(lambda tx: staff.set_password(tx, number, HASH))
    return office


def enter(client: FlaskClient, password: str = PASSWORD, to: str = "") -> TestResponse:
    page = client.get("/login", query_string={"to": to}).text
    secret = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert secret is not None
    return client.post(
        "/login", data={"login": "Anna", "password": password, "to": to, "csrf_token": secret[1]}
    )


def count_sessions(store: Store) -> int:
    with transaction.read(store, "system") as tx:
        return tx.session.scalars(select(func.count()).select_from(sessions.SessionRow)).one()


def test_the_right_password_opens_a_session_in_a_cookie_that_no_script_can_read(anna: Office):
    client = anna.app.test_client()
    answer = enter(client)
    assert answer.headers["Location"] == "/tasks"
    cookie = next(
        line for line in answer.headers.getlist("Set-Cookie") if line.startswith("kontor=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert client.get("/tasks").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_login(anna: Office):
    answer = enter(anna.app.test_client(), "guessed wrong")
    assert answer.status_code == 403
    assert "do not belong together" in words(answer)
    assert 'value="Anna"' in answer.text
    assert "guessed wrong" not in answer.text


def test_a_mails_link_opens_the_exact_task_after_the_login(anna: Office):
    client, task = anna.app.test_client(), anna.task()
    first = client.get(f"/tasks/{task}")
    assert first.status_code == 303
    assert first.headers["Location"] == f"/login?to=/tasks/{task}"
    assert enter(client, to=f"/tasks/{task}").headers["Location"] == f"/tasks/{task}"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/x", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_a_link_never_leads_to_another_site(anna: Office, elsewhere: str):
    assert enter(anna.app.test_client(), to=elsewhere).headers["Location"] == "/tasks"


def test_leaving_the_page_ends_the_session_on_the_server(office: Office):
    anna = office.visitor("anna")
    client = anna._client
    value = client.get_cookie("kontor")
    assert value is not None
    anna.post("/logout")
    client.set_cookie("kontor", value.value)
    assert client.get("/tasks").status_code == 303


def test_a_login_clears_away_the_sessions_that_are_over(anna: Office, store_of_office: Store):
    enter(anna.app.test_client())
    over = count_sessions(store_of_office)
    later = VirtualClock(store_of_office.clock() + timedelta(days=15))
    store_of_office.clock = later
    enter(anna.app.test_client())
    assert over > 0
    assert count_sessions(store_of_office) == 1


def test_somebody_who_left_is_cut_off_at_once(office: Office):
    anna = office.visitor("anna")
    office.run(lambda tx: staff.leave(tx, int(anna.ref.removeprefix("staff:"))))
    assert anna.get("/tasks").status_code == 303


def test_too_many_tries_must_wait(office: Office, store_of_office: Store):
    strict = create_app(store_of_office, settings.load({}, login_limit="2 per minute").settings)
    client = strict.test_client()
    answers = [enter(client, "guess") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_many_tries_at_once_are_counted_one_by_one(anna: Office, store_of_office: Store):
    strict = create_app(store_of_office, settings.load({}, login_limit="5 per minute").settings)
    clients = [strict.test_client() for _ in range(12)]
    with ThreadPoolExecutor(len(clients)) as pool:
        codes = Counter(answer.status_code for answer in pool.map(enter, clients))
    assert codes == {303: 5, 429: 7}


def test_nobody_waits_for_a_password_to_be_checked(anna: Office, monkeypatch: pytest.MonkeyPatch):
    def written_meanwhile(known: str | None, password: str) -> bool:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(anna.run, lambda tx: tx.new_id()).result(timeout=5)
        return is_right(known, password)

    is_right = passwords.is_right
    monkeypatch.setattr(passwords, "is_right", written_meanwhile)
    assert enter(anna.app.test_client()).status_code == 303


@pytest.fixture
def store_of_office(office: Office) -> Store:
    return office.store


def test_quiet_hours_are_ones_own_and_hold_back_mail(office: Office):
    anna = office.visitor("anna")
    answer = anna.post("/me/mails", {"quiet_from": "20:00", "quiet_to": "07:00"})
    assert answer.status_code == 303
    assert 'value="20:00"' in anna.get("/me").text
    assert quiet_times(office) == (time(20), time(7))
    assert anna.post("/me/mails", {"quiet_from": "20:00"}).status_code == 422
    assert anna.post("/me/mails", {"quiet_from": "8", "quiet_to": "9"}).status_code == 422
    assert quiet_times(office) == (time(20), time(7))
    anna.post("/me/mails", {"quiet_from": "", "quiet_to": ""})
    assert quiet_times(office) == (None, None)


def quiet_times(office: Office) -> tuple[time | None, time | None]:
    """The hours without mail, as those who send it are told."""
    found = office.run(lambda tx: tx.port(Recipients).address(tx, office.people["anna"]))
    return found.quiet_from, found.quiet_until
