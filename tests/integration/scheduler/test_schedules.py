"""Processes that begin by the calendar: at the right wall time, and once after an outage."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import calendars
from engine.waiting.cases import cases
from ledger import transaction
from scheduler import schedules
from tests.integration.scheduler.company import OFFICE, Company, model


def monthly(line: str = "0 9 1 * *", *, calendar: str = "") -> bytes:
    """Return a process that begins by itself and is about nothing."""
    xml = model().decode().replace('subject="deal" ', calendar)
    start = f'<kontor:start every="{line}"/>\n    </extensionElements>\n    <startEvent'
    return xml.replace("</extensionElements>\n    <startEvent", start).encode()


def begun(company: Company) -> int:
    with transaction.read(company.store, "system") as tx:
        return len(tx.execute(select(cases)).all())


def test_a_case_begins_when_its_line_says(company: Company):
    company.deploy(monthly())
    company.tick()
    company.until("2026-02-01T08:59:59+00:00")
    assert company.tick().started == 0
    company.until("2026-02-01T09:00:00+00:00")
    assert company.tick().started == 1
    assert company.tick().started == 0
    assert begun(company) == 1


def test_missed_runs_are_made_up_for_once(company: Company):
    company.deploy(monthly())
    company.tick()
    company.until("2026-06-15T12:00:00+00:00")
    assert company.tick().started == 1
    company.until("2026-07-01T09:00:00+00:00")
    assert company.tick().started == 1


def test_the_zone_is_that_of_the_definitions_calendar(company: Company):
    with transaction.begin(company.store, "system") as tx:
        calendars.define(tx, "tokyo", {**OFFICE, "timezone": "Asia/Tokyo"})
    company.deploy(monthly("30 8 * * *", calendar='calendar="tokyo" '))
    company.tick()
    company.until("2026-01-05T23:29:00+00:00")
    assert company.tick().started == 0
    company.until("2026-01-05T23:30:00+00:00")
    assert company.tick().started == 1


def test_a_new_version_brings_its_own_lines(company: Company):
    company.deploy(monthly())
    company.tick()
    company.deploy(monthly("0 9 2 * *"))
    company.tick()
    company.until("2026-02-01T09:00:00+00:00")
    assert company.tick().started == 0
    company.until("2026-02-02T09:00:00+00:00")
    assert company.tick().started == 1


def test_a_refused_start_is_kept_and_the_next_is_not_lost(company: Company):
    needs_a_deal = monthly(calendar='subject="deal" ')
    company.deploy(needs_a_deal)
    company.tick()
    company.until("2026-02-01T09:00:00+00:00")
    assert company.tick().started == 0
    assert begun(company) == 0
    with transaction.read(company.store, "system") as tx:
        row = tx.execute(select(schedules.schedules)).one()
    assert row.last_error
    assert row.next_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
    assert len(company.happened("scheduled_start_refused")) == 1


@pytest.mark.parametrize(
    ("line", "now", "then"),
    [
        ("30 2 * * *", "2026-03-28T12:00", "2026-03-29T01:00"),
        ("30 2 * * *", "2026-10-24T12:00", "2026-10-25T00:30"),
        ("30 2 * * *", "2026-10-25T00:30", "2026-10-26T01:30"),
    ],
)
def test_clock_changes_neither_lose_nor_double_a_run(line: str, now: str, then: str):
    found = schedules.following(
        line, "Europe/Berlin", datetime.fromisoformat(now).replace(tzinfo=UTC)
    )
    assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)
