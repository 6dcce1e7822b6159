"""Calendars are records: each change is a version, and what runs keeps its own."""

from __future__ import annotations

from typing import Any

import pytest

from engine import calendars
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store

OFFICE: dict[str, Any] = {"timezone": "Europe/Berlin", "week": {"mon": ["09:00-17:00"]}}


def define(store: Store, key: str = "office", **more: Any) -> tuple[int, int]:
    with transaction.begin(store, "staff:1") as tx:
        return calendars.define(tx, key, {**OFFICE, **more})


def test_a_change_is_a_new_version_and_the_old_one_stays(store: Store):
    number, first = define(store)
    _, second = define(store, week={"tue": ["10:00-12:00"]})
    assert (first, second) == (1, 2)
    with transaction.read(store, "staff:1") as tx:
        assert calendars.latest(tx, "office") == (number, 2)
        old, new = (calendars.load(tx, number, version) for version in (1, 2))
        assert old.week[0]
        assert not new.week[0]
        assert calendars.source(tx, number, 1) == OFFICE


def test_the_same_again_makes_no_version(store: Store):
    assert define(store) == define(store)


def test_public_holidays_are_kept_as_dates_with_their_names(store: Store):
    number, version = define(store, country="DE", region="BY", holidays=["2026-03-02"])
    with transaction.read(store, "staff:1") as tx:
        hours = calendars.load(tx, number, version)
        named = {day.isoformat(): name for day, name in hours.holidays.items()}
        assert named["2026-01-06"]
        assert named["2026-03-02"] == ""
        assert "2036-01-01" not in named
        assert named["2035-01-01"]


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"country": "ZZ"}, "country"),
        ({"country": "DE", "region": "ZZ"}, "region"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"week": {"mon": ["9 to 5"]}}, "week.mon"),
    ],
)
def test_a_fault_is_refused_with_the_field_to_mend(store: Store, fault: dict[str, Any], field: str):
    with pytest.raises(Rejection) as refused:
        define(store, **fault)
    assert (refused.value.reason, refused.value.field) == ("invalid_argument", field)


def test_calendars_are_listed_by_title(store: Store):
    define(store)
    with transaction.begin(store, "staff:1") as tx:
        calendars.define(tx, "depot", OFFICE, title="Depot")
    with transaction.read(store, "staff:1") as tx:
        assert calendars.keys(tx) == {"depot": "Depot", "office": "office"}
        assert calendars.latest(tx, "unknown") is None


def test_the_list_tells_the_newest_version_and_the_history_all(store: Store):
    number, _ = define(store)
    define(store, week={"tue": ["10:00-12:00"]})
    define(store, "plant")
    with transaction.read(store, "staff:1") as tx:
        listed = {row.key: (row.version, row.made_by, row.title) for row in calendars.listed(tx)}
        assert listed == {"office": (2, "staff:1", "office"), "plant": (1, "staff:1", "plant")}
        assert [row.version for row in calendars.history(tx, number)] == [2, 1]
        assert calendars.title(tx, number) == "office"


def test_a_draft_is_read_and_not_written(store: Store):
    with transaction.begin(store, "staff:1") as tx:
        hours = calendars.draft(tx, {**OFFICE, "country": "DE"})
        assert hours.holidays
        assert not calendars.listed(tx)
        with pytest.raises(Rejection):
            calendars.draft(tx, {**OFFICE, "country": "ZZ"})


def test_names_of_holidays_do_not_depend_on_the_machine(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LANGUAGE", "en_US")
    number, version = define(store, country="DE")
    with transaction.read(store, "staff:1") as tx:
        assert "Neujahr" in calendars.load(tx, number, version).holidays.values()
