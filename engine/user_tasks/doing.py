"""A task is done, or prepared: completed, drafted, put aside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import orjson
from sqlalchemy import (
    update,
)

from engine import execution, variables
from engine.behaviours import stage_clocks
from engine.bpmn.graph import (
    Activity,
)
from engine.feel import Value
from engine.feel.json_form import to_json
from engine.user_tasks.asking import accept
from engine.user_tasks.changing import change, locked
from engine.user_tasks.rights import may_do, need
from engine.waiting.tasks import COMPLETE, IS_OPEN, tasks
from ledger import rejection
from ledger.transaction import Transaction

LONGEST_DRAFT = 100_000


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
    task, plan, token = locked(tx, task_id, "complete")
    may_do(tx, task)
    element = token.definition
    assert isinstance(element, Activity)  # noqa: S101  # tasks stand at activities
    accepted = accept(plan, element, given or {}, outcome)
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


def save_draft(tx: Transaction, task_id: int, given: Mapping[str, Value]) -> None:
    """Keep what was typed so far; nothing is checked yet but its size.

    Raises Rejection(invalid_argument) for more than `LONGEST_DRAFT` characters.
    """
    task, plan, token = locked(tx, task_id, "change")
    may_do(tx, task)
    draft = {name: to_json(value) for name, value in given.items()}
    size = len(orjson.dumps(draft))
    if size > LONGEST_DRAFT:
        raise rejection.invalid(
            "Expected a draft of at most %(most)s characters, but it has %(count)s",
            most=f"{LONGEST_DRAFT:,}",
            count=f"{size:,}",
        )
    change(plan, task, "draft_saved", {"draft": draft}, {"fields": sorted(draft)})
    if tx.actor == task["assignee"]:
        stage_clocks.answered(plan, token)


def snooze(tx: Transaction, task_id: int, until: datetime | None) -> None:
    """Put a task aside until an instant; its deadline does not move."""
    task, plan, _ = locked(tx, task_id, "change")
    may_do(tx, task)
    change(
        plan, task, "task_snoozed", {"follow_up_at": until}, {"until": until and until.isoformat()}
    )


def set_priority(tx: Transaction, task_id: int, priority: int) -> None:
    """Say how urgent a task is: 0 to 100, 50 is normal."""
    task, plan, _ = locked(tx, task_id, "change")
    if not 0 <= priority <= 100:  # noqa: PLR2004  # the scale is said above
        raise rejection.invalid(
            "Expected a priority from 0 to 100, but got %(priority)s",
            priority=priority,
            field="priority",
        )
    need(tx, "case.act", task)
    change(
        plan,
        task,
        "priority_changed",
        {"priority": priority},
        {"from": task["priority"], "to": priority},
    )


def due_changed(tx: Transaction, clock_id: int, due_at: datetime) -> None:
    """Copy the due date of a clock to the open tasks that run under it."""
    changed = update(tasks).where(tasks.c.clock_id == clock_id, IS_OPEN)
    tx.execute(changed.values(due_at=due_at))
