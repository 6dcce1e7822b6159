"""Who holds a task: taken, given back, passed on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    delete,
    insert,
)

from engine import clocks, definitions, execution, lifecycle, ports
from engine.behaviours import stage_clocks
from engine.ladder import Reassigning
from engine.plan import Plan, loading
from engine.user_tasks import changing
from engine.user_tasks.changing import locked
from engine.user_tasks.rights import Task, may_do, may_take, need
from engine.waiting.tasks import candidates
from ledger import rejection
from ledger.transaction import Transaction


def claim(tx: Transaction, task_id: int) -> None:
    """Take a task that nobody holds; a second person is told who was first."""
    task, plan, token = locked(tx, task_id, "claim")
    if task["assignee"] == tx.actor:
        return
    if task["assignee"] is not None:
        raise rejection.Rejection(
            "conflict",
            "Expected to claim task %(task)s, but %(assignee)s has it already",
            task=task_id,
            assignee=task["assignee"],
        )
    may_take(tx, task)
    changing.change(plan, task, "task_claimed", {"assignee": tx.actor}, {"assignee": tx.actor})
    stage_clocks.answered(plan, token)


def release(tx: Transaction, task_id: int) -> None:
    """Give a task back to those who may take it."""
    task, plan, _ = locked(tx, task_id, "release")
    may_do(tx, task)
    if not task["candidates"]:
        raise rejection.invalid_state(
            "Expected others who may take task %(task)s, but it is asked of one person alone",
            task=task_id,
        )
    changing.change(plan, task, "task_released", {"assignee": None}, {"from": task["assignee"]})


def assign(
    tx: Transaction,
    task_id: int,
    person: str,
    reason: str | None = None,
    deadline: Reassigning | None = None,
) -> None:
    """Give a task to a person; who is away is represented by the substitute.

    `deadline` says what that does to the due date; left out, what the definition says.
    """
    task, plan, _ = locked(tx, task_id, "assign")
    if tx.actor != task["assignee"]:
        need(tx, "case.reassign", task)
    _give(tx, plan, task, person, "task_assigned", {"state": "open"}, reason, deadline)


def hand_over(tx: Transaction, task_id: int, person: str, reason: str | None = None) -> None:
    """Pass one's own task on to a colleague for good; the definition says what that does to the due date."""
    task, plan, _ = locked(tx, task_id, "assign")
    may_do(tx, task)
    _give(tx, plan, task, person, "task_handed_over", {"state": "open"}, reason)


def delegate(tx: Transaction, task_id: int, person: str, reason: str | None = None) -> None:
    """Let a colleague do a part: the task comes back to its owner."""
    task, plan, _ = locked(tx, task_id, "delegate")
    may_do(tx, task)
    more = {
        "state": lifecycle.after("task", task["state"], "delegate", f"task {task_id}"),
        "owner": task["assignee"] or tx.actor,
    }
    _give(tx, plan, task, person, "task_delegated", more, reason)


def give_back(tx: Transaction, task_id: int) -> None:
    """Return a delegated task to its owner."""
    task, plan, _ = locked(tx, task_id, "give back")
    may_do(tx, task)
    change = {"state": "open", "assignee": task["owner"], "owner": None}
    changing.change(
        plan, task, "task_given_back", change, {"assignee": task["owner"], "from": task["assignee"]}
    )


def _must_be_fit(tx: Transaction, task: Task, person: str) -> None:
    if person in (task["excluded"] or ()):
        raise rejection.forbidden(
            "Expected somebody else than %(person)s for task %(number)s",
            person=person,
            number=task["id"],
        )
    if not tx.port(ports.People).is_active(tx, person):
        raise rejection.invalid(
            "Expected a person who works here, but got %(person)s", person=person, field="person"
        )


def _give(
    tx: Transaction,
    plan: Plan,
    task: Task,
    person: str,
    kind: str,
    change: dict[str, Any],
    reason: str | None,
    deadline: Reassigning | None = None,
) -> None:
    people = tx.port(ports.People)
    if person.startswith("group:"):
        _offer(tx, plan, task, person, kind, reason)
        return
    _must_be_fit(tx, task, person)
    holder = people.stand_in(tx, person, tx.now)
    told = {
        "from": task["assignee"],
        "assignee": holder,
        "reason": reason,
        "for": person if holder != person else None,
    }
    changing.change(
        plan,
        task,
        kind,
        {**change, "assignee": holder},
        {key: value for key, value in told.items() if value},
    )
    if task["clock_id"] is not None:
        rule = deadline or _rule(tx, task)
        clocks.reassigned(tx, task["clock_id"], holder, rule.policy, rule.grace)


def _rule(tx: Transaction, task: Task) -> Reassigning:
    """Return what the definition says of a new holder."""
    process = definitions.process(tx, task["definition_id"])
    found = clocks.rule_of(process, task["element"], "stage")
    return found.reassigned if found else Reassigning()


def _offer(
    tx: Transaction, plan: Plan, task: Task, group: str, kind: str, reason: str | None
) -> None:
    """Give a task to a group: whoever of it takes it first has it."""
    told = {"from": task["assignee"], "candidates": [group], "reason": reason}
    change = {"assignee": None, "state": "open", "candidates": [group]}
    changing.change(plan, task, kind, change, {key: value for key, value in told.items() if value})
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
