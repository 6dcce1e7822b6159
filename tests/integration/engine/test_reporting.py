"""Results reported together: one transaction for all, alone where it fails, once where it is sent twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine import jobs
from engine.jobs import reporting, serving
from engine.jobs.reporting import Done, Errored, Failed, Report
from engine.waiting.jobs import jobs as table
from ledger import transaction
from ledger.rejection import Rejection
from tests.integration.engine.test_jobs import MODEL, serve
from tests.support.models import boundary, file, process, tasks
from tests.support.running import Run

SERVICE = (
    '<serviceTask id="a"><extensionElements><kontor:topic name="mail" retries="2"/>'
    "</extensionElements></serviceTask>"
)


def started(run: Run, count: int) -> list[jobs.Job]:
    run.deploy(MODEL)
    for number in range(count):
        run.start(number=number)
    found: list[jobs.Job] = run.do(lambda tx: jobs.claim(tx, ["mail"], "w1"))
    return found


def done(job: jobs.Job, **variables: object) -> Report:
    return Report(job.id, job.case_id, job.fence, Done(variables))  # type: ignore[arg-type]  # plain values


def commits(run: Run, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the writing transactions from now on."""
    counted: list[int] = []
    real = transaction.begin

    def begin(*arguments: object) -> object:
        counted.append(1)
        return real(*arguments)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(transaction, "begin", begin)
    return counted


def test_results_are_applied_in_one_transaction(run: Run, monkeypatch: pytest.MonkeyPatch):
    claimed = started(run, 10)
    counted = commits(run, monkeypatch)
    outcomes = reporting.report(run.store, "worker", [done(job, ok=True) for job in claimed])
    assert outcomes == ["applied"] * 10
    assert len(counted) == 1
    assert run.ask(lambda tx: tx.execute(table.select()).all()) == []


def test_a_result_that_is_refused_stops_no_other(run: Run):
    claimed = started(run, 3)
    late = Report(claimed[1].id, claimed[1].case_id, claimed[1].fence + 7, Done())
    outcomes = reporting.report(run.store, "worker", [done(claimed[0]), late, done(claimed[2])])
    assert outcomes[0] == outcomes[2] == "applied"
    assert isinstance(outcomes[1], Rejection)
    assert outcomes[1].reason == "conflict"


def test_where_the_transaction_fails_each_is_applied_alone(
    run: Run, monkeypatch: pytest.MonkeyPatch
):
    claimed = started(run, 3)
    real = jobs.commands.complete

    def complete(tx: transaction.Transaction, job_id: int, *given: object, fence: int) -> None:
        real(tx, job_id, *given, fence=fence)  # type: ignore[arg-type]  # passed on as they came
        if job_id == claimed[1].id:
            raise RuntimeError("the disk is full")

    monkeypatch.setattr(jobs.commands, "complete", complete)
    outcomes = reporting.report(run.store, "worker", [done(job) for job in claimed])
    assert outcomes[0] == outcomes[2] == "applied"
    assert isinstance(outcomes[1], Rejection)
    left = run.ask(lambda tx: tx.execute(table.select()).all())
    assert [row.id for row in left] == [claimed[1].id]


def test_a_report_that_is_sent_again_has_its_effect_once(run: Run):
    (job,) = started(run, 1)
    assert reporting.report(run.store, "worker", [done(job)]) == ["applied"]
    assert reporting.report(run.store, "worker", [done(job)]) == ["repeated"]
    failed = Report(job.id, job.case_id, job.fence + 1, Done())
    assert isinstance(reporting.report(run.store, "worker", [failed])[0], Rejection)


def test_a_failure_that_is_sent_again_costs_one_try(run: Run):
    (job,) = started(run, 1)
    failed = Report(job.id, job.case_id, job.fence, Failed("no line", timedelta(minutes=1)))
    assert reporting.report(run.store, "worker", [failed]) == ["applied"]
    assert reporting.report(run.store, "worker", [failed]) == ["repeated"]
    (row,) = run.ask(lambda tx: tx.execute(table.select()).all())
    assert row.tries_left == 2


def test_a_late_worker_is_told_who_has_the_job(run: Run):
    (first,) = started(run, 1)
    run.wait(minutes=6)
    (second,) = run.do(lambda tx: jobs.claim(tx, ["mail"], "w2"))
    (refused,) = reporting.report(run.store, "worker", [done(first)])
    assert "w2 has it now" in str(refused)
    assert reporting.report(run.store, "worker", [done(second)]) == ["applied"]


def test_a_lease_that_is_extended_is_not_lost(run: Run):
    (job,) = started(run, 1)
    run.wait(minutes=4)
    run.do(lambda tx: jobs.extend(tx, job.id, timedelta(minutes=5), fence=job.fence))
    run.wait(minutes=4)
    assert run.do(lambda tx: jobs.claim(tx, ["mail"], "w2")) == []
    assert reporting.report(run.store, "worker", [done(job)]) == ["applied"]


def test_results_errors_and_failures_are_reported_together(run: Run):
    elements = (
        '<startEvent id="s"/><endEvent id="e"/>'
        + SERVICE
        + tasks("t")
        + boundary("b", "a", '<errorEventDefinition errorRef="err"/>')
    )
    run.deploy(
        file(
            '<error id="err" errorCode="NO_ADDRESS"/>',
            process("p", elements, "s > a > e\n b > t > e"),
        )
    )
    run.start().start().start()
    claimed = run.do(lambda tx: jobs.claim(tx, ["mail"], "w1"))
    results: tuple[Done | Failed | Errored, ...] = (
        Done(),
        Errored("NO_ADDRESS", "none"),
        Failed("no line"),
    )
    reports = [
        Report(job.id, job.case_id, job.fence, result)
        for job, result in zip(claimed, results, strict=True)
    ]
    assert reporting.report(run.store, "worker", reports) == ["applied"] * 3
    left = run.ask(lambda tx: tx.execute(table.select()).all())
    assert [row.id for row in left] == [claimed[2].id]


def test_jobs_of_a_killed_program_are_served_again_at_its_start(run: Run):
    started(run, 1)
    run.do(lambda tx: tx.execute(table.update().values(worker=serving.WORKER)))
    services = serve(run, mail={})
    assert serving.serve_due(run.store, 10) == 0
    serving.release(run.store)
    assert serving.serve_due(run.store, 10) == 1
    assert len(services.calls) == 1


def test_services_are_done_several_at_once_and_none_is_lost(run: Run):
    run.deploy(MODEL)
    for number in range(40):
        run.start(number=number)
    services = serve(run, mail={"sent": True})
    assert serving.serve_due(run.store, 100) == 40
    assert len({key for key, _ in services.calls}) == 40
