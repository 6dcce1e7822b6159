"""A case with a calendar of its own: new clocks follow it, running ones only when that is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from engine import calendars, clocks, instances, migration, user_tasks
from engine.clocks import check, recomputing
from engine.clocks.policies import Terms
from ledger import transaction
from ledger.rejection import Rejection
from tests.integration.scheduler.company import ANNA, CLARA, Company, Staff, model

DAYS = ("mon", "tue", "wed", "thu", "fri")
NIGHTS = {"timezone": "UTC", "week": {day: ["20:00-24:00"] for day in DAYS}}
WHOLE = '<kontor:clock kind="case" deadline="PT8H"/>'


@pytest.fixture(autouse=True)
def nights(company: Company) -> None:
    with transaction.begin(company.store, "system") as tx:
        calendars.define(tx, "nights", NIGHTS)


def started(company: Company, calendar: str | None = None, actor: str = "system") -> int:
    company.deploy(model(case=WHOLE))
    with transaction.begin(company.store, actor) as tx:
        return instances.start(tx, "sale", subject="deal:17", calendar=calendar)


def dues(company: Company, case: int) -> dict[str, datetime]:
    with transaction.read(company.store, "system") as tx:
        assert list(check.differences(tx)) == []
        return {row.kind: row.due_at for row in clocks.of_case(tx, case)}


def chosen(company: Company, case: int, key: str | None, actor: str = CLARA) -> None:
    with transaction.begin(company.store, actor) as tx:
        instances.set_calendar(tx, case, key)


def hour(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-{text}+00:00")


def test_every_clock_of_a_case_follows_the_calendar_it_was_started_with(company: Company):
    case = started(company, "nights")
    assert dues(company, case) == {"stage": hour("06T00:00"), "case": hour("07T00:00")}
    with transaction.read(company.store, "system") as tx:
        assert instances.calendar_of(tx, case) == "nights"


def test_another_calendar_moves_running_clocks_only_when_they_are_recomputed(company: Company):
    case = started(company)
    before = dues(company, case)
    chosen(company, case, "nights")
    assert dues(company, case) == before
    with transaction.read(company.store, "system") as tx:
        report = recomputing.report_case(tx, case, "nights")
    assert (report.clocks, report.moving, report.overdue) == (2, 2, 0)
    assert dues(company, case) == before
    with transaction.begin(company.store, CLARA) as tx:
        assert recomputing.recompute_case(tx, case, "nights") == 2
    assert dues(company, case) == {"stage": hour("06T00:00"), "case": hour("07T00:00")}
    with transaction.begin(company.store, CLARA) as tx:
        assert recomputing.recompute_case(tx, case, "nights") == 0
        (task,) = user_tasks.of_case(tx, case)
    assert task.due_at == hour("06T00:00")
    told = [event.data for event in company.happened("case_calendar_set")]
    assert told == [{"from": None, "to": "nights"}]


def test_a_case_keeps_its_calendar_on_its_way_to_another_version(company: Company):
    case = started(company, "nights")
    number = company.deploy(model(deadline="PT2H", case=WHOLE))
    with transaction.begin(company.store, "system") as tx:
        migration.migrate(tx, case, number, None, Terms("recompute"))
    assert dues(company, case)["stage"] == hour("05T22:00")
    with transaction.read(company.store, "system") as tx:
        assert instances.calendar_of(tx, case) == "nights"


def test_who_may_not_move_deadlines_may_not_choose_a_calendar(
    company: Company, monkeypatch: pytest.MonkeyPatch
):
    def has_right(_staff: Staff, _tx: Any, _actor: str, right: str, _subject: Any = None) -> bool:
        return right != "case.reassign"

    case = started(company)
    monkeypatch.setattr(Staff, "has_right", has_right)
    for attempt in (
        lambda: chosen(company, case, "nights", ANNA),
        lambda: started(company, "nights", ANNA),
    ):
        with pytest.raises(Rejection) as refused:
            attempt()
        assert refused.value.reason == "forbidden"


def test_a_calendar_that_nobody_made_is_refused(company: Company):
    with pytest.raises(Rejection, match="none called moon"):
        started(company, "moon")
