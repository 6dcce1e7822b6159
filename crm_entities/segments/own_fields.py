"""Filters by fields of the company's own making, such as `custom.valid_until: within 90 days`."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Numeric, String, Text, and_, cast, func, literal, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute

from crm_entities import custom_fields
from crm_entities.clients import Client
from crm_entities.custom_fields import CustomField
from crm_entities.segments.asked import Asked
from crm_entities.segments.deals import compared
from crm_entities.segments.words import Words
from ledger.rejection import invalid
from ledger.transaction import Transaction

PREFIX: Final = "custom."
"""What stands before the key of such a field."""
KINDS: Final = {
    "number": "own number",
    "date": "own date",
    "boolean": "yes or no",
    "choice": "choice",
}
TRUE: Final = ("1", "true")
"""How the two databases say `true` of a JSON document."""


def field(tx: Transaction, name: str) -> CustomField:
    """Return the field that `custom.valid_until` names. Raises Rejection(invalid_argument) where there is none."""
    key = name.removeprefix(PREFIX)
    for one in custom_fields.of_entity(tx, "client"):
        if one.key == key:
            return one
    raise invalid(
        "Expected a field of a client, but there is none called “%(key)s”", key=key, field=name
    )


def kind(one: CustomField) -> str:
    """Return what a filter's value by such a field looks like."""
    return KINDS.get(one.kind, "own text")


def fits(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those whose field says so; numbers compare as numbers, dates as days."""
    own = field(asked.tx, asked.name)
    said = _text(asked.tx, own.key)
    if words.how in ("filled", "empty"):
        return said.is_not(None) if words.how == "filled" else said.is_(None)
    if own.kind == "boolean":
        return said.in_(TRUE) if words.values == ("yes",) else said.is_(None) | said.not_in(TRUE)
    if own.kind == "number":
        numbers = [cast(literal(one, String), Numeric) for one in words.values]
        return compared(cast(said, Numeric), words.how, numbers)
    if own.kind == "date":
        return _between(asked, said, words)
    _check(own, words)
    return or_(said.in_(words.values), func.lower(said).in_([one.lower() for one in words.values]))


def _check(own: CustomField, words: Words) -> None:
    known = {one.lower() for one in own.choices or ()}
    for value in words.values:
        if known and value.lower() not in known:
            raise invalid(
                "Expected one of %(allowed)s, but got “%(value)s”", allowed=own.choices, value=value
            )


def _between(asked: Asked, said: ColumnElement[str], words: Words) -> ColumnElement[bool]:
    first, last = asked.days(words)
    limits = [] if first is None else [said >= first.isoformat()]
    return and_(*limits, *([] if last is None else [said <= last.isoformat()]))


def _text(tx: Transaction, key: str) -> ColumnElement[Any]:
    column: InstrumentedAttribute[Any] = Client.custom
    document = cast(column, Text)
    if tx.store.is_sqlite:
        return cast(func.json_extract(document, f'$."{key}"'), String)
    return func.jsonb_extract_path_text(cast(document, JSONB), key)
