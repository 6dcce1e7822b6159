"""User tasks: who has them, who takes them, how they are done. Commands lock the task's case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)

from engine import clocks, execution, forms, lifecycle, ports, variables
from engine.behaviours import stage_clocks
from engine.bpmn.graph import (
    Activity,
    DecisionTask,
    FormField,
    MessageTask,
    Outcome,
    UserTask,
)
from engine.feel import Value
from engine.feel.values import to_json
from engine.plan import Plan, loading
from engine.waiting.state import Token
from engine.waiting.tasks import COMPLETE, OPEN, candidates, tasks
from engine.waiting.variables import MISSING
from ledger import rejection
from ledger.event_log import Event
from ledger.transaction import Transaction

Task = Mapping[str, Any]
PAGE = 50


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked for: `fields`, and the ways out with what each asks for; `values` are what is known already."""

    task: Row[Any]
    element: Activity
    fields: tuple[FormField, ...]
    outcomes: tuple[Outcome, ...]
    requires: tuple[str, ...]
    values: dict[str, Any]


_by_id = select(tasks).where(tasks.c.id == bindparam("id"))
_set = update(tasks).where(tasks.c.id == bindparam("b_id"))


def complete(
    tx: Transaction,
    task_id: int,
    given: Mapping[str, Value] | None = None,
    outcome: str | None = None,
) -> None:
    """Complete a task with the values of its form and the outcome that was chosen.

    Raises Rejection: not_found, invalid_state (with who completed it, and when), forbidden, and
    invalid_argument with the field that does not fit.
    """
    task, plan, token = _locked(tx, task_id, "complete")
    _may_do(tx, task)
    element = token.definition
    assert isinstance(element, Activity)  # noqa: S101  # tasks stand at activities
    accepted = _accepted(plan, element, given or {}, outcome)
    by = tx.actor if tx.actor.startswith("staff:") else task["assignee"]

    def begin() -> None:
        variables.assign(plan, token.scope, accepted, token if token.data.get("local") else None)
        row = {"b_id": task_id, "b_case": plan.case.id, "assignee": task["assignee"] or by}
        plan.execute(
            COMPLETE, {**row, "ended_at": plan.now, "ended_by": tx.actor, "outcome": outcome}
        )
        plan.release(token, "u")
        told = {"outcome": outcome, "fields": sorted(accepted)}
        plan.note(
            "task_completed",
            element.id,
            f"task:{task_id}",
            {key: value for key, value in told.items() if value},
        )
        plan.turn(token, "complete")

    execution.advance(plan, begin)


def claim(tx: Transaction, task_id: int) -> None:
    """Take a task that nobody holds; a second person is told who was first."""
    task, plan, token = _locked(tx, task_id, "claim")
    if task["assignee"] == tx.actor:
        return
    if task["assignee"] is not None:
        raise rejection.Rejection(
            "conflict", f"Expected to claim task {task_id}, but {task['assignee']} has it already"
        )
    _may_take(tx, task)
    _change(plan, task, "task_claimed", {"assignee": tx.actor}, {"assignee": tx.actor})
    stage_clocks.answered(plan, token)


def release(tx: Transaction, task_id: int) -> None:
    """Give a task back to those who may take it."""
    task, plan, _ = _locked(tx, task_id, "release")
    _may_do(tx, task)
    if not task["candidates"]:
        raise rejection.invalid_state(
            f"Expected others who may take task {task_id}, but it is asked of one person alone"
        )
    _change(plan, task, "task_released", {"assignee": None}, {"from": task["assignee"]})


def assign(tx: Transaction, task_id: int, person: str, reason: str | None = None) -> None:
    """Give a task to a person; who is away is represented by the substitute."""
    task, plan, _ = _locked(tx, task_id, "assign")
    if tx.actor != task["assignee"]:
        _need(tx, "case.reassign", task)
    _give(tx, plan, task, person, "task_assigned", {"state": "open"}, reason)


def hand_over(tx: Transaction, task_id: int, person: str, reason: str | None = None) -> None:
    """Pass one's own task on to a colleague for good."""
    task, plan, _ = _locked(tx, task_id, "assign")
    _may_do(tx, task)
    _give(tx, plan, task, person, "task_handed_over", {"state": "open"}, reason)


def delegate(tx: Transaction, task_id: int, person: str, reason: str | None = None) -> None:
    """Let a colleague do a part: the task comes back to its owner."""
    task, plan, _ = _locked(tx, task_id, "delegate")
    _may_do(tx, task)
    more = {
        "state": lifecycle.after("task", task["state"], "delegate", f"task {task_id}"),
        "owner": task["assignee"] or tx.actor,
    }
    _give(tx, plan, task, person, "task_delegated", more, reason)


