"""A task is locked with its case, and its row is changed."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Update, bindparam, update

from engine import lifecycle
from engine.plan import Plan, loading
from engine.user_tasks.rights import Task
from engine.waiting.state import Token
from engine.waiting.tasks import tasks
from ledger import rejection
from ledger.event_log import Event
from ledger.transaction import Transaction

_set = update(tasks).where(tasks.c.id == bindparam("b_id"))


def locked(tx: Transaction, task_id: int, step: str) -> tuple[Task, Plan, Token]:
    """Lock the task's case and check that the step is allowed."""
    found = loading.with_row(tx, tasks, task_id)
    if found is None:
        raise rejection.not_found("task %(task)s", task=task_id)
    task, plan = found
    if not lifecycle.is_allowed("task", task["state"], step):
        raise _too_late(task, step)
    lifecycle.after("case", plan.case.state, "act", f"case {plan.case.id}")
    token = loading.token(plan, task["scope_id"], task["token_id"])
    assert token is not None  # noqa: S101  # an open task keeps its token
    return task, plan, token


def change(plan: Plan, task: Task, kind: str, change: dict[str, Any], told: dict[str, Any]) -> None:
    """Change a task's row and say so; the case itself does not move."""
    values = {f"v_{name}": value for name, value in change.items()}
    plan.tx.write(_setting(tuple(change)), [{"b_id": task["id"], **values}])
    seq = plan.next_seq()
    plan.tx.note(
        Event(
            kind, plan.case.id, seq, plan.case.subject, task["element"], f"task:{task['id']}", told
        )
    )


@cache
def _setting(columns: tuple[str, ...]) -> Update:
    return _set.values({name: bindparam(f"v_{name}", type_=tasks.c[name].type) for name in columns})


def _too_late(task: Task, step: str) -> rejection.Rejection:
    """Return the refusal of a step that the task's state does not allow, with who was faster."""
    facts = {"step": step, "task": task["id"], "state": task["state"]}
    if not task["ended_by"]:
        return rejection.invalid_state(
            "Expected to %(step)s task %(task)s, but it was %(state)s", **facts
        )
    return rejection.invalid_state(
        "Expected to %(step)s task %(task)s, but it was %(state)s by %(who)s at %(at)s",
        who=task["ended_by"],
        at=task["ended_at"],
        **facts,
    )
