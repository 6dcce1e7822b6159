"""The API as an integrator meets it: keys, cases, tasks, messages, and problems with a way out."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from crm_entities import api_keys, documents, staff
from crm_entities.api_keys import ApiKey
from engine import definitions
from ledger import event_log
from tests.e2e.web import walk
from tests.e2e.web.office import Office, words
from tests.support.api_program import Program
from tests.support.models import simple, tasks
from web.api import document, routes

WAITING = simple(
    "order",
    '<receiveTask id="pay" messageRef="paid"/>' + tasks("pack"),
    "s > pay > pack > e",
).replace(b"<process ", b'<message id="paid" name="paid"/><process ', 1)


def deploy(office: Office, model: bytes) -> None:
    office.run(lambda tx: definitions.deploy(tx, [definitions.Source("model.bpmn", model)]))


def test_every_route_is_in_the_document_and_every_shape_it_names(office: Office):
    told = document.document()
    rules = {
        (method, re.sub(r"<int:(\w+)>", r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in office.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1")
    }
    documented = {
        (method.upper(), path) for path, methods in told["paths"].items() for method in methods
    }
    assert rules - documented == {("GET", "/openapi.json")}
    assert documented <= rules
    named = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(told, default=str)))
    assert named <= set(told["components"]["schemas"])
    assert len(routes.ROUTES) == len(documented)


def test_the_document_is_served_to_programs_and_as_a_page_to_people(office: Office):
    answer = office.app.test_client().get("/api/v1/openapi.json")
    assert json.loads(answer.data)["openapi"] == "3.1.0"
    page = words(office.visitor("anna").get("/api-keys/reference"))
    assert "POST /api/v1/jobs/claim" in page
    assert "Claim jobs of some topics" in page


def test_without_a_valid_key_nothing_is_told(office: Office):
    robot = Program(office, "ada")
    for header in ("", "Bearer", "Bearer wrong", f"Basic {robot.key}", f"Bearer {robot.key}x"):
        answer = robot.ask("GET", "/tasks", headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.content_type == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Authorization: Bearer KEY" in answer.json["detail"]


def test_a_login_of_a_person_is_no_key(office: Office):
    assert office.visitor("ada").get("/api/v1/tasks").status_code == 401


def test_a_key_is_shown_once_kept_as_a_digest_and_revoked_at_once(office: Office):
    ada = office.visitor("ada")
    owner = office.people["ada"].removeprefix("staff:")
    page = ada.post("/api-keys", {"name": "Shop", "owner": owner, "topics": "charge, pack"})
    (value,) = re.findall(r"kontor_[\w-]{43}", page.text)
    assert value not in ada.get("/api-keys").text
    assert office.ask(select(ApiKey.digest)) != value
    robot = Program(office, "ada")
    robot.key = value
    assert robot.get("/tasks") == {"tasks": []}
    number = office.ask(select(ApiKey.id).where(ApiKey.name == "Shop"))
    assert "Shop" in words(ada.get("/api-keys"))
    ada.post(f"/api-keys/{number}/revoke")
    assert robot.ask("GET", "/tasks").status_code == 401
    told = office.run(lambda tx: event_log.of_subjects(tx, [f"api_key:{number}"]))
    assert [event.kind for event in told] == ["api_key_revoked", "api_key_created"]
    assert value not in str([event.data for event in told])


def test_only_an_administrator_makes_keys(office: Office):
    assert office.visitor("anna").get("/api-keys").status_code == 403
    assert office.visitor("anna").post("/api-keys", {"name": "x"}).status_code == 403


def test_a_key_ends_with_its_owner_and_with_its_last_day(office: Office):
    gone, over = Program(office, "ben"), Program(office, "anna")
    number = int(office.people["ben"].removeprefix("staff:"))
    office.run(lambda tx: staff.leave(tx, number))
    assert gone.ask("GET", "/tasks").status_code == 401

    def end(tx: object) -> None:
        api_keys.get(tx, over.id).expires_at = tx.now  # type: ignore[arg-type,attr-defined]  # a transaction

    office.run(end)
    assert over.ask("GET", "/tasks").status_code == 401


def test_a_key_may_be_given_less_than_its_owner_holds(office: Office):
    robot = Program(office, "ada", rights=["case.read"])
    assert robot.get(f"/cases/{office.case}")["state"] == "active"
    answer = robot.ask("POST", f"/cases/{office.case}/cancel", {"reason": "no"})
    assert answer.status_code == 403
    assert "case.cancel" in answer.json["detail"]


def test_a_case_is_started_read_found_and_cancelled(office: Office):
    robot = Program(office, "ada")
    subject = f"deal:{office.free_deal}"
    body = {"process": "small-deal", "subject": subject, "business_key": "PO-1"}
    case = robot.post("/cases", **body, variables={"price": 12.30, "day": {"$date": "2026-03-01"}})[
        "case"
    ]
    told = robot.get(f"/cases/{case}")
    assert told["state"] == "active"
    assert told["variables"]["day"] == "2026-03-01"
    assert told["variables"]["price"] == 12.3
    assert [one["element"] for one in told["at"]] == ["call"]
    assert told["tasks"][0]["element"] == "call"
    assert b"12.3" in robot.ask("GET", f"/cases/{case}").data
    listed = robot.get("/cases?business_key=PO-1&process=small-deal")["cases"]
    assert [one["id"] for one in listed] == [case]
    robot.post(f"/cases/{case}/cancel", reason="a test")
    assert robot.get(f"/cases/{case}")["state"] == "terminated"


def test_the_history_says_who_acted_and_by_which_key(office: Office):
    robot = Program(office, "ada", name="Web shop")
    case = robot.post("/cases", process="small-deal", subject=f"deal:{office.free_deal}")["case"]
    told = office.run(lambda tx: event_log.of_case(tx, case))
    assert {(event.actor, event.via) for event in told} == {
        (office.people["ada"], f"api_key:{robot.id}")
    }
    page = office.visitor("ada").text(f"/cases/{case}")
    assert "was started · Ada Example, by the API key “Web shop”" in page
    assert "by the API key" not in office.visitor("ada").text(f"/cases/{office.case}")


def test_what_the_owner_must_not_see_is_not_there(office: Office):
    robot = Program(office, "sven")
    assert robot.ask("GET", f"/cases/{office.case}").status_code == 404
    assert robot.ask("GET", f"/tasks/{office.task()}").status_code == 404
    assert robot.ask("POST", f"/tasks/{office.task()}/complete", {}).status_code == 404
    assert robot.get("/cases") == {"cases": []}
    body = {"process": "small-deal", "subject": f"deal:{office.deal}"}
    assert robot.ask("POST", "/cases", body).status_code == 404


def test_a_task_is_listed_read_and_completed(office: Office):
    robot = Program(office, "anna")
    (task,) = robot.get("/tasks")["tasks"]
    told = robot.get(f"/tasks/{task['id']}")
    assert [one["name"] for one in told["fields"]] == ["channel", "note"]
    assert [one["id"] for one in told["outcomes"]] == ["interested", "not now"]
    wrong = robot.ask("POST", f"/tasks/{task['id']}/complete", {"outcome": "interested"})
    assert (wrong.status_code, wrong.json["field"]) == (422, "channel")
    done = {"outcome": "interested", "values": {"channel": "phone"}}
    robot.post(f"/tasks/{task['id']}/complete", **done)
    again = robot.ask("POST", f"/tasks/{task['id']}/complete", done)
    assert again.status_code == 409
    assert "Anna Example" in again.json["detail"]


def test_a_task_of_a_queue_is_claimed_and_given_back(office: Office):
    anna = Program(office, "anna")
    anna.post(f"/tasks/{office.task()}/complete", outcome="interested", values={"channel": "mail"})
    anna.post(f"/tasks/{office.task()}/complete", outcome="sent")
    robot = Program(office, "ada")
    task = office.task("check")
    robot.post(f"/tasks/{task}/claim")
    assert [one["id"] for one in robot.get("/tasks")["tasks"]] == [task]
    robot.post(f"/tasks/{task}/release")
    assert robot.get("/tasks") == {"tasks": []}


def test_a_file_of_a_case_is_listed_and_downloaded_by_who_may_see_the_case(office: Office):
    case = f"case:{office.case}"
    number = office.run(lambda tx: documents.add(tx, "plan.txt", b"as drawn", case=case).id)
    robot = Program(office, "ada")
    (told,) = robot.get(f"/cases/{office.case}/documents")["documents"]
    assert (told["id"], told["name"], told["size"]) == (number, "plan.txt", 8)
    path = f"/cases/{office.case}/documents/{number}"
    file = robot.ask("GET", path)
    assert file.data == b"as drawn"
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert Program(office, "sven").ask("GET", path).status_code == 404


def test_a_message_reaches_the_case_that_waits(office: Office):
    deploy(office, WAITING)
    robot = Program(office, "ada")
    case = robot.post("/cases", process="order")["case"]
    assert robot.post("/messages", name="paid", variables={"amount": 5}) == {"cases": [case]}
    assert robot.get(f"/cases/{case}")["variables"]["amount"] == 5
    nobody = robot.ask("POST", "/messages", {"name": "paid"})
    assert nobody.status_code == 404
    assert robot.post("/signals", name="alarm") == {"deliveries": 0}
    seller = Program(office, "anna")
    assert seller.ask("POST", "/messages", {"name": "paid"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "status", "words_of_it"),
    [
        (b"{", 400, "JSON"),
        (b"[1]", 400, "object"),
        (b'{"process": "x", "variables": {"a": NaN}}', 400, "NaN"),
        (b'{"process": "a\\u0000b"}', 400, "U\\+0000"),
        (b'{"process": "\\ud800"}', 400, "surrogate"),
        (b'{"process": "x", "variables": {"\\ud800": 1}}', 400, "surrogate"),
        (b"[" * 100_000, 400, "nested"),
        (b'{"variables": {"a": ' + b"[" * 200 + b"]" * 200 + b"}}", 400, "nested"),
        (b'{"variables": {"a": 1e999999999}}', 400, "reckoned"),
        (b'{"process": "x", "variables": {"a": {"$decimal": "1e999999"}}}', 422, "decimal"),
        (b'{"variables": {"a": 1e-99999999999999999999}}', 400, "reckoned"),
        (b'{"proces": "x"}', 422, "process"),
        (b'{"process": "x", "subject": "staff:1"}', 422, "deal:17"),
        (b'{"process": "x", "variables": {"a": {"$date": "soon"}}}', 422, "date"),
        (b'{"process": "nothing"}', 404, "nothing"),
        (b'{"process": "' + b"x" * 5_000_000 + b'"}', 413, "smaller"),
    ],
)
def test_a_wrong_request_is_told_where_and_what(
    office: Office, body: bytes, status: int, words_of_it: str
):
    robot = Program(office, "ada")
    answer = robot.ask(
        "POST", "/cases", None, data=body, content_type="application/json",
        headers={"X-Request-Id": "mine-1"},
    )  # fmt: skip
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    assert re.search(words_of_it, answer.json["detail"])
    assert answer.json["type"].startswith("urn:kontor:problem:")
    assert answer.headers["X-Request-Id"] == answer.json["request"] == "mine-1"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/cases?before=9223372036854775808", None),
        ("GET", "/tasks?after=9223372036854775808", None),
        ("POST", "/jobs/report", {"results": [{"job": 2**63, "lease": "1-1", "done": {}}]}),
        ("POST", "/jobs/1/complete", {"lease": "1-9223372036854775808"}),
    ],
)
def test_a_number_that_no_row_can_have_is_refused(
    office: Office, method: str, path: str, body: object
):
    answer = Program(office, "ada").ask(method, path, body)
    assert answer.status_code == 422, answer.text


def test_every_address_answers_a_stranger_with_a_problem(office: Office):
    client = office.app.test_client()
    for method in ("GET", "POST"):
        for rule, url in walk.addresses(office, method):
            if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi":
                answer = client.open(url, method=method)
                assert (answer.status_code, url) == (401, url)
    assert client.get("/api/v1/nowhere").content_type == "application/problem+json"
    assert client.put("/api/v1/cases").status_code == 405
