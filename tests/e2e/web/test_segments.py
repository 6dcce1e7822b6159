"""Segments on the screens: made of conditions without JavaScript, looked at first, used by lists and processes."""

from __future__ import annotations

from typing import Any

import pytest

from crm_entities import custom_fields, segments, staff, teams
from engine import definitions
from scheduler import schedules
from tests.e2e.web.office import Office, words
from web import company_directory, definition_files
from web.pages import segments as pages

PROSPECTS = "/segments/prospects"
WIN_BACK = """
kontor: 1
id: greet
title: {{ en: Greet them, fr: Les saluer }}
subject: client
start: {{ on: [ {{ every: "0 9 1 * *", for each client: {{ segment: {segment} }} }} ] }}
stages: [ {{ id: call, responsible: group:back-office }} ]
"""
TAGGED = {"name-0": "tag", "value-0": "vip, press"}


def form(**more: str) -> dict[str, str]:
    """A new segment with one condition."""
    sent = {"title": "Our prospects", "name-0": "status", "value-0": "potential", "then": "save"}
    return {**sent, **{name.replace("_", "-"): value for name, value in more.items()}}


def kept(office: Office, key: str) -> list[Any]:
    return list(office.run(lambda tx: segments.get(tx, key).filters))


def deploy(office: Office, segment: str) -> tuple[int, list[str]]:
    """Publish a process for a segment as an upload would; return its number, or why it cannot be."""
    text = WIN_BACK.format(segment=segment).encode()

    def command(tx: Any) -> tuple[int, list[str]]:
        looked = definition_files.look("greet.yaml", text, company_directory.of(tx))
        if looked.source is None:
            return 0, [str(one) for one in looked.problems]
        made = definitions.deploy(tx, [looked.source]).definitions[0]
        return made.id, [str(one) for one in looked.problems]

    found: tuple[int, list[str]] = office.run(command)
    return found


def test_the_list_says_what_segments_mean_and_how_many_fit_whom_one_may_read(office: Office):
    page = office.visitor("anna").text("/segments")
    assert "Prospects Status: potential · Amount of a deal: 1,000 to 5,000" in page
    assert "Owner: Anna Example 1 " in page
    assert "New segment" not in page
    assert "Owner: Anna Example 0 " in office.visitor("sven").text("/segments")
    office.run(lambda tx: staff.change(tx, staff.by_login(tx, "anna").id, {"language": "fr"}))  # type: ignore[union-attr]  # she is there
    page = office.visitor("anna").text("/segments")
    assert "Prospects actifs Statut : potentiel · Montant d’une affaire : de 1" in page


def test_among_many_clients_the_list_asks_for_each_size_by_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pages, "LARGE", 0)
    anna = office.visitor("anna")
    assert f'href="{PROSPECTS}" hx-get="{PROSPECTS}/size"' in anna.get("/segments").text
    assert words(anna.get(f"{PROSPECTS}/size")) == "1"
    office.run(lambda tx: segments.redefine(tx, "prospects", {"filters": [["team", "Sales"]]}))
    office.run(lambda tx: teams.change(tx, 1, {"name": "Selling"}))
    assert "There is no team" not in anna.text("/segments")
    answer = anna.get(f"{PROSPECTS}/size")
    assert "cannot be told" in words(answer)
    assert "there is no team “Sales”" in answer.text
    assert anna.get("/clients?segment=prospects").status_code == 422


def test_a_segment_shows_its_clients_and_leads_to_the_list_of_them(office: Office):
    anna = office.visitor("anna")
    assert "fits 1 client Zażółć" in anna.text(PROSPECTS)
    assert "Zażółć" in anna.text("/clients?segment=prospects")
    office.run(lambda tx: segments.redefine(tx, "prospects", {"filters": [["status", "lost"]]}))
    page = anna.text("/clients?segment=prospects")
    assert "0 clients" in page
    assert "No client fits" in page
    assert "now “Status: lost”" in anna.text(PROSPECTS)
    assert anna.get("/clients?segment=nobody-knows").status_code == 404
    assert "fits 0 clients" in office.visitor("sven").text(PROSPECTS)


def test_conditions_come_and_go_before_anything_is_saved(office: Office):
    olga = office.visitor("olga")
    page = olga.post("/segments/new", form(then="add", added="no contact for"))
    assert page.status_code == 200
    assert 'name="name-1" value="no contact for"' in page.text
    assert "As soon as every condition is complete." in words(page)
    assert "Please fill in" not in words(page)
    more = {"name-1": "no contact for", "days-1": "0"}
    page = olga.post("/segments/new", {**form(then="look"), **more})
    assert "fits 0 clients" in words(page)
    page = olga.post("/segments/new", {**form(then="remove-1"), **more})
    assert "name-1" not in page.text
    assert "fits 1 client Zażółć" in words(page)
    assert "Our prospects" not in olga.text("/segments")
    assert olga.post("/segments/new", {**form(), **more}).status_code == 303
    assert kept(office, "our-prospects") == [["status", "potential"], ["no contact for", "0 days"]]


