"""Clients, deals, the board, people and imports on their screens."""

from __future__ import annotations

import io

from sqlalchemy import select

from crm_entities.clients import Client
from crm_entities.deals import Deal
from tests.e2e.web.office import Office, words


def stage_of(office: Office, deal: int) -> str:
    return str(office.ask(select(Deal.pipeline_stage).where(Deal.id == deal)))


def test_a_client_is_written_with_all_that_was_typed(office: Office):
    anna = office.visitor("anna")
    form = {
        "name": "Müller & Söhne",
        "kind": "company",
        "phones": "+49 30 123456 (office)\n+49 171 2345678",
        "city": "Köln",
        "country": "de",
        "tags": "gold, fair",
    }
    answer = anna.post("/clients/new", form)
    assert answer.status_code == 303
    page = anna.text(answer.headers["Location"])
    for expected in (
        "Müller & Söhne",
        "office +4930123456",
        "+491712345678",
        "Köln, DE",
        "gold fair",
        "Anna Example",
    ):
        assert expected in page


def test_a_wrong_field_is_named_and_the_rest_stays(office: Office):
    answer = office.visitor("anna").post(
        "/clients/new", {"name": "New & Co", "kind": "company", "birthday": "31.12.1999"}
    )
    assert answer.status_code == 422
    assert "“31.12.1999” is not a date" in words(answer)
    assert "New &amp; Co" in answer.text


def test_two_people_edit_at_once_and_the_second_keeps_what_he_typed(office: Office):
    anna, boss = office.visitor("anna"), office.visitor("boss")
    url = f"/clients/{office.client}/edit"
    form = {"kind": "company", "mails": "info@zazolc.example", "version": "1"}
    assert boss.post(url, {**form, "name": "Renamed by the boss"}).status_code == 303
    answer = anna.post(url, {**form, "name": "Renamed by Anna"})
    assert answer.status_code == 409
    assert "Boss Example changed it" in words(answer)
    assert "Renamed by Anna" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_an_activity_stands_on_the_card(office: Office):
    anna = office.visitor("anna")
    anna.post(
        f"/clients/{office.client}/activities",
        {"kind": "call", "summary": "Asked for a price", "body": "Urgent"},
    )
    page = anna.text(f"/clients/{office.client}")
    assert "Call: Asked for a price · Anna Example Urgent" in page


def test_without_a_process_a_deal_simply_moves(office: Office):
    anna = office.visitor("anna")
    anna.post(f"/deals/{office.free_deal}/move", {"stage": "offered"})
    assert stage_of(office, office.free_deal) == "offered"
    answer = anna.post(f"/deals/{office.free_deal}/move", {"stage": "lost"})
    assert "Expected a reason why the deal is lost" in anna.text(answer.headers["Location"])
    assert stage_of(office, office.free_deal) == "offered"


def test_with_a_process_a_move_is_a_step_of_it(office: Office):
    anna = office.visitor("anna")
    page = anna.text("/deals")
    assert "Offered – Call the client" in page
    answer = anna.post(f"/deals/{office.deal}/move", {"stage": "offered"})
    assert answer.headers["Location"] == f"/tasks/{office.task()}?outcome=interested"
    assert stage_of(office, office.deal) == "called"
    anna.post(f"/tasks/{office.task()}/complete", {"channel": "phone", "outcome": "interested"})
    anna.post(f"/deals/{office.deal}/move", {"stage": "lost"})
    assert stage_of(office, office.deal) == "lost"


def test_a_column_that_the_process_does_not_lead_to_says_why(office: Office):
    anna = office.visitor("anna")
    answer = anna.post(f"/deals/{office.deal}/move", {"stage": "won"})
    page = anna.text(answer.headers["Location"])
    assert "“Small deal” is at “Call the client” and does not lead to “Won” from there" in page
    assert stage_of(office, office.deal) == "called"


def test_search_finds_by_any_part(office: Office):
    page = office.visitor("anna").text("/search?q=zazolc")
    assert "Zażółć Sp. z o.o." in page


def test_a_list_comes_in_after_its_columns_were_mapped_and_can_be_taken_back(office: Office):
    ada = office.visitor("ada")
    content = "Firma;Ort;E-Mail\nGrüne Wiese;Köln;info@wiese.example\n;Bonn;x@y.example\n".encode(
        "cp1252"
    )
    sent = ada.post("/imports", {"entity": "client", "file": (io.BytesIO(content), "liste.csv")})
    url = sent.headers["Location"]
    assert "Grüne Wiese" in ada.text(url)
    mapping = {"column-0": "name", "column-1": "city", "column-2": "mail"}
    looked = words(ada.post(f"{url}/begin", {**mapping, "then": "look"}))
    assert "1 would be written" in looked
    assert "1 would be rejected" in looked
    assert ada.post(f"{url}/begin", {**mapping, "then": "write"}).headers["Location"] == url
    assert "1 written" in ada.text(url)
    assert "Grüne Wiese" in ada.text("/clients?q=wiese")
    assert ada.get(f"{url}/rejected").data[:2] == b"PK"
    ada.post(f"{url}/undo")
    assert office.ask(select(Client.id).where(Client.name == "Grüne Wiese")) is None


def test_new_records_are_the_writers_own_until_said_otherwise(office: Office):
    anna = office.visitor("anna")
    mine = f'value="{office.people["anna"].removeprefix("staff:")}" selected'
    client = anna.get("/clients/new").text
    assert mine in client
    assert 'value="company" selected' in client
    deal = anna.get(f"/deals/new?client={office.client}").text
    assert mine in deal
    assert 'value="EUR" selected' in deal


def test_a_colleague_is_hired_and_planned_away(office: Office):
    ada = office.visitor("ada")
    form = {
        "name": "Nora New",
        "login": "nora",
        "roles": ["employee", "manager"],
        "new_password": "long enough",
    }
    assert ada.post("/staff/new", form).status_code == 303
    assert "Nora New" in ada.text("/staff")
    number = office.people["ben"].removeprefix("staff:")
    absence = {
        "starts": "2026-01-07",
        "ends": "2026-01-09",
        "substitute": office.people["anna"].removeprefix("staff:"),
    }
    ada.post(f"/staff/{number}/absences", absence)
    assert "Anna Example stands in" in ada.text(f"/staff/{number}")
    assert ada.post("/staff/new", {**form, "login": "anna"}).status_code == 409
