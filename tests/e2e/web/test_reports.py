"""Reports: who kept what was promised, the cases behind each figure, and files of both."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any, cast

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from crm_entities import deals, staff, teams
from engine import clocks, instances, user_tasks
from engine.clocks.measures import measures
from ledger import paging, transaction
from ledger.clock import VirtualClock
from scheduler import figures
from tests.e2e.web.office import Office, words
from web import clock_figures

DONE = {"channel": "phone"}


def pass_hours(office: Office, hours: float) -> None:
    clock = cast("VirtualClock", office.store.clock)
    clock.move_to(clock.now + timedelta(hours=hours))


def as_actor(office: Office, login: str, command: Any) -> None:
    office.run(command, actor=office.people[login])


@pytest.fixture
def late(office: Office) -> Office:
    """Anna held the call for six hours where four were promised, and passed it on to Ben for one more."""
    task = office.task("call")
    pass_hours(office, 6)
    as_actor(office, "anna", lambda tx: user_tasks.hand_over(tx, task, office.people["ben"]))
    pass_hours(office, 1)
    as_actor(office, "ben", lambda tx: user_tasks.complete(tx, task, DONE, outcome="interested"))
    figures.run(office.store)
    return office


def test_a_manager_sees_what_was_late_and_who_held_it(late: Office):
    page = late.visitor("boss").text("/reports?since=2026-01-01")
    assert "On time 0 % 0 of 1 promises" in page
    assert "Call the client Small deal 0 % 1 0 1 3h" in page
    assert "Anna Example 2h" in page
    assert "Ben Example 1h" in page


def test_the_menu_leads_there_in_one_click(late: Office):
    assert 'href="/reports"' in late.visitor("boss").get("/tasks").text
    assert 'href="/reports"' not in late.visitor("anna").get("/tasks").text
    assert late.visitor("anna").get("/reports").status_code == 403


@pytest.mark.parametrize("by", ["stage", "definition", "team", "person", "client"])
def test_every_grouping_leads_to_the_case(late: Office, by: str):
    boss = late.visitor("boss")
    page = words(boss.get(f"/reports?by={by}"))
    assert {
        "stage": "Call the client",
        "definition": "Small deal 0 %",
        "team": "Sales 0 %",
        "person": "Ben Example 0 %",
        "client": "Zażółć Sp. z o.o. 0 %",
    }[by] in page
    assert "Call the client Small deal A machine" in words(boss.get("/reports/cases?verdict=late"))


def test_narrowing_leaves_out_the_others(late: Office):
    boss = late.visitor("boss")
    ben = late.people["ben"]
    assert "Anna Example" not in boss.text(f"/reports?person={ben}&team=1")
    assert "Nothing has ended" in boss.text("/reports?key=other&until=2026-01-04")
    assert "A machine" in boss.text(f"/reports/cases?client={late.client}")
    assert "A machine" not in boss.text("/reports/cases?client=999")
    assert "A machine" in boss.text(f"/reports/cases?charged={ben}")
    assert "A machine" not in boss.text("/reports/cases?charged=nobody")


def test_another_due_date_is_extended_and_never_met(office: Office):
    task = office.task("call")
    clock = office.ask(clocks.clocks.select().with_only_columns(clocks.clocks.c.id))
    due = office.store.clock() + timedelta(hours=7)
    as_actor(office, "boss", lambda tx: clocks.override(tx, clock, due, "asked for"))
    pass_hours(office, 6)
    as_actor(office, "anna", lambda tx: user_tasks.complete(tx, task, DONE, outcome="interested"))
    figures.run(office.store)
    page = office.visitor("boss").text("/reports")
    assert "On time 0 % 0 of 1 promises" in page
    assert "Extended 1 another date was set" in page


def test_what_is_open_and_overdue_is_shown_so_far(office: Office):
    pass_hours(office, 6)
    page = office.visitor("boss").text("/reports")
    assert "Overdue now 1 still open" in page
    assert "Anna Example – 2h" in page


def test_whose_record_is_hidden_is_in_no_figure(late: Office):
    def hide(tx: Any) -> None:
        deal = deals.get(tx, late.deal)
        deal.audience, deal.team_id = "own", None

    late.run(hide)
    warehouse = late.run(_hire_manager)
    late.people = {**late.people, "wanda": warehouse}
    wanda = late.visitor("wanda")
    assert "Nothing has ended" in wanda.text("/reports")
    assert "A machine" not in wanda.text("/reports/cases")
    for name in ("deadlines.csv", "cases.csv"):
        assert "Call the client" not in wanda.get(f"/reports/{name}").text


def _hire_manager(tx: Any) -> str:
    team = next(one.id for one in teams.listing(tx) if one.name == "Warehouse")
    values = {"login": "wanda", "name": "Wanda Example", "team_id": team, "roles": ["manager"]}
    return f"staff:{staff.hire(tx, values).id}"


def test_files_hold_the_same_without_formulas(late: Office):
    late.run(lambda tx: deals.change(tx, late.deal, {"title": '=HYPERLINK("http://x")'}))
    boss = late.visitor("boss")
    table = boss.get("/reports/deadlines.csv")
    assert table.mimetype == "text/csv"
    assert table.text.splitlines()[1].startswith("Call the client,Small deal,0,0,1,0,0.0,180")
    lines = boss.get("/reports/cases.csv").text.splitlines()
    assert "\"'=HYPERLINK(" in lines[1]
    book = CalamineWorkbook.from_filelike(io.BytesIO(boss.get("/reports/cases.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][3] == '=HYPERLINK("http://x")'
    assert rows[1][9] == 180.0
    assert boss.get("/reports/cases.pdf").status_code == 404


def test_a_long_list_goes_on_where_it_ended(late: Office):
    boss = late.visitor("boss")
    assert "A machine" in boss.text("/reports/cases")
    with transaction.read(late.store, "system") as tx:
        (only,) = tx.execute(select(measures)).all()
    after = paging.key(clock_figures.LATEST, only)
    assert "Nothing here" in boss.text(f"/reports/cases?after={after}")
    assert boss.get("/reports/cases?after=nonsense").status_code == 422


def test_on_postgresql_every_grouping_works(office_on_postgresql: Office):
    office = office_on_postgresql
    case = office.case
    pass_hours(office, 30)
    as_actor(office, "boss", lambda tx: instances.cancel(tx, case, "test"))
    figures.run(office.store)
    boss = office.visitor("boss")
    for by in ("stage", "definition", "team", "person", "client"):
        assert "On time 0 %" in boss.text(f"/reports?by={by}&client={office.client}&team=1")
    assert "A machine" in boss.text("/reports/cases?reason=&charged=&verdict=late")


def test_a_team_answers_for_what_its_people_did_while_they_were_in_it(late: Office):
    warehouse = "Warehouse"
    with transaction.begin(late.store, late.people["ada"]) as tx:
        team = next(one.id for one in teams.listing(tx) if one.name == warehouse)
        staff.change(tx, int(late.people["ben"].removeprefix("staff:")), {"team_id": team})
    page = late.visitor("olga").text("/reports?by=team")
    assert "Sales 0 % 1 0 1 3h 3h" in page
    assert warehouse not in page.partition("Who held it")[0].partition("Where it is late")[2]
