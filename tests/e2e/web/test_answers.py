"""What every answer is like: closed to foreign code, honest about errors, nothing typed is lost."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from lxml import html

from scheduler import heartbeat
from tests.e2e.web import walk
from tests.e2e.web.office import Office, words
from web.languages import LANGUAGES

INLINE = (
    "//script[not(@src)] | //style | //@style | //@*[starts-with(name(), 'on')]"
    " | //@*[starts-with(normalize-space(.), 'javascript:')]"
)
"""What a page may not hold itself; words in a form, such as a mail's template, are no part of the page."""


def test_every_page_opens_for_the_administrator_and_has_nothing_inline(office: Office):
    ada = office.visitor("ada")
    for url in walk.pages(office):
        answer = ada.get(url)
        assert answer.status_code == 200, f"{url}: {answer.status} {words(answer)[:300]}"
        assert not html.fromstring(answer.data).xpath(INLINE), url


def test_every_page_opens_on_postgresql_too(office_on_postgresql: Office):
    ada = office_on_postgresql.visitor("ada")
    for url in walk.pages(office_on_postgresql):
        answer = ada.get(url)
        assert answer.status_code == 200, f"{url}: {answer.status} {words(answer)[:300]}"


def test_every_page_opens_in_a_language_that_was_chosen(office: Office):
    """The pages are dealt out among the languages: each is opened once."""
    ada, pages = office.visitor("ada"), list(walk.pages(office))
    for nth, language in enumerate(LANGUAGES):
        ada.post("/me", {"language": language})
        for url in pages[nth :: len(LANGUAGES)]:
            assert f'<html lang="{language}"' in ada.get(url).text, url


def test_the_policy_lets_no_foreign_code_in(office: Office):
    headers = office.visitor("anna").get("/tasks").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_a_program_is_told_of_a_problem_in_its_own_form(office: Office):
    answer = office.visitor("anna").get("/clients/999", Accept="application/json")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert (answer.json or {})["type"] == "urn:kontor:problem:not_found"
    assert "client 999" in (answer.json or {})["detail"]


def test_a_refused_form_shows_what_was_typed(office: Office):
    anna = office.visitor("anna")
    answer = anna.post(f"/clients/{office.client}/status", {"status": "active", "reason": ""})
    assert answer.status_code == 422
    answer = anna.post(f"/cases/{office.case}/cancel", {"reason": "the client called"})
    assert answer.status_code == 403
    assert "the client called" in words(answer)


def test_what_was_typed_when_the_session_had_ended_is_given_back(office: Office):
    anna = office.visitor("anna")
    secret = anna.secret()
    anna.post("/logout")
    answer = anna._client.post(
        f"/tasks/{office.task()}/comment", data={"text": "a long thought", "csrf_token": secret}
    )
    assert answer.status_code == 401
    assert "What you typed is still here" in words(answer)
    assert "a long thought" in words(answer)


def test_a_fault_is_said_without_its_innards(office: Office, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the secret innards")

    monkeypatch.setattr("web.tasklist.mine", fail)
    answer = office.visitor("anna").get("/tasks")
    assert answer.status_code == 500
    assert "innards" not in answer.text
    assert "Nothing was changed" in words(answer)


def test_health_tells_how_old_the_last_look_at_the_deadlines_is(office: Office):
    client = office.app.test_client()
    assert client.get("/health").status_code == 503
    heartbeat.tick(office.store)
    assert client.get("/health").json == {
        "state": "ok",
        "database": "ok",
        "heartbeat_age_seconds": 0.0,
    }
    office.store.clock.move_to(office.store.clock() + timedelta(minutes=5))  # type: ignore[attr-defined]  # a virtual one
    answer = client.get("/health")
    assert (answer.status_code, (answer.json or {})["heartbeat_age_seconds"]) == (503, 300.0)
    assert "the scheduler is not running" in office.visitor("anna").text("/tasks")


def test_a_form_cannot_send_its_sender_to_another_site(office: Office):
    anna = office.visitor("anna")
    answer = anna.post(
        f"/deals/{office.free_deal}/move", {"stage": "offered", "back": "https://evil.example/"}
    )
    assert answer.headers["Location"] == "/deals?pipeline=sales"


def test_a_note_that_somebody_changed_is_not_believed(office: Office):
    client = office.app.test_client()
    secret = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").text)
    note = client.get_cookie("kontor_note")
    assert secret is not None
    assert note is not None
    typed = {"login": "Anna", "password": "guess", "csrf_token": secret[1]}
    assert client.post("/login", data=typed).status_code == 403
    client.set_cookie("kontor_note", note.value[1:])
    assert client.post("/login", data=typed).status_code == 400