def give_back(tx: Transaction, task_id: int) -> None:
    """Return a delegated task to its owner."""
    task, plan, _ = _locked(tx, task_id, "give back")
    _may_do(tx, task)
    change = {"state": "open", "assignee": task["owner"], "owner": None}
    _change(
        plan, task, "task_given_back", change, {"assignee": task["owner"], "from": task["assignee"]}
    )


def save_draft(tx: Transaction, task_id: int, given: Mapping[str, Value]) -> None:
    """Keep what was typed so far; nothing is checked yet."""
    task, plan, token = _locked(tx, task_id, "change")
    _may_do(tx, task)
    draft = {name: to_json(value) for name, value in given.items()}
    _change(plan, task, "draft_saved", {"draft": draft}, {"fields": sorted(draft)})
    if tx.actor == task["assignee"]:
        stage_clocks.answered(plan, token)


def snooze(tx: Transaction, task_id: int, until: datetime | None) -> None:
    """Put a task aside until an instant; its deadline does not move."""
    task, plan, _ = _locked(tx, task_id, "change")
    _may_do(tx, task)
    _change(
        plan, task, "task_snoozed", {"follow_up_at": until}, {"until": until and until.isoformat()}
    )


def set_priority(tx: Transaction, task_id: int, priority: int) -> None:
    """Say how urgent a task is: 0 to 100, 50 is normal."""
    task, plan, _ = _locked(tx, task_id, "change")
    if not 0 <= priority <= 100:  # noqa: PLR2004  # the scale is said above
        raise rejection.invalid(
            f"Expected a priority from 0 to 100, but got {priority}", field="priority"
        )
    _need(tx, "case.act", task)
    _change(
        plan,
        task,
        "priority_changed",
        {"priority": priority},
        {"from": task["priority"], "to": priority},
    )


def due_changed(tx: Transaction, clock_id: int, due_at: datetime) -> None:
    """Copy the due date of a clock to the open tasks that run under it."""
    changed = update(tasks).where(tasks.c.clock_id == clock_id, tasks.c.state.in_(OPEN))
    tx.execute(changed.values(due_at=due_at))


def get(tx: Transaction, task_id: int) -> Row[Any]:
    """Return a task's row. Raises Rejection(not_found)."""
    row = tx.execute(_by_id, {"id": task_id}).one_or_none()
    if row is None:
        raise rejection.not_found(f"task {task_id}")
    return row


def form(tx: Transaction, task_id: int) -> Form:
    """Return what a task asks for, with defaults, variables of the same names and the draft filled in."""
    found = loading.with_row(tx, tasks, task_id, locked=False)
    if found is None:
        raise rejection.not_found(f"task {task_id}")
    task, plan = found
    scope = loading.scope(plan, task["scope_id"])
    element = (
        plan.case.process.elements.get(task["element"])
        if scope is None
        else scope.process.elements[task["element"]]
    )
    assert isinstance(element, Activity)  # noqa: S101  # tasks stand at activities
    outcomes = outcomes_of(element)
    fields = fields_of(element)
    requires = element.requires if isinstance(element, UserTask) else ()
    values: dict[str, Any] = {}
    token = scope.tokens.get(task["token_id"]) if scope else None
    for field in (*fields, *(asked for outcome in outcomes for asked in outcome.ask)):
        if scope is not None:
            values[field.name] = _known(plan, field, token or Token(0, scope, element.id, "wait"))
    if task["draft"]:
        values |= task["draft"]
    return Form(get(tx, task_id), element, fields, outcomes, requires, values)


def held_by(
    tx: Transaction,
    person: str,
    *,
    after: tuple[datetime | None, int] | None = None,
    most: int = PAGE,
) -> Sequence[Row[Any]]:
    """Return the open tasks of a person, the most urgent first; `after` is (due_at, id) of the last one seen."""
    question = select(tasks).where(tasks.c.assignee == person, tasks.c.state.in_(OPEN))
    return _page(tx, question, after, most)


def claimable(
    tx: Transaction,
    person: str,
    *,
    after: tuple[datetime | None, int] | None = None,
    most: int = PAGE,
) -> Sequence[Row[Any]]:
    """Return the open tasks that nobody holds and that a person may take, the most urgent first."""
    who = [person, *tx.port(ports.People).groups_of(tx, person)]
    offered = exists(literal(1)).where(
        candidates.c.task_id == tasks.c.id, candidates.c.who.in_(who)
    )
    question = select(tasks).where(tasks.c.assignee.is_(None), tasks.c.state.in_(OPEN), offered)
    return [row for row in _page(tx, question, after, most) if person not in (row.excluded or ())]


