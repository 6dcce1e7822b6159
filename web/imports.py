"""Carries an import to its end, batch by batch: called by a page's thread and by the command line."""

from __future__ import annotations

from collections.abc import Callable

from crm_entities.imports import runs, writing
from crm_entities.imports.runs import Progress
from ledger import transaction
from ledger.store import Store


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
        left = [run.id for run in runs.unfinished(tx)]
    for import_id in left:
        carry_on(store, "system", import_id)
    return len(left)
