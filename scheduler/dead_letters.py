"""Dead letters: mails and calls of other programs that could not be delivered, kept until somebody sends them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text, update

from ledger.event_log import Event
from ledger.transaction import Transaction
from scheduler.alerts import LEAVING, PENDING, alerts

_is_dead = text("state = 'dead'")
_leaves = alerts.c.channel.in_(sorted(LEAVING))


def listed(
    tx: Transaction, *, channel: str | None = None, before: int | None = None, most: int = 100
) -> Sequence[Row[Any]]:
    """Return the newest dead letters, newest first, each with its last error."""
    question = select(alerts).where(_is_dead, _leaves)
    if channel is not None:
        question = question.where(alerts.c.channel == channel)
    if before is not None:
        question = question.where(alerts.c.id < before)
    return tx.execute(question.order_by(alerts.c.id.desc()).limit(most)).all()


def trying(tx: Transaction, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return what was refused for now and is tried again by itself, those next to be tried first."""
    is_waiting = text("state IN ('pending', 'sending')")
    question = select(alerts).where(is_waiting, _leaves, alerts.c.last_error.is_not(None))
    return tx.execute(question.order_by(alerts.c.next_try_at).limit(most)).all()


def failed_actions(tx: Transaction, *, most: int = 50) -> Sequence[Row[Any]]:
    """Return the newest actions of ladders that were refused; they are not done again."""
    question = select(alerts).where(_is_dead, alerts.c.recipient == "action")
    return tx.execute(question.order_by(alerts.c.id.desc()).limit(most)).all()


def resend(tx: Transaction, alert_id: int) -> bool:
    """Try a dead letter again from now on, under the same Message-ID or delivery number.

    Returns False where it is no dead letter any more.
    """
    return bool(_again(tx, alerts.c.id == alert_id))


def resend_all(tx: Transaction, channel: str | None = None, recipient: str | None = None) -> int:
    """Try all dead letters again, or those of a channel or recipient; return how many there were."""
    chosen = [alerts.c.channel == channel] if channel else []
    return _again(tx, *chosen, *([alerts.c.recipient == recipient] if recipient else []))


def _again(tx: Transaction, *conditions: Any) -> int:
    change = update(alerts).where(_is_dead, _leaves, *conditions)
    values = {"state": PENDING, "attempts": 0, "next_try_at": tx.now, "holder": None}
    count = tx.execute(change.values(**values)).rowcount
    if count:
        tx.note(Event("dead_letters_resent", data={"count": count}))
    return count
