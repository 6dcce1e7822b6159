"""News that no deadline brings: a task that somebody else gave me, a colleague who mentions me.

Read from what a transaction noted, just before it commits, so the news and the change are one.
A task that simply comes up is in the inbox; one that was passed on is a mail too, unless the level
that did it tells its new holder by mail itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from engine import ports
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger.event_log import Event
from ledger.transaction import Transaction
from scheduler import alerts
from scheduler.ports import Recipients

CREATED = "task_created"
GIVEN = frozenset({CREATED, "task_assigned", "task_handed_over", "task_delegated"})
COMMENT = "comment_written"
MENTION = re.compile(r"(?<![\w@])@([\w][\w.-]*\w)")


def tell(tx: Transaction) -> None:
    """Tell everybody whom the transaction concerns and who did not do it; a hook before commit."""
    rows: list[alerts.Entry] = []
    for event in tx.noted:
        if event.kind in GIVEN:
            rows += _given(tx, event, event.data or {})
        elif event.kind == COMMENT:
            rows += _mentioned(tx, event)
    alerts.write(tx, rows)


def _given(tx: Transaction, event: Event, data: Mapping[str, Any]) -> list[alerts.Entry]:
    person = data.get("assignee")
    if not person or person == tx.actor or not person.startswith("staff:"):
        return []
    is_by_person = tx.actor.startswith("staff:")
    kind = "task_handed_over" if is_by_person and event.kind != CREATED else "task_assigned"
    news, task = _news(tx, event, kind)
    if is_by_person and data.get("reason"):
        news = news._replace(data={**(news.data or {}), "word": str(data["reason"])})
    is_mailed = event.kind != CREATED and (is_by_person or not _is_told(tx, event, person))
    address = tx.port(Recipients).address(tx, person) if is_mailed else None
    return alerts.channels(tx, person, address, news, task)


def _is_told(tx: Transaction, event: Event, person: str) -> bool:
    """Say whether the level that passes the task on tells its new holder by mail anyway."""
    told = alerts.alerts.c
    question = select(told.id).where(
        told.case_id == event.case_id,
        told.recipient == person,
        told.channel == alerts.MAIL,
        told.created_at == tx.now,
    )
    return tx.execute(question.limit(1)).first() is not None


def _mentioned(tx: Transaction, event: Event) -> list[alerts.Entry]:
    words = str((event.values or {}).get("text", (None, ""))[1])
    staff = tx.port(ports.People)
    people = (staff.person(tx, login) for login in dict.fromkeys(MENTION.findall(words)))
    news, task = _news(tx, event, "mention")
    return [
        row
        for person in people
        if person and person != tx.actor
        for row in alerts.channels(tx, person, tx.port(Recipients).address(tx, person), news, task)
    ]


def _news(tx: Transaction, event: Event, kind: str) -> tuple[alerts.News, int | None]:
    """Return what is told, and the task that it is about."""
    task = _number(event.ref, "task:")
    about = f"comment:{event.case_id}.{event.seq}" if kind == "mention" else str(event.ref)
    data: dict[str, Any] = {"element": event.element, "by": tx.actor}
    if task is not None:
        asked = select(tasks.c.definition_id, tasks.c.due_at).where(tasks.c.id == task)
        for row in tx.execute(asked):
            data["definition"] = row.definition_id
            if row.due_at is not None:
                data["due"] = row.due_at.isoformat()
    elif event.case_id is not None:
        question = select(cases.c.definition_id).where(cases.c.id == event.case_id)
        data["definition"] = tx.execute(question).scalar()
    number = event.seq or 1
    news = alerts.News(tx.now, about, kind, kind, number, event.case_id, event.subject, data)
    return news, task


def _number(ref: str | None, kind: str) -> int | None:
    return int(ref.removeprefix(kind)) if ref and ref.startswith(kind) else None
