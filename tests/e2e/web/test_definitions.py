"""Processes on their screens: looked at, uploaded, checked, published, retired."""

from __future__ import annotations

import io

from engine import definitions, instances
from ledger import transaction
from tests.e2e.web.office import SALES, Office, words


def upload(
    office: Office,
    content: bytes,
    name: str = "sales.yaml",
    then: str = "publish",
    login: str = "olga",
):
    return office.visitor(login).post(
        "/definitions", {"files": (io.BytesIO(content), name), "then": then}
    )


def test_a_changed_definition_becomes_the_next_version(office: Office):
    answer = upload(office, SALES.replace(b"deadline: PT4H", b"deadline: PT2H"))
    assert answer.headers["Location"] == "/definitions/small-deal?version=2"
    page = office.visitor("olga").text("/definitions/small-deal")
    assert "Process owner group Back office" in page
    assert "version 2 0 running cases" in page
    assert "version 1 1 running case" in page


def test_what_is_wrong_is_said_with_its_place_and_nothing_is_deployed(office: Office):
    answer = upload(office, SALES.replace(b"interested: offer", b"interested: ofer"))
    assert answer.status_code == 422
    page = words(answer)
    assert "cannot be deployed" in page
    assert "Error · line 24" in page
    assert "ofer" in page
    with transaction.read(office.store, "system") as tx:
        assert definitions.latest(tx, "small-deal").version == 1


def test_only_checking_deploys_nothing(office: Office):
    page = words(upload(office, SALES, then="check"))
    assert "can be deployed" in page


def test_a_draft_starts_no_case_until_it_is_published(office: Office):
    olga = office.visitor("olga")
    upload(office, SALES.replace(b"Small deal", b"Small deal, new"), then="draft")
    with transaction.read(office.store, "system") as tx:
        draft = definitions.versions(tx, "small-deal")[0]
        assert definitions.latest(tx, "small-deal").version == 1
    assert draft.state == "draft"
    olga.post(f"/definitions/by-id/{draft.id}/publish")
    with transaction.read(office.store, "system") as tx:
        assert definitions.latest(tx, "small-deal").version == 2
    olga.post(f"/definitions/by-id/{draft.id}/retire")
    with transaction.read(office.store, "system") as tx:
        assert definitions.latest(tx, "small-deal").version == 1


def test_a_file_of_another_kind_is_refused_in_words(office: Office):
    answer = upload(office, b"MZ", name="setup.exe")
    assert answer.status_code == 422
    assert "Expected a file that ends in" in words(answer)


def test_the_owner_gets_the_file_back_as_it_was(office: Office):
    with transaction.read(office.store, "system") as tx:
        number = definitions.latest(tx, "small-deal").id
    olga = office.visitor("olga")
    assert olga.get(f"/definitions/by-id/{number}/source").data == SALES
    answer = olga.get(f"/definitions/by-id/{number}.bpmn")
    assert answer.content_type.startswith("application/xml")
    assert b"<bpmn:definitions" in answer.data or b"<definitions" in answer.data


def test_a_draft_is_seen_by_those_who_draft_alone(office: Office):
    upload(office, SALES.replace(b"Small deal", b"Secret plan"), then="draft")
    with transaction.read(office.store, "system") as tx:
        draft, used = definitions.versions(tx, "small-deal")
    anna, olga = office.visitor("anna"), office.visitor("olga")
    assert anna.get(f"/definitions/by-id/{draft.id}.bpmn").status_code == 404
    assert "version 2" not in anna.text("/definitions/small-deal?version=2")
    assert anna.get(f"/definitions/by-id/{used.id}.bpmn").status_code == 200
    assert olga.get(f"/definitions/by-id/{draft.id}.bpmn").status_code == 200


def test_a_version_nobody_starts_from_any_more_is_seen_by_who_sees_a_case_of_it(office: Office):
    upload(office, SALES.replace(b"deadline: PT4H", b"deadline: PT2H"))
    with transaction.read(office.store, "system") as tx:
        used = definitions.versions(tx, "small-deal")[1]
    assert office.visitor("anna").get(f"/definitions/by-id/{used.id}.bpmn").status_code == 200
    assert office.visitor("boss").get(f"/definitions/by-id/{used.id}.bpmn").status_code == 200
    assert office.visitor("sven").get(f"/definitions/by-id/{used.id}.bpmn").status_code == 404


def test_a_published_version_reads_as_replaced_beside_a_newer_one(office: Office):
    upload(office, SALES.replace(b"deadline: PT4H", b"deadline: PT2H"))
    page = office.visitor("olga").text("/definitions/small-deal")
    assert "version 2 0 running cases published" in page
    assert "version 1 1 running case replaced by a newer one" in page


def test_a_long_list_of_running_cases_says_that_it_is_cut(office: Office):
    with transaction.begin(office.store, office.people["boss"]) as tx:
        for _ in range(21):
            instances.start(tx, "small-deal", subject=f"deal:{office.free_deal}")
    page = office.visitor("olga").get("/definitions/small-deal")
    assert "The newest 20 of 22." in words(page)
    assert 'href="/cases?key=small-deal"' in page.text
