"""The body of a webhook: what happened, in the receiver's language and as plain data."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Row

from engine import definitions
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from scheduler import texts
from scheduler.ports import Address, Links, Names

FORMAT = 1


def body(tx: Transaction, alert: Row[Any], receiver: Row[Any], delivery: str) -> bytes:
    """Return a delivery as JSON in UTF-8; names of records and people only where the receiver is told them."""
    reader = Address(receiver.title, None, receiver.language)
    said = texts.say(tx, _silent(alert, is_naming=receiver.is_naming), reader)
    data, link = alert.data or {}, _link(tx, alert)
    known: dict[str, Any] = {
        "format": FORMAT,
        "delivery": delivery,
        "kind": alert.kind,
        "at": _instant(alert.created_at),
        "title": said.title,
        "text": f"{said.text} {link}",
        "url": link,
        "process": _key(tx, data.get("definition")),
        "stage": data.get("element"),
        "case": _numbered(alert.case_id, "case", tx),
        "task": _numbered(alert.task_id, "task", tx),
        "record": _record(tx, alert, is_naming=receiver.is_naming),
        "due_at": _instant(alert.due_at),
        "late_seconds": alert.late_seconds,
        "level": alert.level if alert.source.startswith("clock:") else None,
    }
    known = {name: value for name, value in known.items() if value is not None}
    return orjson.dumps(known)


def _silent(alert: Row[Any], *, is_naming: bool) -> texts.Spoken:
    """Return an alert as its words may use it: without names, where the receiver is told none."""
    if is_naming:
        return texts.Spoken.of(alert, recipient="system")
    data = {name: value for name, value in (alert.data or {}).items() if name != "by"}
    return texts.Spoken.of(alert, data=data, subject=None)


def _link(tx: Transaction, alert: Row[Any]) -> str:
    links = tx.port(Links)
    if alert.task_id is not None:
        return links.task(alert.task_id)
    return links.inbox() if alert.case_id is None else links.case(alert.case_id)


def _numbered(id: int | None, kind: str, tx: Transaction) -> dict[str, Any] | None:
    if id is None:
        return None
    links = tx.port(Links)
    return {"id": id, "url": links.task(id) if kind == "task" else links.case(id)}


def _record(tx: Transaction, alert: Row[Any], *, is_naming: bool) -> dict[str, Any] | None:
    if alert.subject is None:
        return None
    title = tx.port(Names).subject(tx, alert.subject, "system") if is_naming else None
    return {"ref": alert.subject} | ({"title": title} if title else {})


def _key(tx: Transaction, definition: int | None) -> str | None:
    try:
        return definitions.process(tx, definition).id if definition else None
    except Rejection:
        return None


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
