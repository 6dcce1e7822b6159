"""Fields of the company's own making: typed, required or not, with choices; every record's are checked here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Boolean, Integer, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import records, rights
from crm_entities.records import Numbered
from ledger.base import Base, Json
from ledger.event_log import Event
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction

ENTITIES = ("client", "contact", "deal")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,62}")


class CustomField(Numbered, Base):
    """A field of one entity. `title` is shown, by language where it is a mapping; `choices` are for kind `choice`."""

    __tablename__ = "crm_custom_field"
    __table_args__ = (UniqueConstraint("entity", "key"), records.ONCE)

    entity: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(63))
    title: Mapped[Any] = mapped_column(Json)
    kind: Mapped[str] = mapped_column(String(16))
    is_required: Mapped[bool] = mapped_column(Boolean, default=False)
    choices: Mapped[list[str]] = mapped_column(Json, default=list)
    position: Mapped[int] = mapped_column(Integer, default=0)


def define(
    tx: Transaction,
    entity: str,
    key: str,
    kind: str,
    title: str | Mapping[str, str],
    *,
    is_required: bool = False,
    choices: Sequence[str] = (),
) -> CustomField:
    """Write a new field of `entity`; needs `settings.manage`. Records that exist are not asked for it until changed."""
    rights.demand(tx, "settings.manage")
    _check(entity, key, kind, choices)
    known = of_entity(tx, entity)
    if key in {one.key for one in known}:
        raise _taken(key)
    field = CustomField(
        entity=entity,
        key=key,
        kind=kind,
        title=title,
        is_required=is_required,
        choices=list(choices),
        position=len(known),
    )
    tx.session.add(field)
    tx.session.flush()
    tx.session.info.pop("custom_fields", None)
    tx.note(
        Event(
            kind="custom_field_defined",
            ref=f"{entity}.{key}",
            data={"kind": kind, "required": is_required},
        )
    )
    return field


def _check(entity: str, key: str, kind: str, choices: Sequence[str]) -> None:
    if entity not in ENTITIES:
        raise invalid(
            "Expected one of %(entities)s, but got “%(entity)s”",
            entities=ENTITIES,
            entity=entity,
            field="entity",
        )
    if not _KEY.fullmatch(key):
        raise invalid(
            "Expected a key of small letters, digits and _, but got “%(key)s”", key=key, field="key"
        )
    if kind not in KINDS:
        raise invalid(
            "Expected one of %(kinds)s, but got “%(kind)s”", kinds=KINDS, kind=kind, field="kind"
        )
    if kind == "choice" and not choices:
        raise invalid("Expected at least one choice", field="choices")


def remove(tx: Transaction, entity: str, key: str) -> None:
    """Take a field away; the values that records have stay in them, unseen. Needs `settings.manage`."""
    rights.demand(tx, "settings.manage")
    field = tx.session.scalar(
        select(CustomField).where(CustomField.entity == entity, CustomField.key == key)
    )
    if field is None:
        raise not_found("field %(key)s of a %(entity)s", key=key, entity=entity)
    tx.session.delete(field)
    tx.session.flush()
    tx.session.info.pop("custom_fields", None)
    tx.note(Event(kind="custom_field_removed", ref=f"{entity}.{key}"))


def of_entity(tx: Transaction, entity: str) -> Sequence[CustomField]:
    """Return the fields of an entity in their order; those of all entities are read once per transaction."""
    known: dict[str, list[CustomField]] | None = tx.session.info.get("custom_fields")
    if known is None:
        known = {}
        for field in tx.session.scalars(
            select(CustomField).order_by(CustomField.position, CustomField.id)
        ):
            known.setdefault(field.entity, []).append(field)
        tx.session.info["custom_fields"] = known
    return known.get(entity, [])


def checked(
    tx: Transaction, entity: str, values: Mapping[str, Any], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the custom values of a record after `values` came over those it had, typed and complete.

    Numbers are kept as text, dates as ISO 8601, so that nothing is rounded.
    Raises `Rejection(invalid_argument)` for an unknown field, a value of
    another type, or a required field that stays empty.
    """
    known = {one.key: one for one in of_entity(tx, entity)}
    result = dict(before or {})
    for key, value in values.items():
        if key not in known:
            raise invalid(
                "Expected a field of a %(entity)s, but there is none called “%(key)s”",
                entity=entity,
                key=key,
                field=f"custom.{key}",
            )
        result[key] = _typed(known[key], value)
    for key, field in known.items():
        if field.is_required and result.get(key) is None:
            raise invalid(
                "Expected a value for the required field %(key)s", key=key, field=f"custom.{key}"
            )
    return {key: value for key, value in result.items() if value is not None}


def _typed(field: CustomField, value: object) -> object:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        typed = KINDS[field.kind](value.strip() if isinstance(value, str) else value)
    except (ValueError, InvalidOperation) as fault:
        raise invalid(
            "Expected a %(kind)s in field %(name)s, but got “%(value)s”",
            kind=field.kind,
            name=field.key,
            value=value,
            field=f"custom.{field.key}",
        ) from fault
    if field.kind == "choice" and typed not in field.choices:
        allowed = ", ".join(field.choices)
        raise invalid(
            "Expected one of %(allowed)s in field %(name)s, but got “%(value)s”",
            allowed=allowed,
            name=field.key,
            value=value,
            field=f"custom.{field.key}",
        )
    return typed


def _text(value: object) -> str:
    if not isinstance(value, (str, int, float, Decimal, date)):
        raise ValueError(value)
    return str(value)[:2000]


def _number(value: object) -> str:
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(value)
    return format(number, "f")


def _date(value: object) -> str:
    return (value if isinstance(value, date) else date.fromisoformat(str(value)[:10])).isoformat()[
        :10
    ]


def _boolean(value: object) -> bool:
    words = {
        "true": True,
        "yes": True,
        "1": True,
        "on": True,
        "false": False,
        "no": False,
        "0": False,
        "off": False,
    }
    text = str(value).lower()
    if text not in words:
        raise ValueError(value)
    return words[text]


KINDS: dict[str, Callable[[object], object]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "boolean": _boolean,
    "choice": _text,
}
"""What a field can hold, and how a value of it is read."""


def _taken(key: str) -> Rejection:
    return Rejection(
        "already_exists",
        "Expected a new key, but there is a field “%(key)s”",
        key=key,
        field="key",
    )
