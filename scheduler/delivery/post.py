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

from sqlalchemy import Row, select, text

from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from ledger.words import packed, say
from scheduler import alerts
from scheduler.alerts import DEAD, MAIL, RECORDED
from scheduler.delivery import claims, mail, smtp, unwritten
from scheduler.delivery.budget import Budget
from scheduler.delivery.claims import BATCH, LONGEST_ERROR, Posted
from scheduler.ports import MailSettings, Recipients

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed alert and its message."""

    alert: Row[Any]
    message: EmailMessage


def run(store: Store, settings: MailSettings, holder: str | None = None) -> Posted:
    """Send every mail that may go out now; nothing happens without a mail server."""
    total = Posted()
    if not settings.smtp_host:
        return total
    unwritten.catch_up(store)
    with smtp.Connection(settings) as server:
        while True:
            count, letters = _claimed(store, settings, holder)
            for at, letter in enumerate(letters, 1):
                outcome, words = server.send(letter.message)
                write_off = partial(_write_off, letter=letter, outcome=outcome, words=words)
                total += unwritten.write(store, write_off, map(_given_back, letters[at:]))
            if count < BATCH:
                return total


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next mail may go out."""
    return claims.next_at(tx, MAIL)


def pending(tx: Transaction, most: int = 100) -> Sequence[Row[Any]]:
    """Return mails that wait, those next to go out first, each with its last error."""
    # Literal, so that the partial index over waiting alerts serves.
    question = select(alerts.alerts).where(text("state IN ('pending', 'sending')"), _is_mail)
    return tx.execute(question.order_by(alerts.alerts.c.next_try_at).limit(most)).all()


def _claimed(
    store: Store, settings: MailSettings, holder: str | None = None
) -> tuple[int, list[Letter]]:
    """Claim the next batch; return how many alerts were claimed, and the letters to send."""
    return transaction.run(store, "worker", partial(_claim, settings=settings, holder=holder))


def _claim(tx: Transaction, settings: MailSettings, holder: str | None) -> tuple[int, list[Letter]]:
    rows = claims.take(tx, MAIL, holder)
    budget = Budget(tx, rows, settings.mail_budget)
    letters = (_letter(tx, row, settings.mail_from, budget) for row in rows)
    return len(rows), [letter for letter in letters if letter]


def _letter(tx: Transaction, alert: Row[Any], sender: str, budget: Budget) -> Letter | None:
    try:
        address = tx.port(Recipients).address(tx, alert.recipient)
        if address is None or not address.mail:
            why = say("the person has no mail address any more")
            claims.put(
                tx, alert, state=RECORDED, last_error=packed(why), next_try_at=None, holder=None
            )
            return None
        if budget.folds(alert, address):
            return None
        return Letter(alert, mail.compose(tx, alert, address, sender))
    except Exception as fault:
        log.exception("Alert %s could not be written as a mail", alert.id)
        error = f"{type(fault).__name__}: {fault}"[:LONGEST_ERROR]
        claims.put(tx, alert, state=DEAD, last_error=error, next_try_at=None, holder=None)
        return None


def _given_back(letter: Letter) -> unwritten.Command:
    return partial(claims.give_back, alert=letter.alert, until=timedelta())


def _write_off(tx: Transaction, letter: Letter, outcome: claims.Outcome, words: str) -> Posted:
    message_id = str(letter.message["Message-ID"])
    return claims.write_off(tx, letter.alert, outcome, words, message_id=message_id)


_is_mail = alerts.alerts.c.channel == MAIL
