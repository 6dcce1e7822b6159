"""Processes that begin by the calendar: at the right wall time, and once after an outage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from engine import calendars, instances
from engine.waiting.cases import cases
from ledger import rejection, transaction
from ledger.transaction import Transaction
from scheduler import campaigns, schedules
from scheduler.ports import Clients
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


def test_each_missed_run_is_made_up_for_where_all_are_asked_for(company: Company):
    company.deploy(monthly().replace(b"<kontor:start ", b'<kontor:start missed="all" '))
    company.tick()
    company.until("2026-06-15T12:00:00+00:00")
    assert company.tick().started == 5
    assert company.tick().started == 0
    company.until("2026-07-01T09:00:00+00:00")
    assert company.tick().started == 1


class Choice:
    """Seven clients, of whom the filter leaves those from the third on."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, str]] = []
        self.instants: set[datetime] = set()

    def next(
        self,
        tx: Transaction,  # noqa: ARG002  # the port's form
        wanted: Mapping[str, str],
        after: int,
        most: int,
        at: datetime,
    ) -> Sequence[int]:
        self.asked.append(wanted)
        self.instants.add(at)
        return [number for number in range(3, 8) if number > after][:most]


def campaign_for_all(more: bytes = b"") -> bytes:
    """Return a process with a line that starts a case for each regular client."""
    each = (
        b'<kontor:start every="0 9 1 * *" ' + more + b'for="client">'
        b'<kontor:client field="status" value="regular"/></kontor:start>'
    )
    xml = monthly(calendar='subject="client" ')
    return xml.replace(b'<kontor:start every="0 9 1 * *"/>', each)


@pytest.fixture
def campaign(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Such a process, two clients at a time."""
    monkeypatch.setattr(campaigns, "AT_ONCE", 2)
    company.store.ports[Clients] = Choice()
    company.deploy(campaign_for_all())
    company.tick()
    company.until("2026-02-01T09:00:00+00:00")
    return company


def subjects(company: Company) -> list[str]:
    with transaction.read(company.store, "system") as tx:
        return sorted(tx.execute(select(cases.c.subject)).scalars())


def test_a_case_begins_for_each_client_of_a_filter(campaign: Company):
    assert campaign.tick().started == 5
    assert subjects(campaign) == [f"client:{number}" for number in range(3, 8)]
    assert campaign.tick().started == 0
    assert campaign.store.ports[Clients].asked[0] == {"status": "regular"}  # type: ignore[attr-defined]  # it is ours
    campaign.until("2026-03-01T09:00:00+00:00")
    assert campaign.tick().started == 5


def test_a_run_means_its_own_instant_where_each_is_made_up_for(campaign: Company):
    choice = campaign.store.ports[Clients]
    campaign.until("2026-02-01T10:00:00+00:00")
    campaign.tick()
    assert choice.instants == {datetime(2026, 2, 1, 10, tzinfo=UTC)}  # type: ignore[attr-defined]  # it is ours
    choice.instants.clear()  # type: ignore[attr-defined]  # the same
    campaign.deploy(campaign_for_all(b'missed="all" '))
    campaign.tick()
    campaign.until("2026-04-01T12:00:00+00:00")
    while campaign.tick().started:
        pass
    runs = {datetime(2026, month, 1, 9, tzinfo=UTC) for month in (3, 4)}
    assert choice.instants == runs  # type: ignore[attr-defined]  # the same


def test_a_client_who_has_a_live_case_is_passed_over_and_no_refusal(campaign: Company):
    campaign.deploy(
        campaign_for_all().replace(b'subject="client" ', b'subject="client" unique="subject" ')
    )
    with transaction.begin(campaign.store, "system") as tx:
        instances.start(tx, "sale", subject="client:4")
    assert campaign.tick().started == 4
    with transaction.read(campaign.store, "system") as tx:
        (row,) = schedules.of_process(tx, "sale")
    assert (row.run_started, row.run_passed, row.run_refused, row.last_error) == (4, 1, 0, None)
    assert campaign.happened("scheduled_start_refused") == []


def test_a_stop_in_the_middle_starts_nothing_twice(
    campaign: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schedules, "PIECES", 2)
    assert campaign.tick().started == 2
    with transaction.read(campaign.store, "system") as tx:
        assert schedules.next_at(tx) == datetime(2026, 2, 1, 9, tzinfo=UTC)
    monkeypatch.setattr(schedules, "PIECES", 40)
    assert campaign.tick().started == 3
    assert len(set(subjects(campaign))) == begun(campaign) == 5


def test_a_client_that_is_refused_stops_nobody_else(
    campaign: Company, monkeypatch: pytest.MonkeyPatch
):
    real = instances.start

    def start(tx: Transaction, key: str, subject: str | None = None) -> int:
        if subject == "client:4":
            raise rejection.invalid_state("There is one for this client already")
        return real(tx, key, subject=subject)

    monkeypatch.setattr(instances, "start", start)
    assert campaign.tick().started == 4
    with transaction.read(campaign.store, "system") as tx:
        (row,) = schedules.of_process(tx, "sale")
    assert (row.run_at, row.run_started, row.run_refused) == (None, 4, 1)
    assert row.last_error


def test_a_new_version_that_asks_for_no_clients_ends_what_was_begun_for_them(
    campaign: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(schedules, "PIECES", 2)
    assert campaign.tick().started == 2
    campaign.deploy(monthly())
    assert campaign.tick().started == 0
    assert campaign.tick().started == 0
    assert subjects(campaign) == ["client:3", "client:4"]
    campaign.until("2026-03-01T09:00:00+00:00")
    assert campaign.tick().started == 1


def test_a_line_follows_the_zone_of_a_new_version(company: Company):
    for name, zone in (("tokyo", "Asia/Tokyo"), ("berlin", "Europe/Berlin")):
        with transaction.begin(company.store, "system") as tx:
            calendars.define(tx, name, {**OFFICE, "timezone": zone})
    company.deploy(monthly("30 8 * * *", calendar='calendar="tokyo" '))
    company.tick()
    company.deploy(monthly("30 8 * * *", calendar='calendar="berlin" '))
    company.tick()
    company.until("2026-01-05T23:30:00+00:00")
    assert company.tick().started == 0
    company.until("2026-01-06T07:30:00+00:00")
    assert company.tick().started == 1


def test_a_start_that_fails_is_kept_in_words_and_stops_no_other(
    company: Company, monkeypatch: pytest.MonkeyPatch
):
    real = instances.start

    def start(tx: Transaction, key: str, subject: str | None = None) -> int:
        if key == "broken":
            raise ZeroDivisionError("no such share")
        return real(tx, key, subject=subject)

    company.deploy(monthly().replace(b'id="sale"', b'id="broken"'))
    company.deploy(monthly())
    company.tick()
    monkeypatch.setattr(instances, "start", start)
    company.until("2026-02-01T09:00:00+00:00")
    assert company.tick().started == 1
    with transaction.read(company.store, "system") as tx:
        (row,) = schedules.of_process(tx, "broken")
    assert "no such share" in row.last_error
    assert row.next_at == datetime(2026, 3, 1, 9, tzinfo=UTC)
