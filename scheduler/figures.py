"""Figures kept up to date beside the deadlines: clocks that ended are measured, forecasts kept.

A pass is bounded and has no hurry: reports say up to when they count.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, Integer, Table, insert, select, update

from engine.clocks import forecasts, measures
from ledger import transaction
from ledger.base import Instant, metadata
from ledger.store import Store
from ledger.transaction import Transaction

BATCH = 200
BATCHES = 25
LAG = timedelta(minutes=1)
"""How far back is looked for clocks whose transaction was open when later ones were measured."""
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

progress = Table(
    "sla_figures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
)


def run(store: Store) -> int:
    """Measure what ended since the last time and keep due forecasts; return how many clocks were measured."""
    measured = 0
    for _ in range(BATCHES):
        size = transaction.run(store, "worker", _measure)
        measured += size
        if size < BATCH:
            break
    transaction.run(store, "worker", _foresee)
    return measured


def reached(tx: Transaction) -> datetime | None:
    """Return up to when everything is measured, or None before the first pass."""
    return tx.execute(_last).scalar()


def _measure(tx: Transaction) -> int:
    known = tx.execute(_held).scalar()
    taken = measures.take(tx, BEGINNING if known is None else known - LAG, BATCH)
    until = tx.now if len(taken) < BATCH else taken[-1].closed_at
    if known is None:
        tx.execute(insert(progress), {"id": 1, "at": until})
    else:
        tx.execute(update(progress).values(at=until))
    return len(taken)


def _foresee(tx: Transaction) -> int:
    tx.execute(_held)
    return forecasts.keep(tx, BATCH)


_last = select(progress.c.at)
# Held until the batch is written, so that two workers never measure the same clocks.
_held = _last.with_for_update()
