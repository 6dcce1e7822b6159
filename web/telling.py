"""Tells a person what a colleague did that concerns him: a task handed over, a name mentioned."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Row

from crm_entities import staff
from engine import comments, instances, user_tasks
from ledger.transaction import Transaction
from scheduler import alerts

MENTION = re.compile(r"(?<![\w@])@([a-z0-9][a-z0-9._-]*[a-z0-9])", re.IGNORECASE)


def hand_over(tx: Transaction, task_id: int, person: str, reason: str | None = None) -> None:
    """Give a task to a colleague, one's own or with the right to reassign, and tell him once."""
    task = user_tasks.get(tx, task_id)
    give = user_tasks.hand_over if task.assignee == tx.actor else user_tasks.assign
    give(tx, task_id, person, reason=reason)
    holder = user_tasks.get(tx, task_id).assignee
    if holder is None or holder == tx.actor:
        return
    alerts.tell(
        tx,
        holder,
        source=f"task:{task_id}",
        level="handed-over",
        kind="task_handed_over",
        epoch=instances.get(tx, task.case_id).seq,
        case_id=task.case_id,
        task_id=task_id,
        subject=task.subject,
        data=_facts(tx, task),
    )


def comment(tx: Transaction, task: Row[Any], text: str) -> None:
    """Write a comment on a task, and tell those whom it mentions by `@login`."""
    number = comments.write(tx, task.case_id, text, task_id=task.id, element=task.element)
    for login in dict.fromkeys(MENTION.findall(text)):
        member = staff.by_login(tx, login)
        if member is not None and member.state == "active" and member.subject != tx.actor:
            alerts.tell(
                tx,
                member.subject,
                source=f"comment:{task.case_id}/{number}",
                level="mention",
                kind="mention",
                case_id=task.case_id,
                task_id=task.id,
                subject=task.subject,
                data=_facts(tx, task),
            )


def _facts(tx: Transaction, task: Row[Any]) -> dict[str, Any]:
    """Return what the words of an alert about a task are made of."""
    return {"by": tx.actor, "definition": task.definition_id, "element": task.element}
