"""The second sweep: mails that wait are claimed, sent and written off, one after another.

At least once: a mail is sent twice only where the way broke after its last dot or the program was
killed there, and then under the same Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text, update

from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import alerts
from scheduler.alerts import DEAD, MAIL, PENDING, RECORDED, SENDING, SENT
from scheduler.delivery import mail, smtp
from scheduler.ports import MailSettings, Recipients

BATCH = 5
LEASE = timedelta(minutes=2)
"""For how long a claimed mail belongs to who claimed it; longer than a batch that times out."""
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
LONGEST_ERROR = 500
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Posted:
    """How many mails were sent, are tried again later, or are dead."""

    sent: int = 0
    later: int = 0
    dead: int = 0

    def __add__(self, other: Posted) -> Posted:
        return Posted(self.sent + other.sent, self.later + other.later, self.dead + other.dead)


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed alert and its message."""

    alert: Row[Any]
    message: EmailMessage


def run(store: Store, settings: MailSettings) -> Posted:
    """Send every mail that may go out now; nothing happens without a mail server."""
    total = Posted()
    if not settings.smtp_host:
        return total
    with smtp.Connection(settings) as server:
        while letters := _claimed(store, settings.mail_from):
            for letter in letters:
                outcome, words = server.send(letter.message)
                total += transaction.run(
                    store,
                    "worker",
                    partial(_write_off, letter=letter, outcome=outcome, words=words),
                )
            if len(letters) < BATCH:
                break
    return total


def release(store: Store) -> None:
    """Give back what a killed process had claimed; only where no other process sends."""
    change = update(alerts.alerts).where(_is_claimed)
    transaction.run(
        store, "worker", lambda tx: tx.execute(change.values(state=PENDING, next_try_at=tx.now))
    )


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next mail may go out."""
    return tx.execute(_next).scalar()


def _claimed(store: Store, sender: str) -> list[Letter]:
    return transaction.run(store, "worker", partial(_claim, sender=sender))


def _claim(tx: Transaction, sender: str) -> list[Letter]:
    known = {"b_now": tx.now, "b_lease": tx.now + LEASE}
    rows = tx.execute(_take, known).all()
    return [letter for row in rows if (letter := _letter(tx, row, sender))]


def _letter(tx: Transaction, alert: Row[Any], sender: str) -> Letter | None:
    try:
        address = tx.port(Recipients).address(tx, alert.recipient)
        if address is None or not address.mail:
            _set(tx, alert, state=RECORDED, last_error="the person has no mail address any more")
            return None
        return Letter(alert, mail.compose(tx, alert, address, sender))
    except Exception as fault:
        log.exception("Alert %s could not be written as a mail", alert.id)
        _set(tx, alert, state=DEAD, last_error=f"{type(fault).__name__}: {fault}"[:LONGEST_ERROR])
        return None


def _write_off(tx: Transaction, letter: Letter, outcome: smtp.Outcome, words: str) -> Posted:
    alert, id = letter.alert, str(letter.message["Message-ID"])
    if outcome == "sent":
        _set(tx, alert, state=SENT, sent_at=tx.now, message_id=id, next_try_at=None)
        return Posted(sent=1)
    error = words[:LONGEST_ERROR]
    if outcome == "never" or alert.attempts > len(BACK_OFF):
        _set(tx, alert, state=DEAD, message_id=id, last_error=error, next_try_at=None)
        return Posted(dead=1)
    at = tx.now + BACK_OFF[alert.attempts - 1]
    _set(tx, alert, state=PENDING, message_id=id, last_error=error, next_try_at=at)
    return Posted(later=1)


def _set(tx: Transaction, alert: Row[Any], **values: Any) -> None:
    # Whoever lost the lease meanwhile must not overwrite what the next one wrote.
    mine = update(alerts.alerts).where(_a.id == alert.id, _a.attempts == alert.attempts)
    tx.execute(mine.values(**values))


def pending(tx: Transaction, most: int = 100) -> Sequence[Row[Any]]:
    """Return mails that wait, those next to go out first, each with its last error."""
    question = select(alerts.alerts).where(_is_waiting).order_by(_a.next_try_at)
    return tx.execute(question.limit(most)).all()


_a = alerts.alerts.c
# Literal, so that the partial index over waiting alerts serves.
_is_waiting = text("state IN ('pending', 'sending')")
_is_claimed = text("state = 'sending'")
_ripe = (
    select(_a.id)
    .where(_is_waiting, _a.channel == MAIL, _a.next_try_at <= bindparam("b_now"))
    .order_by(_a.next_try_at, _a.id)
    .limit(BATCH)
    .with_for_update(skip_locked=True)
)
_take = (
    update(alerts.alerts)
    .where(_a.id.in_(_ripe))
    .values(state=SENDING, attempts=_a.attempts + 1, next_try_at=bindparam("b_lease"))
    .returning(alerts.alerts)
)
_next = select(func.min(_a.next_try_at)).where(_is_waiting)