def overdue(tx: Transaction, *, most: int = PAGE) -> Sequence[Row[Any]]:
    """Return the open tasks whose due date has passed, the longest overdue first."""
    question = select(tasks).where(tasks.c.state.in_(OPEN), tasks.c.due_at < tx.now)
    return tx.execute(question.order_by(tasks.c.due_at, tasks.c.id).limit(most)).all()


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return all tasks of a case in the order of their creation."""
    return tx.execute(select(tasks).where(tasks.c.case_id == case_id).order_by(tasks.c.id)).all()


def fields_of(element: Activity) -> tuple[FormField, ...]:
    """Return the fields of a task's form; a decision nobody deployed asks for its result."""
    if isinstance(element, UserTask):
        return element.form
    if isinstance(element, DecisionTask) and element.result_variable:
        return (FormField(element.result_variable, "text", required=True),)
    return ()


def outcomes_of(element: Activity) -> tuple[Outcome, ...]:
    """Return the ways out of a stage."""
    if isinstance(element, UserTask):
        return element.outcomes
    return element.requires_outcome if isinstance(element, MessageTask) else ()


def outcome_name(element: Activity) -> str:
    """Return the variable that keeps which way out of a stage was chosen."""
    stage = element.stage if isinstance(element, UserTask) and element.stage else element.id
    return f"{stage.replace('-', '_')}_outcome"


def _locked(tx: Transaction, task_id: int, step: str) -> tuple[Task, Plan, Token]:
    """Lock the task's case and check that the step is allowed."""
    found = loading.with_row(tx, tasks, task_id)
    if found is None:
        raise rejection.not_found(f"task {task_id}")
    task, plan = found
    if not lifecycle.is_allowed("task", task["state"], step):
        at = task["ended_at"].strftime("%Y-%m-%d %H:%M UTC") if task["ended_at"] else ""
        ended = f" by {task['ended_by']} at {at}" if task["ended_by"] else ""
        raise rejection.invalid_state(
            f"Expected to {step} task {task_id}, but it was {task['state']}{ended}"
        )
    lifecycle.after("case", plan.case.state, "act", f"case {plan.case.id}")
    token = loading.token(plan, task["scope_id"], task["token_id"])
    assert token is not None  # noqa: S101  # an open task keeps its token
    return task, plan, token


def _accepted(
    plan: Plan, element: Activity, given: Mapping[str, Value], outcome: str | None
) -> dict[str, Value]:
    outcomes = outcomes_of(element)
    fields = list(fields_of(element))
    if outcome is None and len(outcomes) == 1:
        outcome = outcomes[0].id
    if outcomes:
        chosen = next((each for each in outcomes if each.id == outcome), None)
        if chosen is None:
            names = ", ".join(each.id for each in outcomes)
            raise rejection.invalid(
                f"Expected an outcome of {element.id}: {names}, but got {outcome}", field="outcome"
            )
        fields += chosen.ask
    accepted = forms.check(fields, given)
    _require(plan, element.requires if isinstance(element, UserTask) else (), accepted)
    if outcome is not None:
        accepted[outcome_name(element)] = outcome
    return accepted


def _require(plan: Plan, requires: Sequence[str], accepted: Mapping[str, Value]) -> None:
    missing = [name for name in requires if accepted.get(name) in forms.EMPTY]
    if not missing or plan.case.subject is None:
        return
    paths = [tuple(name.split(".")) for name in missing]
    found = plan.tx.port(ports.Subjects).fields(plan.tx, plan.case.subject, paths)
    for name, path in zip(missing, paths, strict=True):
        value: Any = found
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        if value in forms.EMPTY:
            raise rejection.invalid(
                f"Expected {name} to be filled in before this is completed", field=name
            )


def _known(plan: Plan, field: FormField, token: Token) -> Any:
    path = field.name.split(".")
    if len(path) > 1 and path[0] in variables.RECORDS and plan.case.subject:
        value: Any = plan.tx.port(ports.Subjects).fields(plan.tx, plan.case.subject, [tuple(path)])
        for part in path:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value
    value = variables.find(plan, token.scope, token, field.name)
    if value is not MISSING and value is not None:
        return value
    return variables.evaluate(plan, field.default, token.scope, token) if field.default else None


