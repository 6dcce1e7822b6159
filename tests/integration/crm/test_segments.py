"""Clients chosen by filters in words, and segments: such choices under a name."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from crm_entities import (
    clients,
    company,
    custom_fields,
    deals,
    interactions,
    pipelines,
    segments,
    staff,
    teams,
)
from ledger import event_log, transaction
from ledger.clock import VirtualClock
from ledger.rejection import Rejection
from ledger.store import Store

STAGES = (
    pipelines.Stage("new", "New", 10),
    pipelines.Stage("won", "Won", 100, "won"),
    pipelines.Stage("lost", "Lost", 0, "lost"),
)


@pytest.fixture
def chosen(store: Store) -> dict[str, int]:
    """Three clients of many kinds: one with a tag, a team and deals, one from a fair, one with fields of our own."""
    with transaction.begin(store, "system") as tx:
        company.set_up(tx, {"name": "Office", "country": "DE", "currency": "EUR"})
        pipelines.define(tx, "sales", "Sales", STAGES)
        for key, kind in (("seats", "number"), ("ends", "date"), ("post", "boolean")):
            custom_fields.define(tx, "client", key, kind, key.title())
        custom_fields.define(tx, "client", "plan", "choice", "Plan", choices=["Gold", "Blue"])
        team = teams.create(tx, {"name": "North"}).id
        nora = staff.hire(tx, {"login": "nora", "name": "Nora", "mail": "n@office.example"}).id
        kiel = [{"city": "Łódź", "country": "PL"}]
        rows: dict[str, dict[str, Any]] = {
            "adler": {
                "tags": ["VIP"],
                "addresses": kiel,
                "team_id": team,
                "owner_id": nora,
                "language": "fr",
            },
            "brandt": {"source": "fair", "addresses": [{"city": "Graz", "country": "AT"}]},
            "celik": {
                "kind": "person",
                "birthday": date(1980, 1, 5),
                "custom": {"seats": "12.5", "ends": "2026-02-01", "post": True, "plan": "Gold"},
            },
        }
        made = {name: clients.create(tx, {"name": name, **row}).id for name, row in rows.items()}
        for name in ("adler", "brandt"):
            clients.set_status(tx, made[name], "regular")
        for name, amount, stage in (("adler", "1500", "new"), ("brandt", "500.5", "won")):
            values = {"client_id": made[name], "title": "Machine", "amount": amount}
            deals.create(tx, {**values, "pipeline_stage": stage})
        return made


def names(store: Store, chosen: dict[str, int], **wanted: str) -> list[str]:
    return found(store, chosen, {name.replace("_", " "): value for name, value in wanted.items()})


def found(store: Store, chosen: dict[str, int], wanted: dict[str, str]) -> list[str]:
    with transaction.read(store, "worker") as tx:
        numbers = segments.members(tx, wanted, 0, 10)
        assert segments.count(tx, wanted.items()) == len(numbers)
    return [name for name, number in chosen.items() if number in numbers]


FITTING: list[tuple[dict[str, str], str]] = [
    ({"status": "regular"}, "adler brandt"),
    ({"status": "Regular, potential"}, "adler brandt celik"),
    ({"status": "regular", "tag": "vip"}, "adler"),
    ({"without tag": "vip, press"}, "brandt celik"),
    ({"kind": "person"}, "celik"),
    ({"source": "Fair, web"}, "brandt"),
    ({"country": "at, pl"}, "adler brandt"),
    ({"city": "graz"}, "brandt"),
    ({"city": "Łódź"}, "adler"),
    ({"language": "fr"}, "adler"),
    ({"team": "north"}, "adler"),
    ({"owner": "nora"}, "adler"),
    ({"owner": "nobody"}, "brandt celik"),
    ({"owner": "nora, nobody"}, "adler brandt celik"),
    ({"birthday": "today"}, "celik"),
    ({"birthday": "within 366 days"}, "celik"),
    ({"created": "last 1 day"}, "adler brandt celik"),
    ({"created": "since 2026-01-06"}, ""),
    ({"created": "before 2026-01-06"}, "adler brandt celik"),
    ({"created": "2026-01-05 to 2026-01-05"}, "adler brandt celik"),
    ({"open deal": "yes"}, "adler"),
    ({"open deal": "no"}, "brandt celik"),
    ({"won deal": "yes"}, "brandt"),
    ({"deal amount": "above 500.5"}, "adler"),
    ({"deal amount": "500.5 to 1500"}, "adler brandt"),
    ({"deal amount": "above 100 USD"}, ""),
    ({"custom.seats": "above 9"}, "celik"),
    ({"custom.seats": "12.50"}, "celik"),
    ({"custom.seats": "empty"}, "adler brandt"),
    ({"custom.ends": "within 30 days"}, "celik"),
    ({"custom.ends": "within 26 days"}, ""),
    ({"custom.post": "yes"}, "celik"),
    ({"custom.post": "no"}, "adler brandt"),
    ({"custom.plan": "gold"}, "celik"),
    ({}, "adler brandt celik"),
]


def test_filters_leave_those_that_fit(store: Store, chosen: dict[str, int]):
    got = [(wanted, " ".join(found(store, chosen, wanted))) for wanted, _ in FITTING]
    assert got == FITTING


def test_those_whom_nobody_spoke_to_for_long(store: Store, chosen: dict[str, int]):
    _move(store, datetime(2026, 3, 1, 9, tzinfo=UTC))
    with transaction.begin(store, "system") as tx:
        values = {"client_id": chosen["brandt"], "kind": "call", "summary": "Hello"}
        interactions.log(tx, values)
    assert names(store, chosen, no_contact_for="30 days") == ["adler", "celik"]
    assert names(store, chosen, no_contact_for="90 days") == []
    assert names(store, chosen, contact_within="1 day") == ["brandt"]


BIRTHDAYS = [
    ((2000, 2, 29), (2026, 2, 28), "today", True),
    ((2000, 2, 29), (2028, 2, 28), "today", False),
    ((2000, 2, 29), (2026, 3, 1), "today", False),
    ((1990, 1, 3), (2026, 12, 30), "within 5 days", True),
    ((1990, 1, 5), (2026, 12, 30), "within 5 days", False),
    ((1990, 12, 29), (2026, 12, 30), "within 5 days", False),
]


def test_birthdays_over_the_turn_of_the_year_and_in_years_without_their_day(
    store: Store, chosen: dict[str, int]
):
    for born, today, wanted, fits in BIRTHDAYS:
        with transaction.begin(store, "system") as tx:
            clients.change(tx, chosen["brandt"], {"birthday": date(*born).isoformat()})
        with transaction.read(store, "worker") as tx:
            at = datetime(*today, 9, tzinfo=UTC)
            numbers = segments.members(tx, {"birthday": wanted}, 0, 9, at)
        assert (chosen["brandt"] in numbers) is fits, (born, today, wanted)


def test_they_come_a_page_at_a_time(store: Store, chosen: dict[str, int]):
    with transaction.read(store, "worker") as tx:
        first = segments.members(tx, {}, 0, 2)
        assert list(segments.members(tx, {}, first[-1], 2)) == [chosen["celik"]]


def test_a_run_asks_as_of_its_own_instant(store: Store, chosen: dict[str, int]):
    _move(store, datetime(2026, 1, 7, 9, tzinfo=UTC))
    with transaction.read(store, "worker") as tx:
        then = tx.now - timedelta(days=2)
        assert list(segments.members(tx, {"birthday": "today"}, 0, 9)) == []
        assert list(segments.members(tx, {"birthday": "today"}, 0, 9, then)) == [chosen["celik"]]


WRONG = [
    ("colour", "red"),
    ("no contact for", "long"),
    ("no contact for", "40000 days"),
    ("birthday", "1980"),
    ("status", "regulr"),
    ("country", "Narnia"),
    ("team", "South"),
    ("owner", "zoe"),
    ("deal amount", "above much"),
    ("deal amount", "above 1.00001"),
    ("deal amount", "above 1 XXQ"),
    ("created", "since 2026-02-30"),
    ("custom.size", "above 1"),
    ("custom.plan", "green"),
    ("segment", "unknown"),
]


def test_another_filter_or_value_is_refused_by_name(store: Store, chosen: dict[str, int]):
    assert chosen
    for name, value in WRONG:
        with transaction.read(store, "worker") as tx, pytest.raises(Rejection) as refused:
            segments.members(tx, {name: value}, 0, 1)
        assert refused.value.field == name


def lapsed(store: Store, **values: Any) -> segments.Segment:
    with transaction.begin(store, "system") as tx:
        given = {"title": "Lapsed clients", "filters": [["status", "regular"]], **values}
        return segments.create(tx, "", given)


def test_a_segment_is_a_choice_under_a_name(store: Store, chosen: dict[str, int]):
    assert lapsed(store).key == "lapsed-clients"
    assert names(store, chosen, segment="lapsed-clients") == ["adler", "brandt"]
    assert names(store, chosen, segment="lapsed-clients", tag="vip") == ["adler"]
    with transaction.begin(store, "system") as tx:
        segments.redefine(tx, "lapsed-clients", {"filters": [["tag", " vip "]]}, version=1)
    assert names(store, chosen, segment="lapsed-clients") == ["adler"]
    with transaction.read(store, "system") as tx:
        told = [event.kind for event in event_log.of_subjects(tx, ["segment:1"], most=9)]
    assert sorted(told) == ["segment_created", "segment_redefined"]


def test_two_people_at_once_and_who_comes_second_is_told(store: Store, chosen: dict[str, int]):
    assert chosen
    lapsed(store)
    with transaction.begin(store, "system") as tx:
        segments.redefine(tx, "lapsed-clients", {"description": "Old ones"}, version=1)
    with transaction.begin(store, "system") as tx, pytest.raises(Rejection) as refused:
        segments.redefine(tx, "lapsed-clients", {"title": "Others"}, version=1)
    assert refused.value.reason == "conflict"


def test_a_retired_segment_is_offered_nowhere_until_it_is_brought_back(
    store: Store, chosen: dict[str, int]
):
    lapsed(store)
    with transaction.begin(store, "system") as tx:
        segments.retire(tx, "lapsed-clients")
        assert list(segments.listing(tx)) == []
        assert [one.key for one in segments.listing(tx, retired=True)] == ["lapsed-clients"]
    with pytest.raises(Rejection, match="retired"):
        names(store, chosen, segment="lapsed-clients")
    with transaction.begin(store, "system") as tx:
        segments.bring_back(tx, "lapsed-clients")
    assert names(store, chosen, segment="lapsed-clients") == ["adler", "brandt"]


def test_a_segment_that_a_process_starts_for_stays(store: Store, chosen: dict[str, int]):
    assert chosen
    lapsed(store)

    class Process:
        def of(self, tx: transaction.Transaction, key: str) -> list[str]:  # noqa: ARG002  # the port's form
            return [f"Win back {key}"]

    store.ports[segments.Uses] = Process()
    with transaction.begin(store, "system") as tx, pytest.raises(Rejection) as refused:
        segments.retire(tx, "lapsed-clients")
    assert "Win back lapsed-clients" in refused.value.sentence


IMPOSSIBLE: list[tuple[str, dict[str, Any], str]] = [
    ("Old", {}, "key"),
    ("new", {}, "key"),
    ("", {"title": " "}, "title"),
    ("old", {"filters": []}, "filters"),
    ("old", {"filters": [["status", "gone"]]}, "status"),
    ("old", {"filters": [["segment", "old"]]}, "segment"),
    ("lapsed-clients", {}, "key"),
]


def test_what_no_segment_can_be_is_refused(store: Store, chosen: dict[str, int]):
    assert chosen
    lapsed(store)
    for key, values, field in IMPOSSIBLE:
        with pytest.raises(Rejection) as refused, transaction.begin(store, "system") as tx:
            segments.create(tx, key, {"title": "Old", "filters": [["tag", "a"]], **values})
        assert refused.value.field == field


def test_who_draws_up_no_processes_changes_no_segment_but_sees_his_own_part_of_it(
    store: Store, chosen: dict[str, int]
):
    lapsed(store)
    with transaction.begin(store, "system") as tx:
        nora = staff.by_login(tx, "nora")
        assert nora is not None
        staff.change(tx, nora.id, {"roles": ["employee"]})
    with transaction.begin(store, nora.subject) as tx, pytest.raises(Rejection, match="right"):
        segments.retire(tx, "lapsed-clients")
    with transaction.read(store, nora.subject) as tx:
        seen = segments.members(tx, {"segment": "lapsed-clients"}, 0, 9)
        assert list(seen) == [chosen["adler"]]
        assert segments.count(tx, [("deal amount", "above 1")]) == 0


def _move(store: Store, to: datetime) -> None:
    assert isinstance(store.clock, VirtualClock)
    store.clock.move_to(to)
