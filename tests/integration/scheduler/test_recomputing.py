"""Running deadlines follow a changed calendar only when they are asked to; closed ones never do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine import calendars, clocks
from engine.clocks import check, recomputing
from engine.waiting.tasks import tasks
from ledger import transaction
from tests.integration.scheduler.company import ANNA, OFFICE, Company, Waiting, model

DAYS = ("mon", "tue", "wed", "thu", "fri")
LATER = {"timezone": "UTC", "week": {day: ["10:00-12:00"] for day in DAYS}}


def office(company: Company, source: Mapping[str, object]) -> int:
    with transaction.begin(company.store, "system") as tx:
        return calendars.define(tx, "office", source)[0]


def recomputed(company: Company, calendar: int, after: int = 0) -> tuple[int, int | None]:
    with transaction.begin(company.store, "system") as tx:
        return recomputing.recompute(tx, calendar, after)


def hour(company: Company, case: Waiting) -> datetime:
    due = company.clock(case.clock).due_at
    assert isinstance(due, datetime)
    return due


def test_a_changed_calendar_moves_nothing_by_itself(company: Company):
    case = company.open_case(company.deploy(model()))
    before = hour(company, case)
    calendar = office(company, LATER)
    assert hour(company, case) == before
    with transaction.read(company.store, "system") as tx:
        assert recomputing.waiting(tx, calendar) == 1
        report = recomputing.report(tx, calendar)
    assert (report.clocks, report.moving, report.overdue) == (1, 1, 0)
    assert report.moves[0].after == datetime.fromisoformat("2026-01-06T12:00+00:00")
    assert hour(company, case) == before


def test_recomputed_it_is_due_by_the_new_hours(company: Company):
    case = company.open_case(company.deploy(model()))
    calendar = office(company, LATER)
    assert recomputed(company, calendar) == (1, None)
    row = company.clock(case.clock)
    assert row.due_at == datetime.fromisoformat("2026-01-06T12:00+00:00")
    assert (row.epoch, row.calendar_version) == (2, 2)
    with transaction.read(company.store, "system") as tx:
        question = select(tasks.c.due_at).where(tasks.c.id == case.task)
        assert tx.execute(question).scalar() == row.due_at
        assert list(check.differences(tx)) == []
        assert recomputing.waiting(tx, calendar) == 0
    assert [event.data["version"] for event in company.happened("clock_recomputed")] == [2]


def test_a_level_that_was_told_is_not_told_again_for_the_same_date(company: Company):
    company.open_case(company.deploy(model()))
    company.pass_time(hours=3.5)
    company.tick()
    assert company.told() == [("warn", "anna")]
    recomputed(company, office(company, {**OFFICE, "holidays": {"2026-02-02": "Closed"}}))
    company.pass_time(minutes=29)
    company.tick()
    assert company.told() == [("warn", "anna")]
    company.pass_time(minutes=1)
    company.tick()
    assert ("due", "anna") in company.told()


def test_what_would_be_overdue_at_once_is_said(company: Company):
    office(company, LATER)
    company.open_case(company.deploy(model()))
    company.pass_time(hours=20)
    with transaction.read(company.store, "system") as tx:
        assert recomputing.report(tx, office(company, OFFICE)).overdue == 1


def test_a_closed_clock_and_a_date_set_by_hand_stay(company: Company):
    definition = company.deploy(model())
    closed, moved = company.open_case(definition), company.open_case(definition)
    with transaction.begin(company.store, ANNA) as tx:
        clocks.override(tx, moved.clock, tx.now + timedelta(hours=6), "agreed")
        table = clocks.clocks
        ended = {"state": "closed", "closed_at": tx.now, "closed_as": "completed"}
        tx.execute(update(table).where(table.c.id == closed.clock).values(**ended))
    before = hour(company, closed)
    assert recomputed(company, office(company, LATER)) == (1, None)
    assert (company.clock(closed.clock).due_at, company.clock(closed.clock).epoch) == (before, 1)
    assert hour(company, moved) == datetime.fromisoformat("2026-01-05T15:00+00:00")


def test_a_promise_that_began_again_counts_from_then(company: Company):
    case = company.open_case(company.deploy(model()))
    company.pass_time(hours=2)
    with transaction.begin(company.store, "system") as tx:
        clocks.reassigned(tx, case.clock, "staff:9", "restart")
    for holiday in ("2026-02-02", "2026-02-03"):
        again = hour(company, case)
        recomputed(company, office(company, {**OFFICE, "holidays": {holiday: "Closed"}}))
        assert hour(company, case) == again
    assert company.clock(case.clock).calendar_version == 3


def test_many_are_done_a_page_at_a_time(company: Company, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(recomputing, "PAGE", 2)
    definition = company.deploy(model())
    for _ in range(3):
        company.open_case(definition)
    calendar = office(company, LATER)
    size, last = recomputed(company, calendar)
    assert size == 2
    assert recomputed(company, calendar, last or 0) == (1, None)