def test_every_kind_of_condition_is_typed_kept_and_shown_again(office: Office):
    for key, kind in (("seats", "number"), ("ends", "date"), ("post", "boolean")):
        office.run(
            lambda tx, key=key, kind=kind: custom_fields.define(tx, "client", key, kind, key)
        )
    sent = {
        "name-0": "tag", "value-0": "vip, press",
        "name-1": "birthday", "how-1": "within", "days-1": "7",
        "name-2": "created", "how-2": "between", "value-2": "2026-01-01", "until-2": "2026-02-01",
        "name-3": "deal amount", "how-3": "above", "value-3": "1,234.50", "currency-3": "usd",
        "name-4": "open deal", "value-4": "no",
        "name-5": "custom.seats", "how-5": "filled",
        "name-6": "custom.ends", "how-6": "last", "days-6": "30",
        "name-7": "custom.post", "value-7": "yes",
        "name-8": "team", "value-8": "Sales",
    }  # fmt: skip
    olga = office.visitor("olga")
    assert olga.post("/segments/new", {**form(), **sent, "key": "all-kinds"}).status_code == 303
    assert [value for _, value in kept(office, "all-kinds")] == [
        "vip, press",
        "within 7 days",
        "2026-01-01 to 2026-02-01",
        "above 1234.50 USD",
        "no",
        "filled",
        "last 30 days",
        "yes",
        "Sales",
    ]
    page = olga.get("/segments/all-kinds/edit").text
    for number in range(9):
        assert f'name="name-{number}"' in page
    assert 'value="1,234.5"' in page
    said = olga.text("/segments/all-kinds")
    assert "Birthday or founding date: in the next 7 days" in said
    assert "Amount of a deal: above $1,234.50" in said


def test_what_cannot_be_is_said_beside_its_condition_and_nothing_typed_is_lost(office: Office):
    olga = office.visitor("olga")
    wrong = {"name-1": "country", "value-1": "Narnia", "name-2": "birthday", "how-2": "within"}
    answer = olga.post("/segments/new", {**form(title=""), **wrong})
    assert answer.status_code == 422
    assert "Narnia" in answer.text
    assert "Expected a country's code such as DE" in words(answer)
    assert "Please fill in “Birthday or founding date”." in words(answer)
    answer = olga.post("/segments/new", form(title=" "))
    assert "Expected a segment to have a title" in words(answer)
    assert olga.post("/segments/new", {"title": "Everybody", "then": "save"}).status_code == 422
    assert olga.post("/segments/new", form(key="prospects")).status_code == 409
    junk = {**form(version="x"), "name-1": "colour", "value-1": "red", "then": "look"}
    assert olga.post("/segments/new", junk).status_code == 200
    assert olga.post(f"{PROSPECTS}/edit", {**form(version="x"), "owner_id": "x"}).status_code == 409
    assert (
        olga.post(f"{PROSPECTS}/edit", {**form(version="1"), "owner_id": "999"}).status_code == 404
    )


def test_of_two_people_at_once_the_second_is_told_and_keeps_what_he_typed(office: Office):
    olga, ada = office.visitor("olga"), office.visitor("ada")
    sent = {"title": "Mine", "version": "1", "then": "save", **TAGGED}
    assert olga.post(f"{PROSPECTS}/edit", sent).status_code == 303
    answer = ada.post(f"{PROSPECTS}/edit", {**sent, "title": "Hers"})
    assert answer.status_code == 409
    assert "Olga Example changed it" in words(answer)
    assert 'value="Hers"' in answer.text
    assert 'name="version" value="2"' in answer.text
    assert (
        ada.post(f"{PROSPECTS}/edit", {**sent, "title": "Hers", "version": "2"}).status_code == 303
    )
    title = office.run(lambda tx: segments.get(tx, "prospects").title)
    assert title == {"en": "Hers", "fr": "Prospects actifs"}


def test_a_segment_that_a_process_starts_for_says_so_and_is_not_retired(office: Office):
    number, _ = deploy(office, "prospects")
    olga = office.visitor("olga")
    assert "Starts by itself Greet them" in olga.text(PROSPECTS)
    answer = olga.post(f"{PROSPECTS}/retire")
    assert answer.status_code == 409
    assert "Greet them does" in words(answer)
    schedules.run(office.store)
    page = olga.text("/definitions/greet")
    assert "for each client (Segment: Prospects)" in page
    office.run(lambda tx: definitions.retire(tx, number))
    assert olga.post(f"{PROSPECTS}/retire").status_code == 303
    assert "Prospects" not in olga.text("/segments")
    assert "Prospects" in olga.text("/segments?retired=1")
    assert "is retired; bring it back" in deploy(office, "prospects")[1][0]
    answer = olga.post(f"/definitions/by-id/{number}/publish")
    assert answer.status_code == 409
    assert "is retired; bring it back" in words(answer)
    assert olga.post(f"{PROSPECTS}/bring-back").status_code == 303
    assert deploy(office, "prospects")[0]


def test_a_process_for_an_unknown_segment_is_not_deployed_and_one_for_nobody_is_warned_of(
    office: Office,
):
    number, (unknown,) = deploy(office, "prospcts")
    assert not number
    assert "There is no segment “prospcts”; there is: prospects" in unknown
    office.run(lambda tx: segments.redefine(tx, "prospects", {"filters": [["status", "lost"]]}))
    number, (warned,) = deploy(office, "prospects")
    assert number
    assert "No client fits just now" in warned


def test_who_draws_up_no_processes_looks_and_changes_nothing(office: Office):
    anna = office.visitor("anna")
    assert anna.get("/segments/new").status_code == 403
    for url in ("/segments/new", f"{PROSPECTS}/edit", f"{PROSPECTS}/retire"):
        assert anna.post(url, form()).status_code == 403
    assert kept(office, "prospects")[0] == ["status", "potential"]
