"""The demo company shows something on every screen, whatever the day it is filled on."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from crm_entities import absences, logins, staff
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.staff import StaffMember
from crm_entities.teams import Team
from engine import decisions, definitions, incidents, user_tasks
from engine.waiting import cases
from ledger import clock, transaction
from ledger.rejection import Rejection
from ledger.store import Store
from scheduler import alerts
from web import demo, properties, schema
from web.demo import beginning, filling
from web.settings import Settings
from web.wiring import connections

WEDNESDAY = datetime(2026, 3, 11, 13, 20, tzinfo=UTC)


def _filled(store: Store, now: datetime) -> list[str]:
    store.clock = clock.VirtualClock(now)
    connections.connect(store, Settings())
    assert demo.is_wanted(store)
    return filling.run(store)


def test_the_company_is_whole_its_time_is_now_and_its_past_is_real(store: Store):
    assert _filled(store, WEDNESDAY) == []
    assert not demo.is_wanted(store)
    with transaction.read(store, "system") as tx:

        def count(of: type[Client | Deal | StaffMember | Team]) -> int:
            return tx.session.scalar(select(func.count()).select_from(of)) or 0

        assert (count(StaffMember), count(Team), count(Client), count(Deal)) == (12, 3, 200, 60)
        assert tx.now == WEDNESDAY
        rows = tx.execute(
            select(cases.cases.c.state, func.count().label("number")).group_by(cases.cases.c.state)
        )
        states = {row["state"]: row["number"] for row in rows.mappings()}
        assert states["active"] >= 35
        assert set(states) == {"active", "completed", "suspended", "terminated"}
        assert len(user_tasks.overdue(tx)) >= 8
        assert incidents.listed(tx)
        assert [decision.key for decision in decisions.listed(tx)] == ["discount"]
        assert properties.get(tx, "mark") == "demo"
    _deadlines_fired_at_their_own_instant(store)
    _everybody_can_log_in(store)


def _deadlines_fired_at_their_own_instant(store: Store) -> None:
    with transaction.read(store, "system") as tx:
        rows = tx.execute(select(alerts.alerts)).all()
        assert {row.kind for row in rows} >= {
            "deadline_near",
            "deadline_due",
            "deadline_overdue",
            "task_assigned",
        }
        assert max(row.late_seconds for row in rows) <= 60
        assert any(row.channel == "reassign" for row in rows)
        assert not [
            row for row in rows if row.channel == alerts.MAIL and row.state == alerts.PENDING
        ]
        ingrid = staff.by_login(tx, "ingrid")
        assert ingrid is not None
        assert alerts.unread_count(tx, ingrid.subject) > 0


def _everybody_can_log_in(store: Store) -> None:
    with transaction.begin(store, "system") as tx:
        for login in demo.LOGINS:
            assert logins.check(logins.look(tx, login), demo.PASSWORD).staff_id
        assert absences.between(tx, tx.now, tx.now)


@pytest.mark.soak
def test_its_past_could_happen_on_any_day(soak: bool):  # noqa: FBT001
    """Holidays and weekends move what lies before them; no deed of a story may be overtaken."""
    for day in range(0, 364, 9) if soak else (9,):
        now = datetime(2026, 1, 1, 7, tzinfo=UTC) + timedelta(days=day, hours=day % 12)
        store = Store.open("sqlite://")
        schema.create_all(store)
        assert _filled(store, now) == [], now
        store.close()


def _begin(store: Store) -> list[str]:
    """The first steps of filling, which no database takes twice."""
    transaction.run(store, "system", filling._mark)
    filling._found(store)
    transaction.run(store, "system", filling._deploy)
    return []


def test_a_company_that_was_cut_off_is_filled_anew(store: Store, monkeypatch: pytest.MonkeyPatch):
    connections.connect(store, Settings())
    monkeypatch.setattr(filling, "run", _begin)
    demo.fill(store)
    assert demo.is_wanted(store)
    demo.fill(store)
    with transaction.read(store, "system") as tx:
        assert tx.session.scalar(select(func.count()).select_from(StaffMember)) == 12
        assert {one.version for one in definitions.listed(tx)} == {1}


def test_a_company_that_another_process_fills_is_left_alone(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    connections.connect(store, Settings())
    monkeypatch.setattr(filling, "run", _begin)
    monkeypatch.setattr(beginning, "mark", lambda: f"filling {os.getppid()}")
    with beginning.alone(store):
        _begin(store)
        monkeypatch.setattr(os, "getpid", lambda: 0)
        with pytest.raises(Rejection, match="another process does"):
            demo.fill(store)
    with transaction.read(store, "system") as tx:
        assert tx.session.scalar(select(func.count()).select_from(StaffMember)) == 12


def test_a_company_that_somebody_works_in_is_never_emptied(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    connections.connect(store, Settings())
    _begin(store)
    transaction.run(store, "system", lambda tx: properties.put(tx, demo.STATE, "whole"))
    monkeypatch.setattr(filling, "run", lambda _store: [])
    demo.fill(store)
    assert not demo.is_wanted(store)
