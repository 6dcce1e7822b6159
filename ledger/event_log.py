"""What happened, append-only: written with the change it tells of, never read to take a step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnClause,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    insert,
    literal_column,
    select,
    text,
)

from ledger.base import Instant, Json, metadata

if TYPE_CHECKING:
    from sqlalchemy import Row

    from ledger.transaction import Transaction

events = Table(
    "ledger_event",
    metadata,
    Column("id", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("tx", BigInteger),
    Column("kind", String(64), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("via", String(64)),
    Column("case_id", BigInteger),
    Column("seq", Integer),
    Column("subject", String(64)),
    Column("element", String(255)),
    Column("ref", String(64)),
    Column("data", Json),
    # the history of a case, in its order
    Index("ix_ledger_event_case_id_seq", "case_id", "seq"),
    # what happened to a record, newest first
    Index(
        "ix_ledger_event_subject_id",
        "subject",
        "id",
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
)
event_values = Table(
    "ledger_value",
    metadata,
    Column("event_id", BigInteger, primary_key=True),
    Column("field", String(64), primary_key=True),
    Column("subject", String(64), nullable=False, index=True),
    Column("before", Json),
    Column("after", Json),
)


class Event(NamedTuple):
    """One thing that happened: `kind` is `<subject>_<past tense>`, `actor` who did it.

    `via` is the API key by which the actor's program came, such as `api_key:7`; it is the transaction's.
    `data` holds ids, names of fields and values that belong to nobody;
    `values` maps a field to its value before and after, and is erased with the person.
    """

    kind: str
    case_id: int | None = None
    seq: int | None = None
    subject: str | None = None
    element: str | None = None
    ref: str | None = None
    data: dict[str, Any] | None = None
    values: dict[str, tuple[Any, Any]] | None = None


def write(tx: Transaction, noted: Sequence[tuple[datetime, str, Event]]) -> None:
    """Write the events noted by a transaction, in order, in one statement."""
    rows, values = [], []
    numbers = tx.new_ids(len(noted))
    for number, (at, actor, entry) in zip(numbers, noted, strict=True):
        kind, case_id, seq, subject, element, ref, data, changed = entry
        rows.append((number, at, kind, actor, tx.via, case_id, seq, subject, element, ref, data))
        if changed:
            values += [(number, name, subject or "", *both) for name, both in changed.items()]
    insert_them = _insert_events if tx.store.is_sqlite else _insert_events_numbered
    tx.write_values(insert_them, _columns, rows)
    if values:
        tx.write_values(_insert_values, _value_columns, values)


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return the events of a case in its own order."""
    question = select(events).where(events.c.case_id == case_id).order_by(events.c.seq, events.c.id)
    return tx.execute(question).all()


def of_subjects(
    tx: Transaction, subjects: Iterable[str], *, before: int | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return the newest `most` events about any of `subjects`, newest first, older than event `before`."""
    given = {"subjects": list(subjects), "before": before, "most": most}
    return tx.execute(_about[before is not None], given).all()


def after(tx: Transaction, cursor: tuple[int, int], *, most: int = 500) -> Sequence[Row[Any]]:
    """Return the next events behind `cursor` = (tx, id), in an order in which none can still appear before them."""
    number, event_id = cursor
    if tx.store.is_sqlite:
        return tx.execute(
            select(events).where(events.c.id > event_id).order_by(events.c.id).limit(most)
        ).all()
    horizon: ColumnClause[int] = literal_column(
        "(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
    )
    is_behind = (events.c.tx > number) | ((events.c.tx == number) & (events.c.id > event_id))
    question = select(events).where(is_behind, events.c.tx < horizon)
    return tx.execute(question.order_by(events.c.tx, events.c.id).limit(most)).all()


_about_all = select(events).where(events.c.subject.in_(bindparam("subjects", expanding=True)))
_newest = (events.c.at.desc(), events.c.id.desc())
_about = {
    False: _about_all.order_by(*_newest).limit(bindparam("most")),
    True: _about_all.where(events.c.id < bindparam("before"))
    .order_by(*_newest)
    .limit(bindparam("most")),
}
_columns = tuple(column.name for column in events.c if column.name != "tx")
_value_columns = tuple(event_values.c.keys())
_insert_events = insert(events)
# A reader on PostgreSQL must not pass an event whose transaction is still open, so each bears its transaction's number.
_transaction_number: ColumnClause[int] = literal_column("(pg_current_xact_id()::text)::bigint")
_insert_events_numbered = insert(events).values(tx=_transaction_number)
_insert_values = insert(event_values)
