"""What waits for a program or for a repair, on one page for those who look after it."""

from __future__ import annotations

import re

from sqlalchemy import select

from engine import definitions, instances, jobs
from engine.waiting.cases import cases
from tests.e2e.web.office import Office
from tests.support.models import simple

ARCHIVE = '<serviceTask id="archive" name="Archive it" camunda:class="com.example.Archive"/>'
FAULTY = '<exclusiveGateway id="way" name="Which way"/>'


def start(office: Office, elements: str, flows: str) -> int:
    model = simple("side", elements, flows)
    office.run(lambda tx: definitions.deploy(tx, [definitions.Source("side.bpmn", model)]))
    return int(office.run(lambda tx: instances.start(tx, "side")))


def state(office: Office, case_id: int) -> str:
    return str(office.ask(select(cases.c.state).where(cases.c.id == case_id)))


def test_work_that_no_program_does_can_be_reported_as_done(office: Office):
    case_id = start(office, ARCHIVE, "s > archive > e")
    page = office.visitor("olga").text("/jobs")
    assert "Archive it" in page
    assert "com.example.Archive" in page
    (address,) = re.findall(r"/jobs/\d+/complete", office.visitor("olga").get("/jobs").text)
    office.visitor("olga").post(address)
    assert state(office, case_id) == "completed"
    assert "Archive it" not in office.visitor("olga").text("/jobs")


def test_a_case_that_cannot_go_on_shows_with_its_reason(office: Office):
    case_id = start(office, FAULTY, "s > way\n way > e [1 = 2]")
    olga = office.visitor("olga")
    assert "Expected a condition of a flow from way to be true" in olga.text("/jobs")
    olga.post("/me", {"language": "fr"})
    page = olga.text("/jobs")
    assert "Which way" in page
    reason = "Aucune condition des flux sortant de way n’est vraie"
    assert reason in page
    assert olga.text(f"/cases/{case_id}").count(reason) == len(("what is wrong", "the log"))


def test_who_may_not_repair_does_not_see_it(office: Office):
    assert office.visitor("anna").get("/jobs").status_code == 403


def test_a_claimed_job_shows_who_has_it_and_until_when(office: Office):
    start(office, ARCHIVE, "s > archive > e")
    office.run(lambda tx: jobs.claim(tx, ["com.example.Archive"], "7/pdf-1"))
    page = office.visitor("olga").text("/jobs")
    assert "pdf-1 until" in page
    assert "3 tries left" in page
