"""Alerts that wait to leave the house: claimed by one worker, written off, tried again, or kept as dead letters.

A claim ends when it is written off, when its lease is over, or when its holder is dead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, bindparam, func, select, text, update

from ledger import transaction
from ledger import words as said
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import workers
from scheduler.alerts import DEAD, PENDING, SENDING, SENT, alerts

BATCH = 5
LEASE = timedelta(minutes=2)
"""For how long a claim holds at most; longer than a batch that times out."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
LONGEST_ERROR = 500
Outcome = Literal["sent", "later", "never"]


@dataclass(frozen=True, slots=True)
class Posted:
    """How many alerts were sent, are tried again later, or are dead."""

    sent: int = 0
    later: int = 0
    dead: int = 0

    def __add__(self, other: Posted) -> Posted:
        return Posted(self.sent + other.sent, self.later + other.later, self.dead + other.dead)


def take(tx: Transaction, channel: str, holder: str | None) -> Sequence[Row[Any]]:
    """Claim the next alerts of a channel that may go out now, at most BATCH; others pass them over."""
    known = {"b_channel": channel, "b_now": tx.now, "b_lease": tx.now + LEASE, "b_holder": holder}
    rows = tx.execute(_take, known).all()
    return sorted(rows, key=lambda row: int(row.id))


def write_off(  # each keyword is part of what is known of a try
    tx: Transaction,
    alert: Row[Any],
    outcome: Outcome,
    words: str,
    *,
    message_id: str,
    wait: timedelta | None = None,
) -> Posted:
    """Write down what became of a claimed alert; `wait` is how long the other side asked us to."""
    error, known = said.packed(words, LONGEST_ERROR), {"message_id": message_id, "holder": None}
    if outcome == "sent":
        put(tx, alert, state=SENT, sent_at=tx.now, next_try_at=None, last_error=None, **known)
        return Posted(sent=1)
    if outcome == "never" or alert.attempts > len(BACK_OFF):
        put(tx, alert, state=DEAD, last_error=error, next_try_at=None, **known)
        return Posted(dead=1)
    pause = max(BACK_OFF[alert.attempts - 1], wait or timedelta())
    put(tx, alert, state=PENDING, last_error=error, next_try_at=tx.now + pause, **known)
    return Posted(later=1)


def put(tx: Transaction, alert: Row[Any], **values: Any) -> None:
    """Change a claimed alert, unless somebody else has claimed it meanwhile."""
    mine = update(alerts).where(_a.id == alert.id, _a.attempts == alert.attempts)
    tx.execute(mine.values(**values))


def give_back(tx: Transaction, alert: Row[Any], until: timedelta) -> None:
    """Give a claimed alert back untried."""
    at = tx.now + until
    put(tx, alert, state=PENDING, attempts=alert.attempts - 1, next_try_at=at, holder=None)


def release(tx: Transaction) -> int:
    """Give back what dead workers had claimed, and return how many alerts that were."""
    return tx.execute(_release, {"b_now": tx.now, "b_dead": tx.now - workers.DEAD_AFTER}).rowcount


def release_all(store: Store) -> None:
    """Give back everything claimed; only where no other process delivers, at the start."""
    free = update(alerts).where(_is_claimed).values(state=PENDING, holder=None)
    transaction.run(store, "worker", lambda tx: tx.execute(free.values(next_try_at=tx.now)))


def next_at(tx: Transaction, channel: str) -> datetime | None:
    """Return when the next alert of a channel may go out, or a claim is worth looking at again."""
    known = {"b_channel": channel}
    # A claim of somebody else is worth a look: he may have died.
    if not tx.store.is_sqlite and tx.execute(_claimed, known).first() is not None:
        return tx.now
    return tx.execute(_next, known).scalar()


_a = alerts.c
# Literal, so that the partial index over waiting alerts serves.
_is_waiting = text("state IN ('pending', 'sending')")
_is_claimed = text("state = 'sending'")
_ripe = (
    select(_a.id)
    .where(_is_waiting, _a.channel == bindparam("b_channel"), _a.next_try_at <= bindparam("b_now"))
    .order_by(_a.next_try_at, _a.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_take = (
    update(alerts)
    .where(_a.id.in_(_ripe))
    .values(
        state=SENDING,
        attempts=_a.attempts + 1,
        next_try_at=bindparam("b_lease"),
        holder=bindparam("b_holder"),
    )
    .returning(alerts)
)
_beats = workers.heartbeats.c
_release = (
    update(alerts)
    .where(
        _is_claimed,
        _a.holder.is_not(None),
        ~select(_beats.name)
        .where(_beats.name == _a.holder, _beats.at > bindparam("b_dead"))
        .exists(),
    )
    .values(state=PENDING, holder=None, next_try_at=bindparam("b_now"))
)
_is_its = _a.channel == bindparam("b_channel")
_next = select(func.min(_a.next_try_at)).where(_is_waiting, _is_its)
_claimed = select(_a.id).where(_is_claimed, _is_its).limit(1)
