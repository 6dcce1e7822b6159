"""A key that sends too many requests is told when to come again; other keys do not notice."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from ledger.rejection import Rejection
from tests.e2e.web.office import Office
from tests.support.api_program import Program
from web import settings
from web.app import create_app


def statements(office: Office, ask: Callable[[], object]) -> int:
    """How many statements the database got while something was asked."""
    heard: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        heard.append(statement)

    event.listen(office.store.engine, "before_cursor_execute", hear)
    ask()
    event.remove(office.store.engine, "before_cursor_execute", hear)
    return len(heard)


def office_at(office: Office, pace: str) -> Office:
    given = settings.load({}, login_limit="", api_limit=pace, key_limit="3 per hour").settings
    return dataclasses.replace(office, app=create_app(office.store, given))


def test_who_sends_too_much_is_told_when_to_come_again(office: Office):
    slow = office_at(office, "3 per hour")
    robot, other = Program(slow, "ada"), Program(slow, "ada")
    answers = [robot.ask("GET", "/tasks") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    told = answers[-1]
    assert told.content_type == "application/problem+json"
    assert told.json["type"] == "urn:kontor:problem:too_many_requests"
    assert "3 per 1 hour" in told.json["detail"]
    assert 3500 <= int(told.headers["Retry-After"]) <= 3600
    assert other.ask("GET", "/tasks").status_code == 200
    assert slow.app.test_client().get("/api/v1/openapi.json").status_code == 200


def test_without_a_limit_nobody_is_kept_waiting(office: Office):
    robot = Program(office_at(office, ""), "ada")
    assert {robot.ask("GET", "/tasks").status_code for _ in range(20)} == {200}


def test_a_limit_that_is_none_is_told_at_the_start(office: Office):
    with pytest.raises(Rejection, match="6000 per minute, but got 'soon'"):
        office_at(office, "soon")


def test_who_guesses_keys_is_told_to_stop_and_a_known_key_beside_him_is_not(office: Office):
    guarded = office_at(office, "")
    robot, late, thief = (Program(guarded, "ada") for _ in range(3))
    robot.get("/tasks")
    good, thief.key = thief.key, "kontor_guessed"
    codes = [thief.ask("GET", "/tasks").status_code for _ in range(5)]
    assert codes == [401, 401, 401, 429, 429]
    assert 3500 <= int(thief.ask("GET", "/tasks").headers["Retry-After"]) <= 3600
    assert robot.ask("GET", "/tasks").status_code == 200
    assert late.ask("GET", "/tasks").status_code == 200
    asked = statements(guarded, lambda: thief.ask("GET", "/tasks"))
    assert (asked, thief.ask("GET", "/tasks").status_code) == (0, 429)
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    thief.key = good
    assert thief.ask("GET", "/tasks", **elsewhere).status_code == 200
