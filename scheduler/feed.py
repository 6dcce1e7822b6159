"""What happens in cases, told to the webhooks that asked for it: in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select

from engine.waiting.cases import cases
from ledger.event_log import Event
from ledger.transaction import Transaction
from scheduler import alerts, webhooks

TOLD = frozenset(webhooks.EVENTS)
_STILL = frozenset({alerts.RECORDED, alerts.HELD})
ASKED_EVERY = timedelta(seconds=5)
"""How old the list of receivers may be that a process has in mind, so that a step need not ask."""


class Listening(NamedTuple):
    """Who listens, as this process last read it."""

    at: datetime
    rows: Sequence[Row[Any]]


def tell(tx: Transaction) -> None:
    """Write a delivery for each receiver that hears what the transaction noted; a hook before commit."""
    happened = [event for event in tx.noted if event.kind in TOLD and event.case_id is not None]
    if not happened:
        return
    listening = [row for row in _listening(tx) if row.events]
    heard = {kind for row in listening for kind in row.events}
    rows: list[alerts.Entry] = []
    for event in happened:
        if event.kind in heard:
            rows += _deliveries(tx, event, listening)
    if rows:
        alerts.write(tx, rows)


def of_level(
    tx: Transaction,
    listening: Iterable[Row[Any]],
    how: Sequence[str],
    key: str,
    news: alerts.News,
    task_id: int | None,
) -> list[alerts.Entry]:
    """Return the deliveries of a level of a ladder in a process of that key.

    What is only recorded, or held back until an outage is caught up with, stays so for receivers too.
    """
    news = news._replace(delivered_at=None)
    if news.state not in _STILL:
        news = news._replace(state=alerts.PENDING, next_try_at=tx.now)
    return [
        _delivery(tx, receiver, news, task_id)
        for receiver in listening
        if webhooks.hears_level(receiver, how, news.kind, key)
    ]


def listening_to_levels(tx: Transaction) -> list[Row[Any]]:
    """Return the receivers that may be told of levels."""
    return [row for row in _listening(tx) if row.levels != "none"]


def _listening(tx: Transaction) -> Sequence[Row[Any]]:
    def ask() -> Listening:
        return Listening(tx.now, webhooks.listening(tx))

    known = tx.store.remembered(webhooks.LISTENING, ask)
    if not timedelta() <= tx.now - known.at < ASKED_EVERY:
        tx.store.forget(webhooks.LISTENING)
        known = tx.store.remembered(webhooks.LISTENING, ask)
    return known.rows


def _deliveries(tx: Transaction, event: Event, listening: Sequence[Row[Any]]) -> list[alerts.Entry]:
    case = tx.execute(_case, {"b_case": event.case_id}).one_or_none()
    if case is None:
        return []
    about = {"definition": case.definition_id, "element": event.element, "by": tx.actor}
    news = alerts.News(
        tx.now,
        f"case:{event.case_id}",
        event.kind,
        event.kind,
        event.seq or 1,
        event.case_id,
        event.subject,
        about,
        state=alerts.PENDING,
        next_try_at=tx.now,
    )
    return [
        _delivery(tx, receiver, news, _task(event))
        for receiver in listening
        if webhooks.hears_event(receiver, event.kind, case.key)
    ]


def _delivery(
    tx: Transaction, receiver: Row[Any], news: alerts.News, task_id: int | None
) -> alerts.Entry:
    return news.to(tx.new_id(), f"{webhooks.KIND}{receiver.id}", alerts.WEBHOOK, task_id)


def _task(event: Event) -> int | None:
    written = event.ref or ""
    return int(written.removeprefix("task:")) if written.startswith("task:") else None


_case = select(cases.c.definition_id, cases.c.key).where(cases.c.id == bindparam("b_case"))
