"""Jobs for workers in any language: claimed with a lease, kept alive, reported one by one or together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from engine import jobs
from engine.jobs import reporting
from engine.jobs.reporting import Done, Errored, Failed, Outcome, Report
from ledger import transaction
from ledger.rejection import Rejection
from web import errors, visit
from web.api import bearer, polling, problems
from web.api.job_shapes import (
    AllReported,
    BusinessError,
    Claimed,
    ClaimRequest,
    Completion,
    Extended,
    Extension,
    Failure,
    Reported,
    Results,
)
from web.api.routes import route


@route("POST", "/jobs/claim", takes=ClaimRequest, gives=Claimed)
def claim_jobs(given: dict[str, Any]) -> dict[str, Any]:
    """Claim jobs of some topics, and wait for the first where asked to.

    A job is given to one worker at a time; when the lease ends it is given to the next.
    """
    topics: list[str] = given["topics"]
    bearer.demand_topics(topics)
    worker = f"{bearer.key().key_id}/{given['worker']}"
    lease = timedelta(seconds=given["lease_seconds"])

    seconds = given["wait_seconds"]

    def claim(tx: transaction.Transaction) -> list[jobs.Job]:
        if seconds:
            bearer.demand_again(tx, topics)
        return jobs.claim(tx, topics, worker, most=given["most"], lease=lease)

    def take() -> list[jobs.Job]:
        return transaction.run(visit.store(), "worker", claim)

    found = polling.wait_for_jobs(topics, seconds, take) if seconds else take()
    return {"jobs": [_shown(job) for job in found]}


@route("POST", "/jobs/<int:job_id>/complete", takes=Completion, gives=Reported)
def complete_job(job_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Report a job as done; its case goes on with the variables given.

    Sending the same report again is safe. Who lost the lease to another worker is told so (409).
    """
    return _one(job_id, given["lease"], Done(given["variables"]))


@route("POST", "/jobs/<int:job_id>/fail", takes=Failure, gives=Reported)
def fail_job(job_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Report a failed try: the job is tried again later, or becomes an incident when no try is left."""
    return _one(job_id, given["lease"], _failed(given))


@route("POST", "/jobs/<int:job_id>/error", takes=BusinessError, gives=Reported)
def throw_job_error(job_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Report an error of the business: the process goes on where its code is caught, else an incident tells of it."""
    return _one(job_id, given["lease"], _errored(given))


@route("POST", "/jobs/<int:job_id>/extend", takes=Extension, gives=Extended)
def extend_job(job_id: int, given: dict[str, Any]) -> dict[str, Any]:
    """Keep a claim for longer: the heartbeat of long work."""
    fence, _ = _claim(given["lease"])
    _demand([job_id])
    lease = timedelta(seconds=given["lease_seconds"])

    def command(tx: transaction.Transaction) -> dict[str, Any]:
        jobs.extend(tx, job_id, lease, fence=fence)
        return {"until": tx.now + lease}

    return transaction.run(visit.store(), "worker", command)


@route("POST", "/jobs/report", takes=Results, gives=AllReported)
def report_jobs(given: dict[str, Any]) -> dict[str, Any]:
    """Report many jobs in one request: applied together, each alone where that fails.

    One that is refused stops no other; look at each outcome.
    """
    results = given["results"]
    _demand([one["job"] for one in results])
    reports = [_report(one["job"], one["lease"], _said(one)) for one in results]
    outcomes = reporting.report(visit.store(), "worker", reports, via=visit.via())
    return {"results": [_told(*pair) for pair in zip(reports, outcomes, strict=True)]}


def _one(job_id: int, lease: str, result: Done | Failed | Errored) -> dict[str, Any]:
    _demand([job_id])
    report = _report(job_id, lease, result)
    (outcome,) = reporting.report(visit.store(), "worker", [report], via=visit.via())
    if isinstance(outcome, Rejection):
        raise outcome
    return _told(report, outcome)


def _report(job_id: int, lease: str, result: Done | Failed | Errored) -> Report:
    fence, case_id = _claim(lease)
    return Report(job_id, case_id, fence, result)


def _claim(lease: str) -> tuple[int, int]:
    fence, _, case_id = lease.partition("-")
    return int(fence), int(case_id)


def _said(one: dict[str, Any]) -> Done | Failed | Errored:
    if "done" in one:
        return Done(one["done"]["variables"])
    return _failed(one["failed"]) if "failed" in one else _errored(one["error"])


def _failed(given: dict[str, Any]) -> Failed:
    wait = given["retry_seconds"]
    return Failed(given["message"], None if wait is None else timedelta(seconds=wait))


def _errored(given: dict[str, Any]) -> Errored:
    return Errored(given["code"], given["message"], given["variables"])


def _demand(numbers: list[int]) -> None:
    """Refuse a report on a job whose topic the key may not take."""
    topics = jobs.topics_of(visit.tx(), numbers)
    visit.close()
    bearer.demand_topics(list(topics.values()))


def _told(report: Report, outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Rejection):
        problem = problems.of_rejection(errors.STATUS[outcome.reason], outcome)
        return {"job": report.job_id, "outcome": "refused", "problem": problem}
    return {"job": report.job_id, "outcome": outcome}


def _shown(job: jobs.Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "key": job.key,
        "lease": f"{job.fence}-{job.case_id}",
        "topic": job.topic,
        "case": job.case_id,
        "element": job.element,
        "variables": job.variables,
        "headers": job.headers,
        "tries_left": job.tries_left,
        "until": job.until,
    }
