"""Results of many jobs reported together: one transaction for all, each alone where that fails."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, TypeAlias

from sqlalchemy import select

from engine.feel import Value
from engine.jobs import commands
from engine.verbs import fail as failing
from engine.waiting.jobs import jobs
from ledger import transaction
from ledger.event_log import events
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction

log = logging.getLogger(__name__)
Outcome: TypeAlias = Literal["applied", "repeated"] | Rejection
"""What became of a report: applied now, applied before with the same claim, or refused."""


@dataclass(frozen=True, slots=True)
class Done:
    """The work was done; `variables` are its results."""

    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failed:
    """A try failed; `retry_in` says when the next one makes sense, else patience grows by itself."""

    message: str
    retry_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Errored:
    """The business says no: an error with a code that the model catches."""

    code: str
    message: str = ""
    variables: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker says about a job that it had claimed: `case_id` and `fence` are the claim's."""

    job_id: int
    case_id: int
    fence: int
    result: Done | Failed | Errored


def report(
    store: Store, actor: str, reports: Sequence[Report], *, via: str | None = None
) -> list[Outcome]:
    """Apply reports and return what became of each, in their order.

    All are applied in one transaction, which waits for the disk once. A report that is refused
    changes nothing and stops no other. Where the transaction itself fails, each is tried alone, so
    that one bad case cannot hold up the rest. Events bear `via` (see `Transaction`).
    """
    # In the order of the cases, so that two batches that share cases do not wait for each other.
    order = sorted(range(len(reports)), key=lambda at: (reports[at].case_id, reports[at].job_id))
    try:
        with transaction.begin(store, actor) as tx:
            tx.via = via
            found = {at: _answered(tx, reports[at]) for at in order}
    except Exception as fault:  # noqa: BLE001  # one bad case never stops a batch: each is tried alone
        said = {"reports": len(reports), "why": failing.words(fault)}
        log.info("reported_one_by_one", extra=said)
        found = {at: _alone(store, actor, reports[at], via) for at in order}
    return [found[at] for at in range(len(reports))]


def _alone(store: Store, actor: str, each: Report, via: str | None) -> Outcome:
    """Apply one report in a transaction of its own; what fails there is said as a refusal."""

    def command(tx: Transaction) -> Outcome:
        tx.via = via
        return _answered(tx, each)

    try:
        return transaction.run(store, actor, command)
    except Exception as fault:  # the others were reported and must hear of it
        log.warning("report_failed", extra={"job": each.job_id}, exc_info=fault)
        return Rejection(
            "conflict",
            "Expected to apply the result of job %(job)s, but it could not be written; report it again",
            job=each.job_id,
        )


def _answered(tx: Transaction, each: Report) -> Outcome:
    """Apply a report. A refusal comes before anything is written, so the transaction goes on."""
    if isinstance(each.result, Failed) and _waits(tx, each):
        return "repeated"
    try:
        apply(tx, each)
    except Rejection as refused:
        return "repeated" if _was_applied(tx, each) else refused
    return "applied"


def apply(tx: Transaction, each: Report) -> None:
    """Apply one report in the caller's transaction. Raises Rejection as the command does that it stands for."""
    result = each.result
    if isinstance(result, Done):
        commands.complete(tx, each.job_id, result.variables, fence=each.fence)
    elif isinstance(result, Failed):
        commands.fail(tx, each.job_id, result.message, fence=each.fence, retry_in=result.retry_in)
    else:
        commands.throw_error(
            tx, each.job_id, result.code, result.message, result.variables, fence=each.fence
        )


def _was_applied(tx: Transaction, each: Report) -> bool:
    """Say whether this very claim was reported before, so that a worker may send its result again."""
    told = select(events.c.data).where(
        events.c.case_id == each.case_id,
        events.c.ref == f"job:{each.job_id}",
        events.c.kind.in_(("job_completed", "job_failed", "job_given_up")),
    )
    return any((data or {}).get("fence") == each.fence for data in tx.execute(told).scalars())


def _waits(tx: Transaction, each: Report) -> bool:
    """Say whether a job waits for its next try after this claim: its failure was reported before."""
    again = select(jobs.c.id).where(
        jobs.c.id == each.job_id, jobs.c.fence == each.fence, jobs.c.state == "ready"
    )
    return tx.execute(again).scalar() is not None
