"""Versions are let to start new cases, or no longer."""

from __future__ import annotations

from sqlalchemy import (
    update,
)

from engine import lifecycle
from engine.definitions.compiled import process
from engine.definitions.starting import enter, withdraw
from engine.definitions.tables import definitions, of_row
from engine.definitions.versions import NEWEST, get, latest
from ledger.event_log import Event
from ledger.transaction import Transaction


def publish(tx: Transaction, definition_id: int) -> None:
    """Let new cases start from a draft or retired version."""
    _step(tx, definition_id, "publish")
    found = get(tx, definition_id)
    if latest(tx, found.key).id == definition_id:
        enter(tx, found, process(tx, definition_id))
    tx.note(
        Event("definition_published", ref=f"definition:{definition_id}", data={"key": found.key})
    )


def retire(tx: Transaction, definition_id: int) -> None:
    """Let no new case start from a version; the version before it is used again where it is published."""
    _step(tx, definition_id, "retire")
    found = get(tx, definition_id)
    withdraw(tx, found.key)
    before = tx.execute(NEWEST, {"key": found.key}).one_or_none()
    if before is not None:
        enter(tx, of_row(before), process(tx, before.id))
    tx.note(Event("definition_retired", ref=f"definition:{definition_id}", data={"key": found.key}))


def _step(tx: Transaction, definition_id: int, step: str) -> None:
    found = get(tx, definition_id)
    state = lifecycle.after(
        "definition", found.state, step, f"version {found.version} of {found.key}"
    )
    tx.execute(update(definitions).where(definitions.c.id == definition_id).values(state=state))
