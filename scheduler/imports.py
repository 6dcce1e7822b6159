"""Carries imports to their end, batch by batch: for the command line, and for what a process left on its way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TypeAlias

from sqlalchemy import select

from crm_entities.imports import runs, writing
from crm_entities.imports.runs import Progress
from crm_entities.staff import StaffMember
from ledger import numbers, transaction
from ledger.store import Store
from ledger.transaction import Transaction

log = logging.getLogger(__name__)
Places: TypeAlias = Mapping[int, tuple[str, int]]
"""How far each unfinished import is: its state, and the position in it."""


def carry_on(
    store: Store, actor: str, import_id: int, told: Callable[[Progress], None] | None = None
) -> Progress:
    """Do batch after batch, each in a transaction of its own, until nothing is left; `told` hears of each.

    May be stopped at any time and called again, by anybody: see `writing.next_batch`.
    """
    while True:
        progress = transaction.run(store, actor, lambda tx: writing.next_batch(tx, import_id))
        if told is not None:
            told(progress)
        if progress.is_over:
            return progress


def resume_all(store: Store) -> int:
    """Carry on every import that a process left on its way, and return how many there were."""
    with transaction.read(store, "system") as tx:
        left = {run.id: _who(tx, run.by) for run in runs.unfinished(tx)}
    for import_id, actor in left.items():
        carry_on(store, actor, import_id)
    return len(left)


def carry_left(store: Store, before: Places) -> Places:
    """Carry on each import that stands where it stood at the last look, and return where the others are.

    One whose page or command still writes has moved on since. An import that fails is logged and
    keeps no other from going on.
    """
    with transaction.read(store, "worker") as tx:
        found = [
            (run.id, (run.state, run.position), _who(tx, run.by)) for run in runs.unfinished(tx)
        ]
    moving = {}
    for import_id, place, actor in found:
        if before.get(import_id) != place:
            moving[import_id] = place
            continue
        try:
            carry_on(store, actor, import_id)
        except Exception:
            log.exception("Import %s could not be carried on", import_id)
            moving[import_id] = place
    return moving


def _who(tx: Transaction, person: str) -> str:
    """Return in whose name an import goes on: whoever began it, or the program where he has left."""
    number = numbers.of_record(person.removeprefix("staff:"))
    state = select(StaffMember.state).where(StaffMember.id == number)
    return person if tx.session.scalar(state) == "active" else "system"
