"""Workers over the API: jobs claimed, kept, reported one by one and together."""

from __future__ import annotations

import threading
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest

from engine import definitions
from ledger.clock import VirtualClock
from tests.e2e.web.office import Office
from tests.support.api_program import Program
from tests.support.models import boundary, file, process, tasks

SERVICE = (
    '<serviceTask id="a"><extensionElements><kontor:topic name="charge" retries="2"/>'
    "</extensionElements></serviceTask>"
)
MODEL = file(
    '<error id="err" errorCode="CARD_EXPIRED"/>',
    process(
        "order",
        '<startEvent id="s"/><endEvent id="e"/>'
        + SERVICE
        + tasks("pack call")
        + boundary("b", "a", '<errorEventDefinition errorRef="err"/>'),
        "s > a > pack > e\n b > call > e",
    ),
)


@pytest.fixture
def worker(office: Office) -> Program:
    return started(office)


def started(office: Office) -> Program:
    office.run(lambda tx: definitions.deploy(tx, [definitions.Source("model.bpmn", MODEL)]))
    return Program(office, "ada", topics=["charge"])


def order(worker: Program, **variables: Any) -> int:
    return int(worker.post("/cases", process="order", variables=variables)["case"])


def claim(worker: Program, **more: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = worker.post(
        "/jobs/claim", worker="w1", topics=["charge"], **more
    )["jobs"]
    return found


def at(worker: Program, case: int) -> list[str]:
    return [one["element"] for one in worker.get(f"/cases/{case}")["at"]]


def test_a_job_is_claimed_done_and_its_case_goes_on(worker: Program):
    case = order(worker, amount=12.3)
    (job,) = claim(worker)
    assert (job["topic"], job["variables"], job["case"]) == ("charge", {"amount": 12.3}, case)
    assert claim(worker) == []
    done = {"lease": job["lease"], "variables": {"receipt": "R-1"}}
    assert worker.post(f"/jobs/{job['id']}/complete", **done)["outcome"] == "applied"
    assert at(worker, case) == ["pack"]
    assert worker.get(f"/cases/{case}")["variables"]["receipt"] == "R-1"
    assert worker.post(f"/jobs/{job['id']}/complete", **done)["outcome"] == "repeated"


def test_the_history_says_by_which_key_a_job_was_done(office: Office, worker: Program):
    case = order(worker)
    (job,) = claim(worker)
    worker.post("/jobs/report", results=[{"job": job["id"], "lease": job["lease"], "done": {}}])
    page = office.visitor("ada").text(f"/cases/{case}")
    assert "was done · a program with the API key “robot”" in page


def test_it_works_the_same_on_postgresql(office_on_postgresql: Office):
    worker = started(office_on_postgresql)
    cases = [order(worker) for _ in range(3)]
    jobs = claim(worker)
    told = [{"job": job["id"], "lease": job["lease"], "done": {}} for job in jobs]
    outcomes = worker.post("/jobs/report", results=told)["results"]
    assert [one["outcome"] for one in outcomes] == ["applied"] * 3
    assert [at(worker, case) for case in cases] == [["pack"]] * 3


def test_a_late_worker_is_told_that_another_has_the_job(office: Office, worker: Program):
    order(worker)
    (first,) = claim(worker, lease_seconds=60)
    pass_time(office, timedelta(seconds=61))
    (second,) = claim(worker)
    late = worker.ask("POST", f"/jobs/{first['id']}/complete", {"lease": first["lease"]})
    assert late.status_code == 409
    assert "has it now" in late.json["detail"]
    assert second["key"] == first["key"]
    assert second["lease"] != first["lease"]


def test_a_lease_is_kept_alive(office: Office, worker: Program):
    order(worker)
    (job,) = claim(worker, lease_seconds=60)
    pass_time(office, timedelta(seconds=50))
    told = worker.post(f"/jobs/{job['id']}/extend", lease=job["lease"], lease_seconds=60)
    assert told["until"].startswith("2026-01-05T09:01:50")
    pass_time(office, timedelta(seconds=30))
    assert claim(worker) == []


def test_a_failure_is_tried_again_and_then_an_incident(office: Office, worker: Program):
    case = order(worker)
    for _ in range(2):
        (job,) = claim(worker)
        failed = {"lease": job["lease"], "message": "the terminal is off", "retry_seconds": 5}
        worker.post(f"/jobs/{job['id']}/fail", **failed)
        pass_time(office, timedelta(seconds=6))
        again = worker.post(f"/jobs/{job['id']}/fail", **failed)
        assert again["outcome"] == "repeated"
    assert claim(worker) == []
    (incident,) = worker.get(f"/cases/{case}")["incidents"]
    assert incident["message"] == "the terminal is off"


def test_an_error_of_the_business_goes_the_way_of_its_code(worker: Program):
    case = order(worker)
    (job,) = claim(worker)
    worker.post(f"/jobs/{job['id']}/error", lease=job["lease"], code="CARD_EXPIRED")
    assert at(worker, case) == ["call"]


def test_many_results_are_reported_in_one_request_and_one_bad_stops_none(worker: Program):
    cases = [order(worker) for _ in range(4)]
    first, second, third, fourth = claim(worker)
    told = worker.post(
        "/jobs/report",
        results=[
            {"job": first["id"], "lease": first["lease"], "done": {"variables": {"ok": True}}},
            {"job": second["id"], "lease": "99-1", "done": {}},
            {"job": third["id"], "lease": third["lease"], "error": {"code": "CARD_EXPIRED"}},
            {"job": fourth["id"], "lease": fourth["lease"], "failed": {"message": "off"}},
        ],
    )["results"]
    assert [one["outcome"] for one in told] == ["applied", "refused", "applied", "applied"]
    assert told[1]["problem"]["status"] == 409
    assert [at(worker, case) for case in cases] == [["pack"], ["a"], ["call"], ["a"]]


def test_a_report_that_says_two_things_names_its_place(worker: Program):
    body = {"results": [{"job": 1, "lease": "1-1", "done": {}, "error": {"code": "X"}}]}
    answer = worker.ask("POST", "/jobs/report", body)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"].startswith("results.0")


def test_a_key_takes_and_reports_jobs_of_its_topics_only(office: Office, worker: Program):
    order(worker)
    other = Program(office, "ada", topics=["pack"])
    refused = other.ask("POST", "/jobs/claim", {"worker": "w", "topics": ["charge"]})
    assert (refused.status_code, refused.json["field"]) == (403, "topics")
    (job,) = claim(worker)
    done = {"lease": job["lease"]}
    assert other.ask("POST", f"/jobs/{job['id']}/complete", done).status_code == 403


def test_a_worker_waits_for_the_first_job_and_not_for_ever(office: Office, worker: Program):
    before = monotonic()
    assert claim(worker, wait_seconds=1) == []
    assert 0.9 < monotonic() - before < 5
    found: list[dict[str, Any]] = []
    thread = threading.Thread(target=lambda: found.extend(claim(worker, wait_seconds=20)))
    thread.start()
    order(Program(office, "ada"))
    thread.join(10)
    assert len(found) == 1


def pass_time(office: Office, time: timedelta) -> None:
    clock = office.store.clock
    assert isinstance(clock, VirtualClock)
    clock.move_to(clock.now + time)
