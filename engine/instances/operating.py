"""What people with the right to it do to a running case."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import update

from engine import clocks, execution, lifecycle, ports, variables
from engine.feel import Value
from engine.plan import Plan, loading
from engine.verbs import cancel as cancelling
from engine.verbs import leave
from engine.waiting import jobs, timers
from engine.waiting.state import PENDING, Case
from ledger import rejection
from ledger.transaction import Transaction


def cancel(tx: Transaction, case_id: int, reason: str) -> None:
    """End a case early; the reason stands in its history."""
    plan = loading.lock(tx, case_id)
    may(tx, plan.case, "case.cancel")
    if not reason.strip():
        raise rejection.invalid("Expected a reason for cancelling the case", field="reason")

    def begin() -> None:
        state = lifecycle.after("case", plan.case.state, "cancel", f"case {case_id}")
        plan.note("case_cancelled", data={"reason": reason.strip()})
        cancelling.everything(plan, plan.case)
        leave.end_clocks(plan, "terminated")
        plan.change(plan.case, "state", state)
        plan.change(plan.case, "ended_at", plan.now)
        plan.trace("terminated", plan.case, plan.case.process.id)

    execution.advance(plan, begin)


def suspend(tx: Transaction, case_id: int, reason: str = "") -> None:
    """Hold a case: nothing moves in it, no clock runs, no timer fires, no job is given out."""
    _hold(tx, case_id, "suspend", reason, is_held=True)


def resume(tx: Transaction, case_id: int) -> None:
    """Let a suspended case go on; what fell due meanwhile happens now."""
    _hold(tx, case_id, "resume", "", is_held=False)


def set_variables(
    tx: Transaction, case_id: int, given: Mapping[str, Value], *, scope_id: int | None = None
) -> None:
    """Assign variables of a case, or as seen from one of its scopes."""
    plan = locked(tx, case_id, "act")
    may(tx, plan.case, "case.act")
    scope = plan.case if scope_id is None else loading.scope(plan, scope_id)
    if scope is None:
        raise rejection.not_found("scope %(scope)s of case %(case)s", scope=scope_id, case=case_id)

    def begin() -> None:
        variables.assign(plan, scope, given)
        plan.note("variables_changed", data={"names": sorted(given)})

    execution.advance(plan, begin)


def locked(tx: Transaction, case_id: int, step: str) -> Plan:
    """Lock a case whose state allows a step."""
    plan = loading.lock(tx, case_id)
    lifecycle.after("case", plan.case.state, step, f"case {case_id}")
    return plan


def may(tx: Transaction, case: Case, right: str) -> None:
    """Check that the actor holds a right for a case. Programs do."""
    if tx.actor.startswith("staff:") and not tx.port(ports.People).has_right(
        tx, tx.actor, right, case.subject
    ):
        raise rejection.forbidden(
            "Expected the right %(right)s for case %(case)s", right=right, case=case.id
        )


def _hold(tx: Transaction, case_id: int, step: str, reason: str, *, is_held: bool) -> None:
    plan = loading.lock(tx, case_id)
    may(tx, plan.case, "case.act")

    def begin() -> None:
        plan.change(
            plan.case, "state", lifecycle.after("case", plan.case.state, step, f"case {case_id}")
        )
        if not is_held:
            _take_up(plan)
        plan.note(
            "case_suspended" if is_held else "case_resumed",
            data={"reason": reason} if reason else None,
        )

    execution.advance(plan, begin)
    tx.execute(
        update(timers.timers).where(timers.timers.c.case_id == case_id).values(is_held=is_held)
    )
    now, then = ("ready", "held") if is_held else ("held", "ready")
    among = jobs.jobs.c.kind != "delivery"
    held = update(jobs.jobs).where(jobs.jobs.c.case_id == case_id, jobs.jobs.c.state == now, among)
    tx.execute(held.values(state=then))
    if is_held:
        clocks.hold_all(tx, case_id, reason)
    else:
        clocks.let_all_go(tx, case_id)


def _take_up(plan: Plan) -> None:
    """Let go on what a signal reached while the case stood still."""
    loading.everything(plan)
    for scope in list(plan.scopes.values()):
        for token in list(scope.tokens.values()):
            if token.phase in PENDING:
                plan.turn(token, token.phase)
