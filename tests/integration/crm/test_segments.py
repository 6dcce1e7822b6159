"""Clients chosen by filters in words, for processes that start by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from crm_entities import clients, company, interactions, segments, teams
from ledger import transaction
from ledger.clock import VirtualClock
from ledger.rejection import Rejection
from ledger.store import Store


@pytest.fixture
def chosen(store: Store) -> dict[str, int]:
    """Three clients of many kinds."""
    with transaction.begin(store, "system") as tx:
        company.set_up(tx, {"name": "Office", "country": "DE", "currency": "EUR"})
        team = teams.create(tx, {"name": "North"}).id
        kiel = [{"city": "Kiel", "country": "DE"}]
        rows: dict[str, dict[str, Any]] = {
            "adler": {"tags": ["VIP"], "addresses": kiel, "team_id": team},
            "brandt": {"source": "fair", "addresses": [{"city": "Graz", "country": "AT"}]},
            "celik": {"birthday": date(1980, 1, 5)},
        }
        made = {name: clients.create(tx, {"name": name, **row}).id for name, row in rows.items()}
        for name in ("adler", "brandt"):
            clients.set_status(tx, made[name], "regular")
        return made


def names(store: Store, chosen: dict[str, int], **wanted: str) -> list[str]:
    filters = {name.replace("_", " "): value for name, value in wanted.items()}
    with transaction.read(store, "worker") as tx:
        found = segments.members(tx, filters, 0, 10)
    return [name for name, number in chosen.items() if number in found]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"status": "regular"}, ["adler", "brandt"]),
        ({"status": "Regular", "tag": "vip"}, ["adler"]),
        ({"source": "fair"}, ["brandt"]),
        ({"country": "at"}, ["brandt"]),
        ({"city": "kiel"}, ["adler"]),
        ({"team": "north"}, ["adler"]),
        ({"birthday": "today"}, ["celik"]),
        ({}, ["adler", "brandt", "celik"]),
    ],
)
def test_filters_leave_those_that_fit(
    store: Store, chosen: dict[str, int], wanted: dict[str, str], found: list[str]
):
    assert names(store, chosen, **wanted) == found


def test_those_whom_nobody_spoke_to_for_long(store: Store, chosen: dict[str, int]):
    clock = store.clock
    assert isinstance(clock, VirtualClock)
    clock.move_to(datetime(2026, 3, 1, 9, tzinfo=UTC))
    with transaction.begin(store, "system") as tx:
        values = {"client_id": chosen["brandt"], "kind": "call", "summary": "Hello"}
        interactions.log(tx, values)
    assert names(store, chosen, no_contact_for="30 days") == ["adler", "celik"]
    assert names(store, chosen, no_contact_for="90 days") == []


def test_they_come_a_page_at_a_time(store: Store, chosen: dict[str, int]):
    with transaction.read(store, "worker") as tx:
        first = segments.members(tx, {}, 0, 2)
        assert list(segments.members(tx, {}, first[-1], 2)) == [chosen["celik"]]


@pytest.mark.parametrize(
    "wanted", [{"colour": "red"}, {"no contact for": "long"}, {"birthday": "1980"}]
)
def test_another_filter_is_refused(store: Store, wanted: dict[str, str]):
    with transaction.read(store, "worker") as tx, pytest.raises(Rejection, match="Expected"):
        segments.members(tx, wanted, 0, 1)
