"""Pages of a list by key: the next page costs what the first did, however far down it is."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from crm_entities.records import Numbered
from ledger.rejection import invalid
from ledger.transaction import Transaction

T = TypeVar("T", bound=Numbered)
MOST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and the key of the next page, None at the end."""

    rows: Sequence[T]
    next: str | None


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted: a column that is never null, and how to read it from a row."""

    column: ColumnElement[Any]
    of: Callable[[Any], Any]
    descending: bool = False


def page(
    tx: Transaction,
    question: Select[T],
    number: ColumnElement[int],
    order: Order,
    *,
    after: str | None,
    most: int,
) -> Page[T]:
    """Return up to `most` rows of `question` behind the key `after`, in `order`, ties by `number`.

    Raises `Rejection(invalid_argument)` for a key that no page gave out.
    """
    most = max(1, min(most, MOST))
    if after is not None:
        question = question.where(_behind(order, number, *_read_key(after)))
    way = (order.column.desc(), number.desc()) if order.descending else (order.column, number)
    rows = tx.session.scalars(question.order_by(*way).limit(most + 1)).unique().all()
    more = rows[most - 1] if len(rows) > most else None
    return Page(rows[:most], None if more is None else key(order, more))


def key(order: Order, row: Numbered) -> str:
    """Return the key of the page behind a row."""
    return _write_key(order.of(row), row.id)


def count(tx: Transaction, question: Select[int], ceiling: int) -> int:
    """Return how many rows `question` has, counted no further than `ceiling`."""
    return (
        tx.session.scalar(select(func.count()).select_from(question.limit(ceiling).subquery())) or 0
    )


def _behind(
    order: Order, number: ColumnElement[int], value: object, last: int
) -> ColumnElement[bool]:
    """Return what leaves the rows behind a place, as row values: both databases begin an index there."""
    here = tuple_(order.column, number)
    there = tuple_(literal(value, order.column.type), literal(last, number.type))
    return here < there if order.descending else here > there


_TAGS: dict[str, Callable[[str], Any]] = {
    "d": date.fromisoformat,
    "t": datetime.fromisoformat,
    "n": Decimal,
    "i": int,
    "s": str,
}


def _tag(value: object) -> str:
    for kind, letter in ((datetime, "t"), (date, "d"), (Decimal, "n"), (int, "i")):
        if isinstance(value, kind):
            return letter
    return "s"


def _write_key(value: object, number: int) -> str:
    text = value.isoformat() if isinstance(value, (date, datetime)) else str(value)
    return base64.urlsafe_b64encode(orjson.dumps([_tag(value), text, number])).decode().rstrip("=")


def _read_key(key: str) -> tuple[Any, int]:
    try:
        letter, text, number = orjson.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return _TAGS[letter](text), int(number)
    except (ValueError, KeyError, TypeError, ArithmeticError) as fault:
        raise invalid(
            "Expected the key of a page that a list gave out, but got another text", field="after"
        ) from fault
