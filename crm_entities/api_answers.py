"""First answers to requests that may be sent again: kept with what the request did, for a day, for its key alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, ForeignKey, String, Table, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from crm_entities.records import Key
from ledger.base import Instant, Json, metadata
from ledger.transaction import Transaction

KEPT = timedelta(hours=24)
"""For how long a request that is sent again is known."""
LONGEST = 255

answers = Table(
    "crm_api_answer",
    metadata,
    Column("key_id", Key, ForeignKey("crm_api_key.id"), primary_key=True, autoincrement=False),
    Column("name", String(LONGEST), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("answer", Json),
)


class Request(NamedTuple):
    """A request that may be sent again: which API key, what its sender calls it, and a digest of all it says."""

    key_id: int
    name: str
    digest: str


class Kept(NamedTuple):
    """The first answer, and the digest of the request that it answered."""

    digest: str
    answer: Any


_rows = {
    True: sqlite.insert(answers).on_conflict_do_nothing().returning(answers.c.name),
    False: postgresql.insert(answers).on_conflict_do_nothing().returning(answers.c.name),
}
_own = (answers.c.key_id == bindparam("b_key")) & (answers.c.name == bindparam("b_name"))
_stale = delete(answers).where(_own, answers.c.at <= bindparam("b_since", type_=Instant))
_answered = update(answers).where(_own)


def find(tx: Transaction, request: Request) -> Kept | None:
    """Return the first answer to a request, or None where it is new or was sent too long ago."""
    question = select(answers.c.digest, answers.c.answer).where(
        answers.c.key_id == request.key_id,
        answers.c.name == request.name,
        answers.c.at > tx.now - KEPT,
    )
    row = tx.execute(question).one_or_none()
    return None if row is None else Kept(row.digest, row.answer)


def begin(tx: Transaction, request: Request) -> Kept | None:
    """Return None to the first who sends a request; whoever else sends it waits for the first and gets its answer."""
    own = {"b_key": request.key_id, "b_name": request.name}
    tx.execute(_stale, {**own, "b_since": tx.now - KEPT})
    row = {**request._asdict(), "at": tx.now}
    if tx.execute(_rows[tx.store.is_sqlite], row).scalar() is not None:
        return None
    return find(tx, request)


def keep(tx: Transaction, request: Request, answer: Any) -> None:
    """Keep the answer to a request that `begin` was asked for, a value of JSON."""
    tx.execute(_answered.values(answer=answer), {"b_key": request.key_id, "b_name": request.name})


def sweep(tx: Transaction) -> None:
    """Remove the answers that were kept long enough."""
    tx.execute(delete(answers).where(answers.c.at <= tx.now - KEPT))
