"""Digests: mails that a person wants together, and those that the noise budget folded, go out as one.

What is folded into a digest keeps its row, which names the digest: nothing is dropped, nothing is
told twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Row, bindparam, func, select, text, update

from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import quiet
from scheduler.alerts import MAIL, PENDING, RECORDED, News, alerts, write
from scheduler.ports import Recipients

KIND = "digest"
MOST_LISTED = 50
MOST_PEOPLE = 500


def gather(store: Store) -> int:
    """Make a digest for each person whose time has come, one transaction each; return how many."""
    with transaction.read(store, "worker") as tx:
        people = tx.execute(_people, {"b_now": tx.now}).scalars().all()
    return sum(
        transaction.run(store, "worker", partial(_gather, person=person)) for person in people
    )


def next_at(tx: Transaction) -> datetime | None:
    """Return when the next digest is due."""
    return tx.execute(NEXT).scalar()


def _gather(tx: Transaction, person: str) -> int:
    number = tx.new_id()
    known = {"b_now": tx.now, "b_person": person, "b_into": number}
    # Taken before it is told of: of two workers one finds nothing left.
    folded = tx.execute(_take, known).all()
    address = tx.port(Recipients).address(tx, person)
    if not folded or address is None or not address.mail or not address.wants_digests:
        return 0
    digest = News(
        tx.now,
        f"digest:{number}",
        KIND,
        KIND,
        state=PENDING,
        next_try_at=quiet.until(address, tx.now),
        data={"count": len(folded), "alerts": _listed(folded)},
    )
    write(tx, [digest.to(number, person, MAIL)])
    return 1


def _listed(folded: Sequence[Row[Any]]) -> list[int]:
    """Return the alerts that a digest names: the most pressing first."""
    ordered = sorted(folded, key=lambda row: (-row.rank, row.id))
    return [row.id for row in ordered[:MOST_LISTED]]


_a = alerts.c
# Literal, so that the partial index over folded alerts serves.
_is_folded = text("state = 'folded'")
_is_ripe = _a.next_try_at <= bindparam("b_now")
_people = select(_a.recipient).where(_is_folded, _is_ripe).distinct().limit(MOST_PEOPLE)
NEXT = select(func.min(_a.next_try_at)).where(_is_folded)
"""Asks when the next digest is due."""
_take = (
    update(alerts)
    .where(_is_folded, _is_ripe, _a.recipient == bindparam("b_person"), _a.channel == MAIL)
    .values(state=RECORDED, folded_into=bindparam("b_into"), next_try_at=None)
    .returning(_a.id, _a.rank)
)
