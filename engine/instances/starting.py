"""A case is started: by hand, by an event, by a change."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, select

from engine import definitions, execution, lifecycle, ports, variables
from engine.behaviours import containers, stage_clocks
from engine.bpmn.graph import Gateway, Process
from engine.feel import Value
from engine.instances import working_time
from engine.plan import Plan
from engine.verbs import enter, leave
from engine.waiting import cases
from engine.waiting.state import Case
from ledger import rejection
from ledger.rejection import Rejection
from ledger.transaction import Transaction

NORMAL = 50

_live = (
    select(cases.cases.c.id)
    .where(
        cases.cases.c.subject == bindparam("subject"),
        cases.cases.c.key == bindparam("key"),
        cases.cases.c.state.in_(("active", "suspended")),
    )
    .limit(1)
)


def start(  # noqa: PLR0913  # each keyword is something that a case begins with
    tx: Transaction,
    key: str,
    variables: Mapping[str, Value] | None = None,
    subject: str | None = None,
    business_key: str | None = None,
    *,
    definition_id: int | None = None,
    element: str | None = None,
    priority: int = NORMAL,
    calendar: str | None = None,
) -> int:
    """Start a case of the newest published version, or of `definition_id`, and return its id.

    `element` is the start event that happened; without one the case begins at its none start events.
    `calendar` is the key of a calendar that the case has of its own.
    Raises Rejection: not_found, conflict where one live case per record is allowed and there is one,
    invalid_argument where the process has to be about a record and none is given or the calendar is
    unknown, forbidden where the actor may not choose a calendar.
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
            "Expected %(key)s to be started by hand, but it begins with an event", key=key
        )
    plan = Plan(tx, _new_case(tx, process, definition.id, subject, business_key, priority))
    given = variables or {}
    if calendar is not None:
        working_time.demand(plan, calendar)
        plan.remember(plan.case, working_time.NOTE, calendar)
    execution.advance(plan, lambda: _begin(plan, given, element))
    return plan.case.id


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
                "Expected a %(subject)s to start %(process)s for",
                subject=process.subject,
                process=process.id,
                field="subject",
            )
        return
    if not tx.port(ports.Subjects).exists(tx, subject):
        raise rejection.not_found(subject)
    if process.unique_per_subject:
        # two starts at once would each find none
        tx.take_turn(f"{process.id} {subject}")
        other = tx.execute(_live, {"subject": subject, "key": process.id}).scalar()
        if other is not None:
            raise Rejection(
                "conflict",
                "Expected no live case of %(process)s for %(subject)s, but there is case %(other)s",
                process=process.id,
                subject=subject,
                other=other,
            )
