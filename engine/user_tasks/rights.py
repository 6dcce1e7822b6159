"""Who may do, take and pass on a task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine import ports
from ledger import rejection
from ledger.transaction import Transaction

Task = Mapping[str, Any]


def may_do(tx: Transaction, task: Task) -> None:
    """Check that the actor holds the task, may take it, or may act for others. Programs may."""
    if not tx.actor.startswith("staff:") or task["assignee"] == tx.actor:
        return
    if task["assignee"] is None and _is_candidate(tx, task):
        return
    need(tx, "case.act", task)
    if tx.actor in (task["excluded"] or ()):
        raise rejection.forbidden(
            "Expected somebody else than %(actor)s to do task %(number)s",
            actor=tx.actor,
            number=task["id"],
        )


def may_take(tx: Transaction, task: Task) -> None:
    """Check that the actor may take a task that nobody holds."""
    if tx.actor in (task["excluded"] or ()):
        raise rejection.forbidden(
            "Expected somebody else than %(actor)s to do task %(number)s",
            actor=tx.actor,
            number=task["id"],
        )
    if tx.actor.startswith("staff:") and not _is_candidate(tx, task):
        need(tx, "case.act", task)


def _is_candidate(tx: Transaction, task: Task) -> bool:
    if tx.actor in (task["excluded"] or ()):
        return False
    offered = task["candidates"] or ()
    if not offered or tx.actor in offered:
        return True
    return not set(offered).isdisjoint(tx.port(ports.People).groups_of(tx, tx.actor))


def need(tx: Transaction, right: str, task: Task) -> None:
    """Check that a person holds a right for the task's record. Programs may."""
    if tx.actor.startswith("staff:") and not tx.port(ports.People).has_right(
        tx, tx.actor, right, task["subject"]
    ):
        raise rejection.forbidden(
            "Expected %(actor)s to hold task %(number)s or the right %(right)s",
            actor=tx.actor,
            number=task["id"],
            right=right,
        )
