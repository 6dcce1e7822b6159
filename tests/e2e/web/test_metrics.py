"""Figures of the program: for a monitor with the token, and for the administrator."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

from flask.testing import FlaskClient

from ledger.clock import VirtualClock
from scheduler import heartbeat
from tests.e2e.web.office import Office
from web import settings
from web.app import create_app

LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [-+0-9.einf]+')


def scraped(office: Office, token: str) -> str:
    answer = _client(office).get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return answer.text


def _client(office: Office) -> FlaskClient:
    url = str(office.store.engine.url)
    loaded = settings.load({}, database=url, login_limit="", metrics_token="geheim").settings
    return create_app(office.store, loaded).test_client()


def value(text: str, name: str) -> float:
    return float(text.split(f"\n{name} ", 1)[1].split("\n", 1)[0])


def test_without_a_token_there_is_no_such_page(office: Office):
    assert office.app.test_client().get("/metrics").status_code == 404


def test_another_token_is_refused(office: Office):
    client = _client(office)
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 401


def test_a_monitor_reads_what_is_due_and_how_late(office: Office):
    clock = cast("VirtualClock", office.store.clock)
    heartbeat.tick(office.store)
    assert value(scraped(office, "geheim"), 'kontor_due{queue="clocks"}') == 0
    clock.move_to(clock.now + timedelta(hours=4))
    text = scraped(office, "geheim")
    assert value(text, 'kontor_due{queue="clocks"}') == 1
    assert value(text, "kontor_sweep_lateness_seconds") == 3600
    assert value(text, "kontor_heartbeat_age_seconds") == 4 * 3600
    assert value(text, 'kontor_cases{state="active"}') == 1
    assert value(text, "kontor_tasks_overdue") == 0
    assert value(text, 'kontor_pass_seconds_count{of="look"}') >= 1


def test_every_line_is_in_the_text_format(office: Office):
    heartbeat.tick(office.store)
    lines = scraped(office, "geheim").splitlines()
    plain = [line for line in lines if not line.startswith("# ")]
    assert plain
    assert [line for line in plain if not LINE.fullmatch(line)] == []
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))


def test_the_administrator_sees_the_same(office: Office):
    heartbeat.tick(office.store)
    page = office.visitor("ada").text("/health/figures")
    assert "Cases that are not over · active 1" in page
    assert "Passes of the scheduler · look" in page
    assert office.visitor("boss").get("/health/figures").status_code == 403
