"""Running cases are moved to another version on the screens: looked at first, with suggestions, in two languages."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from engine import definitions, instances
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger import transaction
from tests.e2e.web.office import SALES, Office, words
from tests.e2e.web.test_definitions import upload

RENAMED = SALES.replace(b"- id: call\n", b"- id: phone\n").replace(b"PT4H", b"PT2H")
PAGE = "/definitions/small-deal/move"
CASES = {"from": "1", "to": "2", "which": "all"}


@pytest.fixture
def office(office: Office) -> Office:
    """Two cases at their first stage, and a second version that calls it otherwise and gives it less time."""
    subject = f"deal:{office.free_deal}"
    with transaction.begin(office.store, office.people["boss"]) as tx:
        instances.start(tx, "small-deal", subject=subject)
    upload(office, RENAMED)
    return office


def versions(office: Office) -> list[int]:
    """By which versions the live cases run."""
    question = select(cases.c.definition_id).where(cases.c.state == "active").order_by(cases.c.id)
    with transaction.read(office.store, "system") as tx:
        return [definitions.get(tx, number).version for number in tx.execute(question).scalars()]


def test_the_process_leads_to_it_and_what_was_renamed_is_suggested(office: Office):
    olga = office.visitor("olga")
    assert "Move running cases" in olga.text("/definitions/small-deal")
    page = olga.get(f"{PAGE}?from=1&to=2").text
    assert re.search(r'name="map-call".*?<option value="phone" selected>', page, re.DOTALL)
    assert "It seems to have been renamed." in page


def test_a_look_ahead_says_what_would_happen_and_writes_nothing(office: Office):
    office.store.clock.move_to(office.store.clock().replace(hour=12))  # type: ignore[attr-defined]  # a clock of tests
    olga = office.visitor("olga")
    form = {**CASES, "map-call": "phone", "clocks": "recompute", "then": "look"}
    page = words(olga.post(PAGE, form))
    assert "2 cases move, 2 would be overdue at once" in page
    assert "“Call the client” is due Today 11:00 instead of Today 13:00" in page
    assert "2 deadlines move to an earlier time" in page
    kept = words(olga.post(PAGE, {**form, "clocks": "keep"}))
    assert "2 deadlines stay as they are" in kept
    gone = words(olga.post(PAGE, {**CASES, "map-call": "", "then": "look"}))
    assert "0 cases move, 2 cannot" in gone
    assert "“Call the client” is gone, and nothing stands in for it" in gone
    assert versions(office) == [1, 1]


def test_all_move_and_each_says_so(office: Office):
    olga = office.visitor("olga")
    form = {**CASES, "map-call": "phone", "clocks": "keep", "then": "start"}
    answer = olga.post(PAGE, form)
    assert versions(office) == [2, 2]
    page = olga.text(answer.headers["Location"])
    assert "2 moved" in page
    assert "Olga Example" in page
    log = olga.text(f"/cases/{office.case}")
    assert "The case moved from version 1 to version 2" in log
    assert "“Call the client” began" in log
    assert "2 cases have moved" in olga.text(PAGE)
    assert office.task("phone")


def test_only_the_chosen_case_moves_and_one_that_cannot_says_why(office: Office):
    olga = office.visitor("olga")
    form = {**CASES, "which": "some", "case": str(office.case), "map-call": "", "then": "start"}
    answer = olga.post(PAGE, form)
    assert versions(office) == [1, 1]
    assert "“Call the client” is gone" in olga.text(answer.headers["Location"])
    olga.post(PAGE, {**form, "map-call": "phone"})
    assert sorted(versions(office)) == [1, 2]


def test_a_time_that_is_no_time_is_said_beside_the_form(office: Office):
    olga = office.visitor("olga")
    form = {**CASES, "map-call": "phone", "clocks": "grace", "grace": "soon", "then": "look"}
    answer = olga.post(PAGE, form)
    assert answer.status_code == 422
    assert "Expected how much time is left at least" in words(answer)


def test_it_is_said_in_french(office: Office):
    olga = office.visitor("olga")
    olga.post("/me", {"language": "fr"})
    page = words(olga.post(PAGE, {**CASES, "map-call": "", "then": "look"}))
    assert "2 ne le peuvent pas" in page


def test_a_person_without_the_right_neither_sees_nor_moves(office: Office):
    anna = office.visitor("anna")
    assert "Move running cases" not in anna.text("/definitions/small-deal")
    assert anna.get(PAGE).status_code == 403
    assert anna.post(PAGE, {**CASES, "then": "start"}).status_code == 403


def test_a_case_is_moved_to_another_stage_by_hand(office: Office):
    olga = office.visitor("olga")
    page = olga.get(f"/cases/{office.case}").text
    found = re.search(r'id="move-from".*?<option value="([^"]+)">', page, re.DOTALL)
    assert found is not None
    form = {"from": found[1], "to": "check", "reason": "done on paper"}
    olga.post(f"/cases/{office.case}/move", form)
    open_one = select(tasks.c.element).where(
        tasks.c.case_id == office.case, tasks.c.state == "open"
    )
    assert office.ask(open_one) == "check"
    assert "done on paper" in olga.text(f"/cases/{office.case}")


VOTE = b"""
kontor: 1
id: yes-or-no
title: Yes or no
subject: none
owner: group:back-office
stages:
  - id: vote
    title: The vote
    approve: { by: [group:back-office, staff:anna], rule: all }
    outcomes: { approved: rest, declined: { end: refused } }
  - { id: rest, title: A rest, wait: { until: P3D } }
ends: { refused: {} }
"""


def test_a_case_with_two_tasks_at_a_stage_is_counted_once(office: Office):
    upload(office, VOTE, "vote.yaml")
    with transaction.begin(office.store, office.people["boss"]) as tx:
        instances.start(tx, "yes-or-no")
    upload(office, VOTE.replace(b"P3D", b"P4D"), "vote.yaml")
    page = words(office.visitor("olga").get("/definitions/yes-or-no/move?from=1&to=2"))
    assert "The vote vote · 1 case there" in page
    assert "cases there" not in page


def test_who_had_the_task_open_meanwhile_is_told_and_loses_nothing_typed(office: Office):
    anna, task = office.visitor("anna"), office.task("call")
    anna.post(f"/tasks/{task}/claim")
    hidden = re.search(r'name="definition" value="(\d+)"', anna.get(f"/tasks/{task}").text)
    assert hidden is not None
    move = {**CASES, "map-call": "phone", "clocks": "keep", "then": "start"}
    office.visitor("olga").post(PAGE, move)
    assert set(versions(office)) == {2}
    form = {"channel": "phone", "outcome": "interested"}
    url = f"/tasks/{task}/complete"
    answer = anna.post(url, {**form, "definition": hidden[1]})
    assert answer.status_code == 409
    assert "Olga Example moved its case to version 2 at" in words(answer)
    assert re.search(r'value="phone"[^>]*(checked|selected)', answer.text)
    again = re.search(r'name="definition" value="(\d+)"', answer.text)
    assert again is not None
    assert anna.post(url, {**form, "definition": again[1]}).status_code == 303
