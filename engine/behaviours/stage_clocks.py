"""The deadline of a stage: its clock begins with the visit and is closed with it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select

from engine import calendars, clocks, ports, timing, variables
from engine.bpmn.graph import Activity, ClockRule, Process
from engine.calendar import Deadline
from engine.feel import Expression, Value, values
from engine.feel.words import a_kind_of
from engine.plan import Plan
from engine.waiting.state import Scope, Token
from ledger import rejection
from ledger.words import say


def enter(plan: Plan, token: Token, element: Activity, team_of: str | None = None) -> None:
    """Start the clocks of an activity; `team_of` is the person whose team's calendar may apply."""
    for rule in element.clocks:
        row = _row(plan, rule, token.scope, token, element.id, token.id, team_of)
        row_is_bound = rule.kind == "stage"
        plan.wait("k", token, row)
        if row_is_bound:
            plan.remember(token, "clock", {"id": row["id"], "due": row["due_at"].isoformat()})


def enter_case(plan: Plan) -> None:
    """Start the clock of the whole case."""
    rule = plan.case.process.case_clock
    if rule is not None:
        plan.insert("k", _row(plan, rule, plan.case, None, None, clocks.rows.CASE_TOKEN, None))
        plan.remember(plan.case, "clock", 1)


def answered(plan: Plan, token: Token) -> None:
    """Close the response clock: its holder took the task, or began to write."""
    element = token.definition
    rules = element.clocks if isinstance(element, Activity) else ()
    if any(rule.kind == "response" for rule in rules):
        is_body = token.scope.kind == "body" and token.scope.element == token.element
        holder = token.scope.holder if is_body else token
        plan.tx.execute(clocks.RESPOND, clocks.left(plan.case.id, holder.id, plan.now, "completed"))


def due_of(plan: Plan, token: Token) -> tuple[int | None, datetime | None]:
    """Return the id and due date of the clock a task runs under: its own, or its multi-instance activity's."""
    is_body = token.scope.kind == "body" and token.scope.element == token.element
    holder = token.scope.holder if is_body and "clock" not in token.data else token
    known = holder.data.get("clock")
    if not known:
        return None, None
    # A clock of an earlier step may have been moved since, which its token does not know.
    moved = plan.tx.read(_due, {"b_id": known["id"]}) if "k" in holder.stored else ()
    return known["id"], moved[0][0] if moved else datetime.fromisoformat(known["due"])


def _row(
    plan: Plan,
    rule: ClockRule,
    scope: Scope,
    token: Token | None,
    element: str | None,
    token_id: int,
    team_of: str | None,
) -> dict[str, Any]:
    number, version = calendar_of(plan, rule, scope.process, team_of)
    return clocks.entered(
        rule,
        id=plan.tx.new_id(),
        case_id=plan.case.id,
        definition_id=scope.definition_id,
        element=element,
        token_id=token_id,
        subject=plan.case.subject,
        calendar_id=number,
        calendar_version=version,
        calendar=clocks.calendar(plan.tx, number, version),
        now=plan.now,
        promise=promise(variables.evaluate(plan, rule.deadline, scope, token))
        if isinstance(rule.deadline, Expression)
        else None,
        bound=rule.kind == "stage" and clocks.is_bound(scope.process, element),
    )


def calendar_of(
    plan: Plan, rule: ClockRule, process: Process, team_of: str | None
) -> tuple[int, int]:
    """Return the calendar: the case's own, that of the clock by name, else what working time says."""
    named = plan.case.notes.get("calendar") or rule.calendar
    if named:
        found = calendars.latest(plan.tx, named)
        if found is None:
            raise rejection.not_found("the calendar %(calendar)s", calendar=named)
        return found
    case = plan.case
    return plan.tx.port(ports.WorkingTime).calendar_for(
        plan.tx, case.subject, team_of, process.calendar
    )


def promise(value: Value) -> Deadline | datetime:
    """Return what the expression of a deadline came to. Raises ValueError for anything else."""
    if isinstance(value, str):
        return Deadline.parse(value)
    if isinstance(value, date):
        return timing.instant(value)
    if value is not None and values.kind(value).endswith("duration"):
        return Deadline.parse(str(value))
    raise ValueError(
        say(
            "Expected a deadline such as PT4H or 2 business days, but got %(kind)s",
            kind=a_kind_of(values.kind(value)),
        )
    )


_due = select(clocks.clocks.c.due_at).where(clocks.clocks.c.id == bindparam("b_id"))
