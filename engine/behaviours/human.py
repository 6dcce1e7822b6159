"""User tasks (BPMN 10.3.4.1): somebody is asked, and the token waits for the answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine import people, ports, timing, variables
from engine.behaviours import stage_clocks
from engine.bpmn.graph import Activity, Reference, UserTask
from engine.feel import Expression, values
from engine.plan import Plan
from engine.waiting.state import Token

NORMAL = 50
"""The priority of a task that says none."""


@dataclass(frozen=True, slots=True)
class Holders:
    """Who has a task: `assignee` holds it, `candidates` may take it, `excluded` may not."""

    assignee: str | None
    candidates: list[str]
    excluded: list[str]


@dataclass(frozen=True, slots=True)
class Terms:
    """When a task is due and how urgent it is; `stage` is the stage it stands for."""

    stage: str | None = None
    clock_id: int | None = None
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    priority: int = NORMAL


def perform(plan: Plan, token: Token, element: UserTask) -> bool:
    """Write the task for its holders and wait."""
    holders = _holders(plan, token, element)
    if token.scope.kind != "body" or token.scope.element != element.id:
        stage_clocks.enter(plan, token, element, holders.assignee)
    clock_id, due_at = stage_clocks.due_of(plan, token)
    terms = Terms(
        stage=element.stage,
        clock_id=clock_id,
        due_at=due_at or _instant(plan, token, element.due_date),
        follow_up_at=_instant(plan, token, element.follow_up_date),
        priority=_priority(plan, token, element.priority),
    )
    write(plan, token, element, holders, terms)
    return False


def write(
    plan: Plan,
    token: Token,
    element: Activity,
    holders: Holders,
    terms: Terms,
) -> None:
    """Write the row of a task with its candidates, and say that it was created."""
    plan.turn(token, "wait")
    number = plan.tx.new_id()
    plan.wait("u", token, _row(plan, token, element, holders, terms, number))
    for who in holders.candidates:
        plan.wait(
            "g",
            token,
            {"task_id": number, "who": who, "case_id": plan.case.id, "token_id": token.id},
        )
    told = {
        "assignee": holders.assignee,
        "candidates": holders.candidates,
        "due": terms.due_at and terms.due_at.isoformat(),
    }
    plan.note(
        "task_created",
        element.id,
        f"task:{number}",
        {key: value for key, value in told.items() if value},
    )


def _row(
    plan: Plan, token: Token, element: Activity, holders: Holders, terms: Terms, number: int
) -> dict[str, Any]:
    return {
        "id": number,
        "case_id": plan.case.id,
        "scope_id": token.scope.id,
        "token_id": token.id,
        "definition_id": token.scope.definition_id,
        "element": element.id,
        "title": element.name or element.id,
        "stage": terms.stage,
        "subject": plan.case.subject,
        "state": "open",
        "assignee": holders.assignee,
        "owner": None,
        "candidates": holders.candidates or None,
        "excluded": holders.excluded or None,
        "priority": terms.priority,
        "created_at": plan.now,
        "due_at": terms.due_at,
        "clock_id": terms.clock_id,
        "follow_up_at": terms.follow_up_at,
    }


def _holders(plan: Plan, token: Token, element: UserTask) -> Holders:
    context = people.Context(token.scope.process, plan.case.subject, plan.case.started_by)
    excluded = _meant(plan, token, element.excluded, context)
    assigned = _meant(plan, token, [element.assignee] if element.assignee else [], context)
    responsible = _meant(plan, token, [element.responsible] if element.responsible else [], context)
    persons = [
        who
        for who in (*assigned, *responsible)
        if not who.startswith("group:") and who not in excluded
    ]
    groups = [who for who in (*assigned, *responsible) if who.startswith("group:")]
    users = _meant(plan, token, element.candidate_users, context)
    groups += [
        _group(who) for who in _meant(plan, token, element.candidate_groups, context, plain=True)
    ]
    candidates = [who for who in (*persons[1:], *users, *groups) if who not in excluded]
    if not persons and not any(_reaches_somebody(plan, who) for who in candidates):
        candidates += [who for who in _last_resort(plan, context) if who not in excluded]
    assignee = (
        plan.tx.port(ports.People).stand_in(plan.tx, persons[0], plan.now) if persons else None
    )
    return Holders(assignee, list(dict.fromkeys(candidates)), excluded)


def _reaches_somebody(plan: Plan, who: str) -> bool:
    known = plan.tx.port(ports.People)
    if who.startswith("group:"):
        return bool(known.members(plan.tx, who))
    return known.is_active(plan.tx, who)


def _last_resort(plan: Plan, context: people.Context) -> list[str]:
    """Return who gets a task that would reach nobody: the process owner, without one who started the case."""
    starter = plan.case.started_by
    return people.resolve(plan.tx, "process owner", context) or (
        [starter] if starter.startswith("staff:") else []
    )


def _meant(
    plan: Plan,
    token: Token,
    references: Iterable[Reference],
    context: people.Context,
    *,
    plain: bool = False,
) -> list[str]:
    """Return who is meant by references; `plain`: names are kept as they are, without asking who bears them."""
    found: list[str] = []
    for reference in references:
        said: list[str] = [reference.text]
        if reference.expression is not None:
            value = variables.evaluate(plan, reference.expression, token.scope, token)
            said = [
                str(each)
                for each in (value if isinstance(value, list) else [value])
                if each is not None
            ]
        found += said if plain else people.every(plan.tx, said, context)
    return list(dict.fromkeys(found))


def _group(name: str) -> str:
    return name if ":" in name else f"group:{name}"


def _instant(plan: Plan, token: Token, expression: Expression | None) -> datetime | None:
    """Return the instant an expression gives: itself, or a duration from now."""
    if expression is None:
        return None
    value = variables.evaluate(plan, expression, token.scope, token)
    if value is None:
        return None
    is_duration = values.kind(value).endswith("duration") or (
        isinstance(value, str) and value.startswith("P")
    )
    return timing.later(plan.now, value) if is_duration else timing.instant(value)


def _priority(plan: Plan, token: Token, expression: Expression | None) -> int:
    value = variables.evaluate(plan, expression, token.scope, token) if expression else None
    if isinstance(value, str) and value.strip().lstrip("-").isdigit():
        value = int(value)
    return (
        int(value)
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool)
        else plan.case.priority
    )
