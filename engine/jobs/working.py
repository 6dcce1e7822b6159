"""The worker's side of jobs: what is due is done, each case in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, delete, select, update

from engine import chains, conditions, execution, messages, migration
from engine.jobs import commands as jobs
from engine.jobs import serving
from engine.plan import Plan, loading
from engine.verbs import fail as failing
from engine.waiting import jobs as rows
from ledger import transaction
from ledger.event_log import Event
from ledger.store import Store
from ledger.transaction import Transaction

log = logging.getLogger(__name__)
BATCH = 200
PASSES = 20
"""How often one call looks again for what its own work has left: a long run need not wait for a tick each."""
AT_ONCE = 500
"""How many waiting tokens of a case one transaction takes up."""
table = rows.jobs
_due = (
    select(table.c.id, table.c.case_id)
    .where(
        rows.IS_LIVE,
        table.c.state == "ready",
        table.c.due_at <= bindparam("now"),
        table.c.kind != "service",
    )
    .order_by(table.c.due_at, table.c.id)
    .limit(bindparam("most"))
)
_by_id = select(table).where(table.c.id == bindparam("id")).with_for_update(skip_locked=True)
_kind = select(table.c.kind, table.c.case_id).where(table.c.id == bindparam("id"))
_done = delete(table).where(table.c.id == bindparam("b_id"))
_again = (
    update(table)
    .where(table.c.id == bindparam("b_id"))
    .values(
        state=bindparam("state"),
        due_at=bindparam("due_at"),
        tries_left=bindparam("tries_left"),
        error=bindparam("error"),
    )
)
DELIVERIES: Mapping[str, Callable[[Transaction, Mapping[str, Any]], None]] = {
    "message": messages.deliver_message,
    "signal": messages.deliver_signal,
    "start": messages.deliver_start,
    "record": conditions.deliver,
    "migration": migration.deliver,
}


def work_due(store: Store, limit: int = BATCH, *, serves: bool = True) -> int:
    """Do jobs that are due: go on with cases, reach others, and the service tasks done in this program.

    Without `serves` the last are left out: they may wait for other hosts. Return how many were
    done; a failed one is tried again later and stops no other.
    """
    done = 0
    for _ in range(PASSES):
        now_done = _pass(store, limit - done)
        done += now_done
        if not now_done or done >= limit:
            break
    return done + (serving.serve_due(store, max(0, limit - done)) if serves else 0)


def _pass(store: Store, limit: int) -> int:
    with transaction.read(store, "worker") as tx:
        due = tx.execute(_due, {"now": tx.now, "most": limit}).all()
    return sum(_do_safely(store, row.id) for row in due)


def _do_safely(store: Store, number: int) -> bool:
    try:
        return transaction.run(store, "worker", lambda tx: _do(tx, number))
    except Exception as fault:  # one bad case never stops a sweep
        log.warning("job_failed", extra={"job": number}, exc_info=fault)
        words = failing.words(fault)
        transaction.run(store, "worker", lambda tx: _failed(tx, number, words))
        return False


def _do(tx: Transaction, number: int) -> bool:
    known = tx.execute(_kind, {"id": number}).one_or_none()
    plan = None
    if known is not None and known.kind == "continue":
        # the case before its job, as every other command does
        plan = loading.lock_if_free(tx, known.case_id)
        if plan is None:
            return False
    row = tx.execute(_by_id, {"id": number}).one_or_none()
    if row is None or row.state != "ready" or row.due_at > tx.now:
        return False
    if plan is None:
        tx.execute(_done, {"b_id": number})
        data = row.data
        with conditions.one_deeper(data.get("depth", 0)), chains.within(data.get("budget")):
            DELIVERIES[row.topic](tx, row.data)
            conditions.record_changed(tx)
        return True
    return _go_on(plan, row)


def _go_on(plan: Plan, row: Row[Any]) -> bool:
    """Take up tokens that were left to a worker."""
    plan.steps, plan.budget = row.data.get("steps", 0), row.data.get("budget")
    if plan.case.state != "active":
        if plan.case.ended_at is not None:
            plan.tx.execute(_done, {"b_id": row.id})
        return False

    def begin() -> None:
        if row.token_id is not None:
            token = loading.token(plan, row.scope_id, row.token_id)
            if token is not None:
                plan.clear(token, "j")
                plan.turn(token, row.data["phase"])
            return
        waiting = [(scope, token) for scope, token in row.data["tokens"]]
        plan.later = waiting[AT_ONCE:]
        for scope_id, token_id in waiting[:AT_ONCE]:
            token = loading.token(plan, scope_id, token_id)
            if token is not None:
                plan.turn(token, token.phase)

    if row.token_id is None:
        plan.tx.execute(_done, {"b_id": row.id})
    execution.advance(plan, begin)
    return True


def _failed(tx: Transaction, number: int, words: str) -> None:
    row = tx.execute(_by_id, {"id": number}).one_or_none()
    if row is None:
        return
    left = row.tries_left - 1
    wait = min(jobs.FIRST_WAIT * 2 ** (row.retries - row.tries_left), jobs.LONGEST_WAIT)
    state = "ready" if left > 0 else "failed"
    values = {
        "state": state,
        "due_at": tx.now + wait,
        "tries_left": left,
        "error": words[: failing.LONGEST],
    }
    tx.execute(_again, {"b_id": number, **values})
    if left <= 0:
        data = {"topic": row.topic, "message": words[: failing.LONGEST]}
        tx.note(
            Event("job_given_up", row.case_id, element=row.element, ref=f"job:{number}", data=data)
        )