def _may_do(tx: Transaction, task: Task) -> None:
    """Check that the actor holds the task, may take it, or may act for others. Programs may."""
    if not tx.actor.startswith("staff:") or task["assignee"] == tx.actor:
        return
    if task["assignee"] is None and _is_candidate(tx, task):
        return
    _need(tx, "case.act", task)
    if tx.actor in (task["excluded"] or ()):
        raise rejection.forbidden(f"Expected somebody else than {tx.actor} to do task {task['id']}")


def _may_take(tx: Transaction, task: Task) -> None:
    if tx.actor in (task["excluded"] or ()):
        raise rejection.forbidden(f"Expected somebody else than {tx.actor} to do task {task['id']}")
    if tx.actor.startswith("staff:") and not _is_candidate(tx, task):
        _need(tx, "case.act", task)


def _is_candidate(tx: Transaction, task: Task) -> bool:
    if tx.actor in (task["excluded"] or ()):
        return False
    offered = task["candidates"] or ()
    if not offered or tx.actor in offered:
        return True
    return not set(offered).isdisjoint(tx.port(ports.People).groups_of(tx, tx.actor))


def _need(tx: Transaction, right: str, task: Task) -> None:
    if tx.actor.startswith("staff:") and not tx.port(ports.People).has_right(
        tx, tx.actor, right, task["subject"]
    ):
        raise rejection.forbidden(
            f"Expected {tx.actor} to hold task {task['id']} or the right {right}"
        )


def _give(
    tx: Transaction,
    plan: Plan,
    task: Task,
    person: str,
    kind: str,
    change: dict[str, Any],
    reason: str | None,
) -> None:
    people = tx.port(ports.People)
    if person.startswith("group:"):
        _offer(tx, plan, task, person, kind, reason)
        return
    if person in (task["excluded"] or ()):
        raise rejection.forbidden(f"Expected somebody else than {person} for task {task['id']}")
    if not people.is_active(tx, person):
        raise rejection.invalid(
            f"Expected a person who works here, but got {person}", field="person"
        )
    holder = people.stand_in(tx, person, tx.now)
    told = {
        "from": task["assignee"],
        "assignee": holder,
        "reason": reason,
        "for": person if holder != person else None,
    }
    _change(
        plan,
        task,
        kind,
        {**change, "assignee": holder},
        {key: value for key, value in told.items() if value},
    )
    if task["clock_id"] is not None:
        clocks.reassigned(tx, task["clock_id"], holder)


def _offer(
    tx: Transaction, plan: Plan, task: Task, group: str, kind: str, reason: str | None
) -> None:
    """Give a task to a group: whoever of it takes it first has it."""
    told = {"from": task["assignee"], "candidates": [group], "reason": reason}
    change = {"assignee": None, "state": "open", "candidates": [group]}
    _change(plan, task, kind, change, {key: value for key, value in told.items() if value})
    tx.execute(delete(candidates).where(candidates.c.task_id == task["id"]))
    row = {
        "task_id": task["id"],
        "who": group,
        "case_id": plan.case.id,
        "token_id": task["token_id"],
    }
    tx.execute(insert(candidates), row)
    token = loading.token(plan, task["scope_id"], task["token_id"])
    if token is not None and "g" not in token.waits:
        plan.change(token, "waits", token.waits + "g")
        execution.advance(plan)


def _change(
    plan: Plan, task: Task, kind: str, change: dict[str, Any], told: dict[str, Any]
) -> None:
    """Change a task's row and say so; the case itself does not move."""
    plan.tx.execute(
        _set.values({name: bindparam(f"v_{name}", type_=tasks.c[name].type) for name in change}),
        {"b_id": task["id"], **{f"v_{name}": value for name, value in change.items()}},
    )
    seq = plan.next_seq()
    plan.tx.note(
        Event(
            kind, plan.case.id, seq, plan.case.subject, task["element"], f"task:{task['id']}", told
        )
    )


def _page(
    tx: Transaction, question: Select[Any], after: tuple[datetime | None, int] | None, most: int
) -> Sequence[Row[Any]]:
    """Return the next page by due date; tasks without one come last."""
    if after is not None:
        due_at, number = after
        no_due = tasks.c.due_at.is_(None)
        later: ColumnElement[bool] = no_due & (tasks.c.id > number)
        if due_at is not None:
            same = (tasks.c.due_at == due_at) & (tasks.c.id > number)
            later = or_(tasks.c.due_at > due_at, same, no_due)
        question = question.where(later)
    return list(
        tx.execute(
            question.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id).limit(most)
        ).all()
    )
