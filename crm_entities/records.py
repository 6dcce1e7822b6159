"""What every record shares: a number, a version, who touched it last, and the one way to change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar, Final

from sqlalchemy import BigInteger, Integer, String, inspect
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from ledger.base import Instant, Json
from ledger.event_log import Event
from ledger.rejection import Rejection
from ledger.transaction import Transaction

# SQLite numbers rows by itself only where the key is a plain INTEGER.
Key = BigInteger().with_variant(Integer(), "sqlite")
ONCE: Final = {"sqlite_autoincrement": True}
"""The log knows records by their numbers: SQLite must not give that of a removed one to another."""


class Numbered:
    """A row with a small number of its own, given by the database once and never again."""

    __table_args__: Any = ONCE

    id: Mapped[int] = mapped_column(Key, primary_key=True)


class Record(Numbered):
    """A row that people edit: each change raises `version` and leaves an event.

    `ENTITY` is the word before the number in `client:17`. The values of
    `PERSONAL` fields are kept apart in the log, so that they can be erased;
    `SILENT` fields leave no trace in it.
    """

    ENTITY: ClassVar[str]
    PERSONAL: ClassVar[frozenset[str]] = frozenset()
    SILENT: ClassVar[frozenset[str]] = frozenset()

    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[str] = mapped_column(String(64))
    touched_at: Mapped[datetime] = mapped_column(Instant)
    touched_by: Mapped[str] = mapped_column(String(64))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805  # SQLAlchemy gives the class
        """Write a change only over the version that was read; else the transaction is tried again."""
        return {"version_id_col": cls.version, "version_id_generator": False}

    @property
    def subject(self) -> str:
        """The record's name for the rest of the program: `client:17`."""
        return f"{self.ENTITY}:{self.id}"


class Customised:
    """A record with fields of the company's own making, checked by `custom_fields`."""

    custom: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


def create(tx: Transaction, record: Record, *, data: Mapping[str, Any] | None = None) -> None:
    """Write a new record with its `<entity>_created` event; afterwards `record.id` is known."""
    record.created_at = record.touched_at = tx.now
    record.created_by = record.touched_by = tx.actor
    tx.session.add(record)
    tx.session.flush()
    first = {name: (None, value) for name, value in given(record).items()}
    _note(tx, record, "created", first, data)


def create_many(
    tx: Transaction, records: Sequence[Record], *, data: Mapping[str, object] | None = None
) -> None:
    """Write many new records with their events in a few statements, untold to whoever watches: see `tell`."""
    for record in records:
        record.created_at = record.touched_at = tx.now
        record.created_by = record.touched_by = tx.actor
    tx.session.add_all(records)
    tx.session.flush()
    for record in records:
        _log(
            tx,
            record,
            "created",
            {name: (None, value) for name, value in given(record).items()},
            data,
        )


def tell(tx: Transaction, record: Record) -> None:
    """Tell whoever watches of a record that was written before, as if it came now."""
    tx.record_changed(
        record.subject,
        _heard(record, {name: (None, value) for name, value in given(record).items()}),
    )


def change(
    tx: Transaction,
    record: Record,
    values: Mapping[str, Any],
    *,
    version: int | None = None,
    verb: str = "changed",
    data: Mapping[str, Any] | None = None,
) -> dict[str, tuple[Any, Any]]:
    """Assign `values` by field and return what really changed, as (before, after).

    Where `version` is given it must be the record's: else somebody's change is
    in the way and the Rejection (conflict) says whose. Nothing changed: no
    event, same version.
    """
    if version is not None and version != record.version:
        raise conflict(tx, record)
    changes = {
        name: (getattr(record, name), value)
        for name, value in values.items()
        if getattr(record, name) != value
    }
    if not changes:
        return changes
    for name, (_, after) in changes.items():
        setattr(record, name, after)
    record.version += 1
    record.touched_at, record.touched_by = tx.now, tx.actor
    tx.session.flush()
    _note(tx, record, verb, changes, data)
    return changes


def conflict(tx: Transaction, record: Record) -> Rejection:
    """Return the refusal of a second editor, with the name of the first."""
    from crm_entities import staff  # noqa: PLC0415  # staff members are records themselves

    who = staff.name_of(tx, record.touched_by)
    return Rejection(
        "conflict",
        "Expected to change %(entity)s %(record)s as you saw it, but %(who)s "
        "changed it at %(touched_at)s; look at it again and repeat your change",
        entity=record.ENTITY,
        record=record.id,
        who=who,
        touched_at=record.touched_at,
    )


def given(record: Record) -> dict[str, Any]:
    """Return the fields of a new record that say something."""
    bookkeeping = {"id", "version", "created_at", "created_by", "touched_at", "touched_by"}
    names = [
        column.key for column in inspect(type(record)).column_attrs if column.key not in bookkeeping
    ]
    return {
        name: value for name in names if (value := getattr(record, name)) not in (None, "", [], {})
    }


def told(name: str, value: object) -> tuple[str, object]:
    """Return a column's name and value as the rest of the program knows them: `owner`, `staff:4`."""
    if not name.endswith("_id"):
        return name, value
    noun = name.removesuffix("_id")
    entity = "staff" if noun in {"owner", "manager", "author", "substitute"} else noun
    return noun, None if value is None else f"{entity}:{value}"


def plain(value: object) -> object:
    """Return `value` as the log keeps it: amounts as text, everything else as JSON knows it."""
    return str(value) if isinstance(value, Decimal) else value


def _note(
    tx: Transaction,
    record: Record,
    verb: str,
    changes: Mapping[str, tuple[object, object]],
    data: Mapping[str, object] | None,
) -> None:
    _log(tx, record, verb, changes, data)
    tx.record_changed(record.subject, _heard(record, changes))


def _log(
    tx: Transaction,
    record: Record,
    verb: str,
    changes: Mapping[str, tuple[object, object]],
    data: Mapping[str, object] | None,
) -> None:
    heard = _heard(record, changes)
    public = {
        word: [plain(old), plain(new)]
        for word, (old, new) in heard.items()
        if word not in record.PERSONAL
    }
    closed = {
        word: (plain(old), plain(new))
        for word, (old, new) in heard.items()
        if word in record.PERSONAL
    }
    facts = {**(data or {}), "fields": sorted(heard), "changes": public}
    tx.note(
        Event(
            kind=f"{record.ENTITY}_{verb}",
            subject=record.subject,
            data=facts,
            values=closed or None,
        )
    )


def _heard(
    record: Record, changes: Mapping[str, tuple[object, object]]
) -> dict[str, tuple[object, object]]:
    """Return changes of columns as the rest of the program knows them."""
    heard: dict[str, tuple[object, object]] = {}
    for name, (before, after) in changes.items():
        if name not in record.SILENT:
            word, old = told(name, before)
            heard[word] = (old, told(name, after)[1])
    return heard
