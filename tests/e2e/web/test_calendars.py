"""An administrator looks after calendars: hours, holidays, the year ahead, who follows which."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from crm_entities import clients
from crm_entities.teams import Team
from engine import calendars, instances
from engine.clocks import clocks
from tests.e2e.web.office import Office, words

OFFICE = "/calendars/office"
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00")
BENCH = {"bench_start": "2026-01-09T17:00", "bench_amount": "4", "bench_unit": "hours"}


def form(**more: str) -> dict[str, str]:
    return {"title": "Office", "timezone": "Europe/Berlin", "version": "1", **WEEK, **more}


def written(office: Office, version: int) -> Any:
    def read(tx: Any) -> Any:
        found = calendars.latest(tx, "office")
        assert found is not None
        return calendars.source(tx, found[0], version)

    return office.run(read)


def look(office: Office, **more: str) -> str:
    answer = office.visitor("ada").post(OFFICE, {**form(**more), **BENCH, "then": "look", **more})
    assert answer.status_code == 200
    return words(answer)


def test_friday_at_five_and_four_hours_is_monday_at_noon(office: Office):
    page = look(office)
    assert "Due Mon 12 Jan 12:00." in page
    assert "1h working time Fri 9 Jan 17:00 – 18:00" in page
    assert "not a working day Sat 10 Jan 00:00 – Mon 12 Jan 00:00" in page
    assert "3h working time Mon 12 Jan 09:00 – 12:00 due Mon 12 Jan 12:00" in page


def test_the_bench_reckons_with_what_is_typed_and_saves_nothing(office: Office):
    page = look(office, sat="10:00-11:00", holidays="2026-01-12 Founders’ day")
    assert "Due Tue 13 Jan 11:00." in page
    assert "holiday: Founders’ day" in page
    assert "Nothing is saved yet" in page
    assert "version 1" in office.visitor("ada").text(OFFICE)


def test_the_bench_counts_night_shifts_days_and_half_days(office: Office):
    assert "Due Sat 10 Jan 00:00." in look(office, fri="22:00-06:00", bench_amount="2")
    assert "Due Tue 13 Jan 17:00." in look(office, bench_amount="2", bench_unit="business")
    assert "Due Sun 11 Jan 17:00." in look(office, bench_amount="2", bench_unit="calendar")
    assert "Due Mon 12 Jan 13:00." in look(office, half_days="2026-01-09 14:00")


def test_the_year_shows_the_holidays_of_a_region_before_anything_is_saved(office: Office):
    page = look(office, country="DE", region="BY")
    assert "Tue 6 Jan Heilige Drei Könige" in page
    assert "252 working days, 2,268 hours" in page
    assert "Heilige Drei Könige" not in look(office, country="DE", region="BE")
    assert "Heilige Drei Könige" in look(office, country="DE", region="BY", year="2027")


def test_regions_belong_to_their_country(office: Office):
    ada = office.visitor("ada")
    assert "Bayern" in ada.text("/calendars/regions?country=DE")
    assert ada.text("/calendars/regions?country=nowhere") == "the whole country"
    assert "Heilige Drei Könige" not in look(office, country="FR", region="BY")


def test_saving_makes_a_version_and_what_runs_keeps_its_own(office: Office):
    before = office.ask(select(clocks.c.due_at))
    dated = {
        "holidays": "2026-05-04 Founders’ day\n2026-12-28 - 2026-12-30 Closed",
        "working_days": "2026-01-10 09:00-12:00, 13:00-14:00",
        "half_days": "2026-12-24 13:00",
    }
    answer = office.visitor("ada").post(OFFICE, form(country="DE", region="BY", **dated))
    assert answer.status_code == 303
    page = office.visitor("ada").text(OFFICE)
    assert "version 2" in page
    assert "Ada Example" in page
    assert written(office, 2) == {
        "timezone": "Europe/Berlin",
        "country": "DE",
        "region": "BY",
        "week": {day: ["09:00-18:00"] for day in WEEK},
        "holidays": {
            "2026-05-04": "Founders’ day",
            "2026-12-28": "Closed",
            "2026-12-29": "Closed",
            "2026-12-30": "Closed",
        },
        "working_days": {"2026-01-10": ["09:00-12:00", "13:00-14:00"]},
        "half_days": {"2026-12-24": "13:00"},
    }
    assert office.ask(select(clocks.c.due_at)) == before
    assert office.ask(select(clocks.c.calendar_version)) == 1


def test_what_is_shown_again_and_saved_again_changes_nothing(office: Office):
    ada = office.visitor("ada")
    first = form(holidays="2026-05-04 Founders’ day", mon="22:00-06:00, 08:00-09:00")
    ada.post(OFFICE, first)
    answer = ada.post(OFFICE, {**first, "version": "2"}, follow_redirects=True)
    assert "Nothing was different; there is no new version." in words(answer)


def test_two_administrators_do_not_overwrite_each_other(office: Office):
    ada = office.visitor("ada")
    ada.post(OFFICE, form(mon="08:00-12:00"))
    answer = ada.post(OFFICE, form(mon="10:00-11:00"))
    assert answer.status_code == 409
    assert re.search(r"Ada Example saved version 2 at .*\d\d:\d\d", words(answer))
    assert 'value="10:00-11:00"' in answer.text


def test_each_wrong_input_is_named_and_kept(office: Office):
    wrong = {
        "mon": "nine to five",
        "holidays": "4 May 2026",
        "half_days": "2026-12-24 noon",
        "working_days": "2026-01-10 9-12",
        "title": " ",
    }
    answer = office.visitor("ada").post(OFFICE, form(**wrong))
    assert answer.status_code == 422
    page = words(answer)
    assert "“nine to five” are no hours" in page
    assert "“4 May 2026” cannot be read" in page
    assert "“2026-12-24 noon” cannot be read" in page
    assert "“9-12” are no hours" in page
    assert "nine to five" in answer.text
    assert office.run(lambda tx: calendars.latest(tx, "office"))[1] == 1


def test_a_calendar_without_working_time_is_refused(office: Office):
    empty = {**form(), **dict.fromkeys(WEEK, "")}
    answer = office.visitor("ada").post(OFFICE, empty)
    assert answer.status_code == 422
    assert "Please give at least one day its hours." in words(answer)


def test_a_new_calendar_is_made_once(office: Office):
    ada = office.visitor("ada")
    assert ada.post("/calendars/new", form(key="plant")).location == "/calendars/plant"
    assert "Office plant" in ada.text("/calendars")
    assert ada.post("/calendars/new", form(key="plant")).status_code == 409
    for key in ("", "new", "regions", "Plant 2", "-x"):
        assert ada.post("/calendars/new", form(key=key)).status_code == 422


def test_a_team_follows_its_calendar_and_a_client_his(office: Office):
    ada = office.visitor("ada")
    ada.post(
        "/calendars/new", form(key="late", **dict.fromkeys(WEEK, "14:00-22:00"), timezone="UTC")
    )
    sales = office.ask(select(Team.id).where(Team.name == "Sales"))
    ada.post("/calendars/late/use", {"teams": str(sales)})
    assert "Sales" in ada.text("/calendars")
    assert office.run(lambda tx: deadline(tx, office)) == "18:00"
    values = {"calendar": "office"}
    office.run(lambda tx: clients.change(tx, office.client, values))
    assert office.run(lambda tx: deadline(tx, office)) == "13:00"
    ada.post("/calendars/late/use", {})
    assert office.ask(select(Team.calendar).where(Team.id == sales)) is None
    assert "Zażółć Sp. z o.o." in ada.text(OFFICE)


def deadline(tx: Any, office: Office) -> str:
    case = instances.start(tx, "small-deal", subject=f"deal:{office.free_deal}")
    found = tx.execute(select(clocks.c.due_at).where(clocks.c.case_id == case)).scalar_one()
    return f"{found:%H:%M}"


def test_a_client_is_given_a_calendar_in_his_form(office: Office):
    page = office.visitor("anna").text(f"/clients/{office.client}/edit")
    assert "Working calendar office" in page


def test_calendars_are_for_who_manages_the_settings(office: Office):
    for who in ("anna", "boss", "olga"):
        visitor = office.visitor(who)
        assert visitor.get("/calendars").status_code == 403
        assert visitor.get(OFFICE).status_code == 403
        assert visitor.post(OFFICE, form()).status_code == 403
        assert visitor.post(f"{OFFICE}/use", {}).status_code == 403
    assert "Calendars" not in office.visitor("boss").text("/tasks")


def test_an_unknown_calendar_does_not_exist(office: Office):
    ada = office.visitor("ada")
    assert ada.get("/calendars/nowhere").status_code == 404
    assert ada.post("/calendars/nowhere", form()).status_code == 404
    assert ada.post("/calendars/nowhere/use", {}).status_code == 404
