"""Process instances: started, looked at, changed, suspended and cancelled. A case is a root instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from engine import definitions, execution, lifecycle, ports, variables
from engine.behaviours import containers, stage_clocks
from engine.bpmn.graph import Gateway, Process
from engine.feel import Value
from engine.plan import Plan, loading
from engine.verbs import cancel as cancelling
from engine.verbs import enter, leave
from engine.waiting import cases, jobs, timers
from engine.waiting.state import Case
from ledger import rejection
from ledger.rejection import Rejection
from ledger.transaction import Transaction

NORMAL = 50


@dataclass(frozen=True, slots=True)
class Position:
    """A token that stays somewhere: `scope` is the case, or the scope inside it; `phase` says what it does there."""

    process: str
    scope: int
    element: str
    phase: str
    kind: str


_live = (
    select(cases.cases.c.id)
    .where(
        cases.cases.c.subject == bindparam("subject"),
        cases.cases.c.key == bindparam("key"),
        cases.cases.c.state.in_(("active", "suspended")),
    )
    .limit(1)
)


def start(
    tx: Transaction,
    key: str,
    variables: Mapping[str, Value] | None = None,
    subject: str | None = None,
    business_key: str | None = None,
    *,
    definition_id: int | None = None,
    element: str | None = None,
    priority: int = NORMAL,
) -> int:
    """Start a case of the newest published version, or of `definition_id`, and return its id.

    `element` is the start event that happened; without one the case begins at its none start events.
    Raises Rejection: not_found, conflict where one live case per record is allowed and there is one,
    invalid_argument where the process has to be about a record and none is given.
    """
    definition = (
        definitions.get(tx, definition_id) if definition_id else definitions.latest(tx, key)
    )
    process = definitions.process(tx, definition.id)
    _check_subject(tx, process, subject)
    lifecycle.after(
        "definition", definition.state, "start", f"version {definition.version} of {definition.key}"
    )
    if element is None and not process.starts.get(None):
        raise rejection.invalid(
            f"Expected {key} to be started by hand, but it begins with an event"
        )
    plan = Plan(tx, _new_case(tx, process, definition.id, subject, business_key, priority))
    given = variables or {}
    execution.advance(plan, lambda: _begin(plan, given, element))
    return plan.case.id


def cancel(tx: Transaction, case_id: int, reason: str) -> None:
    """End a case early; the reason stands in its history."""
    plan = loading.lock(tx, case_id)
    _may(tx, plan.case, "case.cancel")
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
    """Hold a case: nothing moves in it, no timer fires and no job is given out until it is resumed."""
    _hold(tx, case_id, "suspend", reason, is_held=True)


def resume(tx: Transaction, case_id: int) -> None:
    """Let a suspended case go on; what fell due meanwhile happens now."""
    _hold(tx, case_id, "resume", "", is_held=False)


def set_variables(
    tx: Transaction, case_id: int, given: Mapping[str, Value], *, scope_id: int | None = None
) -> None:
    """Assign variables of a case, or as seen from one of its scopes."""
    plan = _locked(tx, case_id, "act")
    _may(tx, plan.case, "case.act")
    scope = plan.case if scope_id is None else loading.scope(plan, scope_id)
    if scope is None:
        raise rejection.not_found(f"scope {scope_id} of case {case_id}")

    def begin() -> None:
        variables.assign(plan, scope, given)
        plan.note("variables_changed", data={"names": sorted(given)})

    execution.advance(plan, begin)


def move(tx: Transaction, case_id: int, from_element: str, to_element: str, reason: str) -> None:
    """Take a token away from one element and put it before another of the same process level, with a reason."""
    plan = _locked(tx, case_id, "act")
    _may(tx, plan.case, "case.act")
    if not reason.strip():
        raise rejection.invalid("Expected a reason for moving the case", field="reason")
    token = next((each for each in plan.case.tokens.values() if each.element == from_element), None)
    if token is None:
        raise rejection.invalid_state(
            f"Expected case {case_id} to be at {from_element}, but it is not there"
        )
    target = plan.case.process.elements.get(to_element)
    if target is None or target.parent is not None:
        raise rejection.invalid(
            f"Expected an element of the process beside {from_element}, but got {to_element}"
        )

    def begin() -> None:
        plan.note("token_moved", to_element, data={"from": from_element, "reason": reason.strip()})
        plan.place(plan.case, to_element, "enter")
        cancelling.token(plan, token)

    execution.advance(plan, begin)


def get(tx: Transaction, case_id: int) -> Row[Any]:
    """Return a case's row. Raises Rejection(not_found)."""
    row = cases.row(tx, case_id)
    if row is None:
        raise rejection.not_found(f"case {case_id}")
    return row


