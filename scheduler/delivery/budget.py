"""The noise budget: whoever got many mails in the last hour gets small news in a digest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text

from ledger.transaction import Transaction
from ledger.words import packed, say
from scheduler import choices
from scheduler.alerts import FOLDED, RECORDED, alerts
from scheduler.delivery import claims
from scheduler.ports import Address

HOUR = timedelta(hours=1)


class Budget:
    """Counts the mails of a batch and of the hour before it; asked once a batch."""

    def __init__(self, tx: Transaction, claimed: Sequence[Row[Any]], limit: int) -> None:
        self._tx, self._limit = tx, limit
        people = sorted({row.recipient for row in claimed})
        known = {"b_people": people, "b_since": tx.now - HOUR}
        rows = tx.execute(_sent, known).all() if people else []
        self._sent: Counter[str] = Counter({row.recipient: row.sent for row in rows})

    def folds(self, alert: Row[Any], address: Address) -> bool:
        """Fold a claimed mail where the person's budget is spent and it can wait; say whether it was.

        One that was tried before is never folded: it may have arrived.
        """
        limit = self._limit if address.budget is None else address.budget
        is_spent = 0 < limit <= self._sent[alert.recipient]
        if not is_spent or alert.kind in choices.URGENT or alert.attempts > 1:
            self._sent[alert.recipient] += 1
            return False
        back = {"attempts": 0, "holder": None}
        if address.wants_digests:
            at = choices.digest_at(address, "hourly", self._tx.now)
            claims.put(self._tx, alert, state=FOLDED, next_try_at=at, **back)
        else:
            why = packed(say("too many mails in an hour, and no digest is wanted"))
            claims.put(self._tx, alert, state=RECORDED, last_error=why, next_try_at=None, **back)
        return True


_a = alerts.c
_sent = (
    select(_a.recipient, func.count().label("sent"))
    .where(
        # Literal, so that the partial index over sent mails serves.
        text("channel = 'mail' AND state = 'sent'"),
        _a.recipient.in_(bindparam("b_people", expanding=True)),
        _a.sent_at > bindparam("b_since"),
    )
    .group_by(_a.recipient)
)
