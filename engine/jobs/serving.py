"""Service tasks that this program does itself: several at once, outside any transaction, reported together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import cast

from engine import ports
from engine.jobs import commands, reading, reporting
from engine.jobs.commands import Job
from engine.jobs.reporting import Done, Errored, Failed, Report
from engine.verbs import fail as failing
from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction

log = logging.getLogger(__name__)
WORKER = "here"
LEASE = timedelta(minutes=5)
"""How long a claim lasts; a batch of the slowest services ends sooner."""
AT_ONCE = 16
"""How many are claimed together."""
THREADS = 4


def serve_due(store: Store, limit: int) -> int:
    """Do up to `limit` service tasks whose topic this program knows; return how many were done.

    A failed one is tried again later and stops no other.
    """
    services = store.ports.get(ports.ServiceTasks)
    tried = done = 0
    while services is not None and tried < limit:
        claimed = _claimed(store, services, min(AT_ONCE, limit - tried))
        if not claimed:
            break
        tried += len(claimed)
        done += _served(store, services, claimed)
    return done


def release(store: Store) -> None:
    """Give back what a killed process had claimed; only where no other process serves."""
    transaction.run(store, "worker", lambda tx: commands.release(tx, WORKER))


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next service task that this program knows may be done, or None."""
    services = tx.store.ports.get(ports.ServiceTasks)
    if services is None:
        return None
    known = reading.next_by_topic(tx).items()
    return min((at for topic, at in known if _handler(services, topic)), default=None)


def _claimed(store: Store, services: object, most: int) -> list[Job]:
    with transaction.read(store, "worker") as tx:
        topics = [topic for topic in reading.waiting_topics(tx) if _handler(services, topic)]
    if not topics:
        return []
    return transaction.run(
        store, "worker", lambda tx: commands.claim(tx, topics, WORKER, most=most, lease=LEASE)
    )


def _served(store: Store, services: object, claimed: Sequence[Job]) -> int:
    """Do claimed jobs; results that are there at the same time are reported in one transaction."""
    if len(claimed) == 1:
        return _report(store, [_result(services, claimed[0])])
    done = 0
    with ThreadPoolExecutor(min(THREADS, len(claimed)), "service") as pool:
        running: set[Future[Report]] = {pool.submit(_result, services, job) for job in claimed}
        while running:
            ready, running = wait(running, return_when=FIRST_COMPLETED)
            done += _report(store, [future.result() for future in ready])
    return done


def _result(services: object, job: Job) -> Report:
    handler = _handler(services, job.topic)
    assert handler is not None  # noqa: S101  # asked before it was claimed
    result: Done | Errored | Failed
    try:
        result = Done(handler(job.key, job.variables))
    except commands.BpmnError as error:
        result = Errored(error.code, error.message, error.variables)
    except Exception as fault:  # whatever a service runs into is a failed try
        said = {"job": job.id, "topic": job.topic}
        log.warning("service_failed", extra=said, exc_info=fault)
        result = Failed(failing.words(fault))
    return Report(job.id, job.case_id, job.fence, result)


def _report(store: Store, reports: Sequence[Report]) -> int:
    """Report results; return how many were done. A case that has gone on meanwhile needs none."""
    outcomes = reporting.report(store, "worker", reports)
    done = 0
    for each, outcome in zip(reports, outcomes, strict=True):
        if outcome not in ("applied", "repeated"):
            log.info("report_refused", extra={"job": each.job_id, "why": str(outcome)})
        elif not isinstance(each.result, Failed):
            done += 1
    return done


def _handler(services: object, topic: str) -> ports.ServiceTask | None:
    return cast("ports.ServiceTasks", services).handler(topic)