def positions(tx: Transaction, case_id: int) -> list[Position]:
    """Return where a case is, in every scope of it."""
    plan = _read(tx, case_id)
    found = []
    for scope in plan.scopes.values():
        found += [
            Position(scope.process.id, scope.id, token.element, token.phase, token.definition.kind)
            for token in scope.tokens.values()
        ]
    return found


def variables_of(tx: Transaction, case_id: int) -> dict[str, Value]:
    """Return the variables of a case's outermost scope."""
    plan = loading.of(tx, dict(get(tx, case_id)._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    return {
        name: variables.read(plan, plan.case, name) for name in sorted(plan.case.variables.written)
    }


def of_subject(tx: Transaction, subject: str) -> Sequence[Row[Any]]:
    """Return the cases about a record, the live ones first, then the newest."""
    question = select(cases.cases).where(cases.cases.c.subject == subject)
    return tx.execute(
        question.order_by(cases.cases.c.ended_at.is_not(None), cases.cases.c.id.desc())
    ).all()


def _begin(plan: Plan, given: Mapping[str, Value], element: str | None) -> None:
    case = plan.case
    plan.note("case_started", element, data={"definition": case.definition_id, "key": case.key})
    plan.trace("activated", case, case.process.id)
    variables.assign(plan, case, given)
    for name, value in containers.properties(plan, case, case.process.properties).items():
        if name not in case.variables:
            variables.put(plan, case, name, value)
    stage_clocks.enter_case(plan)
    if containers.arm(plan, case):
        return
    if element is None:
        enter.begin(plan, case, case.process.starts.get(None, ()))
    else:
        _begin_at(plan, element)
    leave.settle(plan, case)


def _begin_at(plan: Plan, number: str) -> None:
    """Begin at what happened: a start event, an instantiating receive task, an event behind such a gateway."""
    process = plan.case.process
    element = process.elements[number]
    if element.kind == "startEvent":
        plan.place(plan.case, number, "caught")
        return
    plan.trace("activated", plan.case, number)
    plan.place(plan.case, number, "complete")
    for flow in element.incoming:
        gateway = process.elements[flow.source]
        if isinstance(gateway, Gateway) and gateway.instantiate and gateway.parallel_events:
            enter.begin(
                plan, plan.case, [each.target for each in gateway.outgoing if each.target != number]
            )


def _new_case(
    tx: Transaction,
    process: Process,
    definition_id: int,
    subject: str | None,
    business_key: str | None,
    priority: int,
) -> Case:
    row = {
        "key": process.id,
        "state": "active",
        "subject": subject,
        "business_key": business_key,
        "priority": priority,
        "seq": 0,
        "watches": 0,
        "started_at": tx.now,
        "started_by": tx.actor,
        "touched_at": tx.now,
        "ended_at": None,
        "end_element": None,
    }
    return Case(tx.new_id(), process, definition_id, row)


def _check_subject(tx: Transaction, process: Process, subject: str | None) -> None:
    if subject is None:
        if process.subject in ("deal", "client"):
            raise rejection.invalid(
                f"Expected a {process.subject} to start {process.id} for", field="subject"
            )
        return
    if not tx.port(ports.Subjects).exists(tx, subject):
        raise rejection.not_found(subject)
    if process.unique_per_subject:
        other = tx.execute(_live, {"subject": subject, "key": process.id}).scalar()
        if other is not None:
            raise Rejection(
                "conflict",
                f"Expected no live case of {process.id} for {subject}, but there is case {other}",
            )


def _locked(tx: Transaction, case_id: int, step: str) -> Plan:
    plan = loading.lock(tx, case_id)
    lifecycle.after("case", plan.case.state, step, f"case {case_id}")
    return plan


def _may(tx: Transaction, case: Case, right: str) -> None:
    if tx.actor.startswith("staff:") and not tx.port(ports.People).has_right(
        tx, tx.actor, right, case.subject
    ):
        raise rejection.forbidden(f"Expected the right {right} for case {case.id}")


def _hold(tx: Transaction, case_id: int, step: str, reason: str, *, is_held: bool) -> None:
    plan = loading.lock(tx, case_id)
    _may(tx, plan.case, "case.act")

    def begin() -> None:
        plan.change(
            plan.case, "state", lifecycle.after("case", plan.case.state, step, f"case {case_id}")
        )
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


def _read(tx: Transaction, case_id: int) -> Plan:
    plan = loading.of(tx, dict(get(tx, case_id)._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    loading.everything(plan)
    return plan
