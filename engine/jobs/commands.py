"""Commands on jobs: claimed in batches, completed, failed and tried again with patience, an incident at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row, bindparam, select, update

from engine import execution, lifecycle, variables
from engine.bpmn.graph import Activity, JobTask
from engine.feel import Value
from engine.feel.json_form import from_json
from engine.jobs.reading import LIVE_NOW
from engine.plan import Plan, loading
from engine.verbs import fail as failing
from engine.verbs import throw
from engine.waiting.jobs import IS_LIVE, jobs
from engine.waiting.state import Token
from ledger import rejection
from ledger.rejection import Rejection
from ledger.transaction import Transaction

LEASE = timedelta(minutes=5)
FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


class BpmnError(Exception):
    """Raised by a service task: an error of the business, with a code that the model catches."""

    def __init__(
        self, code: str, message: str = "", variables: Mapping[str, Value] | None = None
    ) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message
        self.variables: Mapping[str, Value] = variables or {}


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. `key` is the same at every try; `fence` proves that the claim still holds."""

    id: int
    key: str
    topic: str
    element: str
    case_id: int
    variables: dict[str, Value]
    headers: dict[str, str]
    tries_left: int
    fence: int
    until: datetime


_claimable = (
    select(jobs)
    .where(
        LIVE_NOW, jobs.c.kind == "service", jobs.c.topic.in_(bindparam("topics", expanding=True))
    )
    .order_by(jobs.c.due_at, jobs.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_claim = (
    update(jobs)
    .where(jobs.c.id.in_(bindparam("b_ids", expanding=True)))
    .values(
        state="claimed",
        worker=bindparam("worker"),
        due_at=bindparam("until"),
        fence=jobs.c.fence + 1,
    )
)
_again = (
    update(jobs)
    .where(jobs.c.id == bindparam("b_id"))
    .values(
        state=bindparam("state"),
        due_at=bindparam("due_at"),
        tries_left=bindparam("tries_left"),
        error=bindparam("error"),
    )
)
_extend = update(jobs).where(jobs.c.id == bindparam("b_id")).values(due_at=bindparam("until"))
_release = (
    update(jobs)
    .where(IS_LIVE, jobs.c.state == "claimed", jobs.c.worker == bindparam("b_worker"))
    .values(due_at=bindparam("until"))
)


def claim(
    tx: Transaction, topics: Sequence[str], worker: str, *, most: int = 50, lease: timedelta = LEASE
) -> list[Job]:
    """Take up to `most` jobs of some topics for `lease`; after that somebody else may take them."""
    rows = tx.execute(_claimable, {"now": tx.now, "topics": list(topics), "most": most}).all()
    until = tx.now + lease
    if rows:
        tx.execute(_claim, {"b_ids": [row.id for row in rows], "worker": worker, "until": until})
    return [_job(row, until) for row in rows]


def complete(
    tx: Transaction,
    job_id: int,
    variables: Mapping[str, Value] | None = None,
    *,
    fence: int | None = None,
) -> None:
    """Report a job as done with its results; the case goes on.

    Raises Rejection: not_found where it was done or cancelled, conflict where the claim was lost.
    """
    row, plan, token = _locked(tx, job_id, fence, "complete")
    given = dict(variables or {})

    def begin() -> None:
        _take(plan, token, given)
        plan.clear(token, "j")
        plan.note("job_completed", row["element"], f"job:{job_id}", _told(row))
        plan.turn(token, "complete")

    execution.advance(plan, begin)


def fail(
    tx: Transaction,
    job_id: int,
    message: str,
    *,
    fence: int | None = None,
    retry_in: timedelta | None = None,
) -> None:
    """Report a failed try: the job waits and is tried again, or an incident tells that nothing is left to try."""
    row, plan, token = _locked(tx, job_id, fence, "fail")
    left = row["tries_left"] - 1
    if left > 0:
        wait = retry_in or min(FIRST_WAIT * 2 ** (row["retries"] - row["tries_left"]), LONGEST_WAIT)
        tx.execute(_again, _retried(job_id, tx.now + wait, left, message))
        return

    def begin() -> None:
        plan.clear(token, "j")
        plan.note("job_given_up", row["element"], f"job:{job_id}", _told(row))
        failing.incident(plan, token, "perform", message, "job_failed")

    execution.advance(plan, begin)


def throw_error(
    tx: Transaction,
    job_id: int,
    code: str,
    message: str = "",
    variables: Mapping[str, Value] | None = None,
    *,
    fence: int | None = None,
) -> None:
    """Report an error of the business: the nearest event that catches the code goes on, else an incident says so."""
    row, plan, token = _locked(tx, job_id, fence, "complete")

    def begin() -> None:
        plan.clear(token, "j")
        plan.note("job_failed", row["element"], f"job:{job_id}", {**_told(row), "code": code})
        if not throw.error(plan, token, code, message, variables):
            failing.incident(
                plan,
                token,
                "perform",
                f"Nobody catches the error {code}: {message}",
                "error_uncaught",
            )

    execution.advance(plan, begin)


def extend(
    tx: Transaction, job_id: int, lease: timedelta = LEASE, *, fence: int | None = None
) -> None:
    """Keep a claim for another `lease`, counted from now."""
    row = (
        tx.execute(select(jobs).where(jobs.c.id == job_id).with_for_update())
        .mappings()
        .one_or_none()
    )
    _check(job_id, dict(row) if row else None, fence, "extend")
    tx.execute(_extend, {"b_id": job_id, "until": tx.now + lease})


def release(tx: Transaction, worker: str) -> None:
    """Let the jobs that `worker` had claimed be claimed again at once: it is known to be gone."""
    tx.execute(_release, {"b_worker": worker, "until": tx.now})


def read(text: str | None) -> dict[str, Value]:
    """Return the variables that a job was given."""
    return {name: from_json(value) for name, value in orjson.loads(text or "{}").items()}


def _job(row: Row[Any], until: datetime) -> Job:
    return Job(
        id=row.id,
        key=f"job:{row.id}",
        topic=row.topic,
        element=row.element,
        case_id=row.case_id,
        variables=read(row.variables),
        headers=row.data or {},
        tries_left=row.tries_left,
        fence=row.fence + 1,
        until=until,
    )


def _locked(
    tx: Transaction, job_id: int, fence: int | None, step: str
) -> tuple[Mapping[str, Any], Plan, Token]:
    found = loading.with_row(tx, jobs, job_id)
    _check(job_id, found[0] if found else None, fence, step)
    assert found is not None  # noqa: S101  # checked by _check
    row, plan = found
    lifecycle.after("case", plan.case.state, "act", f"case {plan.case.id}")
    token = loading.token(plan, row["scope_id"], row["token_id"])
    if token is None:
        raise rejection.not_found("job %(job)s", job=job_id)
    return row, plan, token


def _check(job_id: int, row: Mapping[str, Any] | None, fence: int | None, step: str) -> None:
    if row is None or row["kind"] != "service":
        raise rejection.not_found("job %(job)s; it was done, or its case has gone on", job=job_id)
    if fence is not None and row["fence"] != fence:
        raise Rejection(
            "conflict",
            "Expected job %(job)s to be claimed by you, but %(worker)s has it now",
            job=job_id,
            worker=row["worker"],
        )
    lifecycle.after("job", row["state"], step, f"job {job_id}")


def _told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the log keeps of a job: with its fence a report that is sent again is known."""
    return {"topic": row["topic"], "fence": row["fence"]}


def _take(plan: Plan, token: Token, given: Mapping[str, Value]) -> None:
    """Keep the results: for the outputs where the task maps them, else as variables."""
    element = token.definition
    if isinstance(element, Activity) and element.outputs:
        variables.local(plan, token, given)
        return
    name = element.result_variable if isinstance(element, JobTask) else None
    if name and name not in given:
        given = {name: dict(given)}
    variables.assign(plan, token.scope, given)


def _retried(job_id: int, due_at: datetime, left: int, message: str) -> dict[str, Any]:
    state = lifecycle.after("job", "claimed", "fail", f"job {job_id}")
    return {
        "b_id": job_id,
        "state": state,
        "due_at": due_at,
        "tries_left": left,
        "error": message[: failing.LONGEST],
    }
