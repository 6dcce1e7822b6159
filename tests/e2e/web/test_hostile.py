"""What an attacker or a clumsy hand sends is refused in words; it is no fault of ours and breaks nothing."""

from __future__ import annotations

import base64
import io
import json

import pytest
from sqlalchemy import select

from crm_entities.imports import reading
from crm_entities.imports.reading import Format, Sheet
from engine import comments
from engine.clocks.table import clocks
from tests.e2e.web.office import Office

HUGE = "9" * 30
RECORDS = ("tasks", "clients", "deals", "cases", "staff", "imports", "definitions/by-id")


@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize("number", [HUGE, "9223372036854775808", "\u0663"])
def test_a_number_that_no_record_can_have_is_an_address_of_nothing(
    office: Office, kind: str, number: str
):
    ending = "/source" if kind == "definitions/by-id" else ""
    assert office.visitor("ada").get(f"/{kind}/{number}{ending}").status_code == 404


@pytest.mark.parametrize(
    "url",
    [
        f"/clients?owner={HUGE}",
        f"/inbox?before={HUGE}",
        "/clients/{client}?before=" + HUGE,
        "/deals/{deal}?before=" + HUGE,
    ],
)
def test_a_list_passes_over_a_number_that_no_record_can_have(office: Office, url: str):
    address = url.format(client=office.client, deal=office.deal)
    assert office.visitor("ada").get(address).status_code == 200


def test_a_key_that_no_page_gave_out_is_refused(office: Office):
    ada = office.visitor("ada")
    tried: list[object] = [HUGE, [], [HUGE], ["x\0", "1"], ["1", "NaT", HUGE], [None, {}]]
    for texts in tried:
        key = base64.urlsafe_b64encode(json.dumps(texts).encode()).decode()
        for url in ("/tasks?", "/tasks?tab=done&", "/clients?", "/cases?", "/reports/cases?"):
            answer = ada.get(f"{url}after={key}")
            assert (answer.status_code, "the key of a page" in answer.text) == (422, True), url


@pytest.mark.parametrize("subject", ["deal:²", "client:", "deal:1:2", f"client:{HUGE}", "staff:1"])
def test_a_record_that_cannot_be_is_no_subject(office: Office, subject: str):
    anna = office.visitor("anna")
    assert anna.get(f"/cases/start?subject={subject}").status_code < 500
    answer = anna.post("/cases/start", {"key": "small-deal", "subject": subject})
    assert answer.status_code == 404


@pytest.mark.parametrize("person", [f"staff:{HUGE}", "staff:²", "staff:", "x' or 1"])
def test_a_task_is_handed_to_nobody_who_cannot_be(office: Office, person: str):
    answer = office.visitor("anna").post(f"/tasks/{office.task()}/assign", {"person": person})
    assert answer.status_code == 422


@pytest.mark.parametrize("amount", [HUGE, "1e999999", "1E+400", "NaN", "Infinity", "-1e-400"])
@pytest.mark.parametrize("field", ["amount", "probability"])
def test_a_number_that_nobody_means_is_refused_at_once(office: Office, field: str, amount: str):
    form = {"title": "A machine", "version": "1", field: amount}
    answer = office.visitor("anna").post(f"/deals/{office.deal}/edit", form)
    assert answer.status_code == 422
    assert amount in answer.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar_break_nothing(office: Office, day: str):
    anna, ada = office.visitor("anna"), office.visitor("ada")
    ada.post("/me", {"language": "en", "zone": "America/Los_Angeles"})
    anna.post("/me", {"language": "en", "zone": "America/Los_Angeles"})
    number = office.people["ben"].removeprefix("staff:")
    absence = ada.post(f"/staff/{number}/absences", {"starts": day, "ends": day})
    assert absence.status_code in {303, 422}
    snoozed = anna.post(f"/tasks/{office.task()}/snooze", {"until": day})
    assert snoozed.status_code in {303, 422}
    assert anna.get("/tasks").status_code == 200
    assert ada.get(f"/staff/{number}").status_code == 200


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles"])
@pytest.mark.parametrize("moment", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_due_date_at_the_end_of_the_calendar_is_refused(office: Office, zone: str, moment: str):
    boss, clock = office.visitor("boss"), office.ask(select(clocks.c.id).limit(1))
    boss.post("/me", {"language": "en", "zone": zone})
    answer = boss.post(f"/clocks/{clock}/due", {"due": moment, "reason": "never"})
    assert answer.status_code in {303, 422}


def test_text_with_a_nul_is_refused_on_postgresql_as_anywhere(office_on_postgresql: Office):
    anna, task = office_on_postgresql.visitor("anna"), office_on_postgresql.task()
    sent = [
        anna.post(f"/tasks/{task}/comment", {"text": "a\x00b"}),
        anna.post(f"/tasks/{task}/draft", {"note": "a\x00b"}),
        anna.post("/login", {"login": "a\x00b", "password": "x"}),
        anna.get("/clients?q=a%00b"),
        anna.get("/cases?key=a%00b"),
        anna.get("/definitions/a%00b"),
    ]
    assert [answer.status_code for answer in sent] == [422] * 6


def test_whom_a_task_does_not_concern_does_not_learn_by_claiming_that_it_is_there(office: Office):
    task = office.task()
    assert office.visitor("sven").post(f"/tasks/{task}/claim").status_code == 404
    assert office.visitor("sven").post(f"/tasks/{task + 999}/claim").status_code == 404


def test_others_write_while_a_large_file_is_read(office: Office, monkeypatch: pytest.MonkeyPatch):
    read, who = reading.read, office.people["anna"]
    written: list[int] = []

    def slowly(name: str, content: bytes, wanted: Format | None = None) -> Sheet:
        written.append(office.run(lambda tx: comments.write(tx, office.case, "meanwhile"), who))
        return read(name, content, wanted)

    monkeypatch.setattr(reading, "read", slowly)
    file = (io.BytesIO(b"Name;City\nOne;Bonn\n"), "list.csv")
    sent = office.visitor("ada").post("/imports", {"entity": "client", "file": file})
    assert (sent.status_code, len(written)) == (303, 1)
