"""Pages of a list by key: the next page costs what the first did, however far down it is."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_

from ledger import numbers
from ledger.rejection import invalid
from ledger.transaction import Transaction

T = TypeVar("T")
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])
MOST = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows and the key of the next page, None at the end."""

    rows: Sequence[T]
    next: str | None


@dataclass(frozen=True, eq=False, slots=True)
class Order:
    """How a list is sorted: by columns that are never null, the last of them unique, all in one direction.

    `kinds` has a letter for each: d a day, t an instant, n an amount, i a whole number, s a text.
    `of` reads their values from a row.
    """

    columns: tuple[ColumnElement[Any], ...]
    kinds: str
    of: Callable[[Any], tuple[Any, ...]]
    descending: bool = False


def ordered(question: Q, order: Order, *, is_behind: bool) -> Q:
    """Return a question for a page, the first or one behind a key: a statement that can be kept, see `given`."""
    if is_behind:
        question = question.where(_behind(order))
    way = [column.desc() if order.descending else column for column in order.columns]
    return question.order_by(*way).limit(bindparam("page_most"))


def given(order: Order, after: str | None, most: int) -> dict[str, Any]:
    """Return the parameters of an `ordered` question: one row more is asked for, which tells of a further page.

    Raises `Rejection(invalid_argument)` for a key that no page gave out.
    """
    found: dict[str, Any] = {"page_most": _bounded(most) + 1}
    if after is not None:
        values = _read_key(order, after)
        found |= {f"page_after_{place}": value for place, value in enumerate(values)}
    return found


def cut(order: Order, rows: Sequence[T], most: int) -> Page[T]:
    """Return the page of the rows that an `ordered` question found."""
    most = _bounded(most)
    more = key(order, rows[most - 1]) if len(rows) > most else None
    return Page(rows[:most], more)


def page(
    tx: Transaction, question: Select[T], order: Order, *, after: str | None, most: int
) -> Page[T]:
    """Return up to `most` records of `question` behind the key `after`, in `order`. See `given` for what it raises."""
    asked = ordered(question, order, is_behind=after is not None)
    rows = tx.session.scalars(asked, given(order, after, most)).unique().all()
    return cut(order, rows, most)


def key(order: Order, row: Any) -> str:
    """Return the key of the page behind a row."""
    texts = [
        value.isoformat() if isinstance(value, (date, datetime)) else str(value)
        for value in order.of(row)
    ]
    return base64.urlsafe_b64encode(orjson.dumps(texts)).decode().rstrip("=")


def count(tx: Transaction, question: Select[int], ceiling: int) -> int:
    """Return how many rows `question` has, counted no further than `ceiling`."""
    return (
        tx.session.scalar(select(func.count()).select_from(question.limit(ceiling).subquery())) or 0
    )


def _behind(order: Order) -> ColumnElement[bool]:
    """Return what leaves the rows behind a place, as row values: both databases begin an index there."""
    there = tuple_(
        *(
            bindparam(f"page_after_{place}", type_=column.type)
            for place, column in enumerate(order.columns)
        )
    )
    here = tuple_(*order.columns)
    return here < there if order.descending else here > there


def _bounded(most: int) -> int:
    return max(1, min(most, MOST))


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def _number(text: str) -> int:
    found = int(text)
    if abs(found) > numbers.LARGEST:
        raise ValueError(text)
    return found


def _amount(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(text)
    return found


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError(text)
    return text


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "d": date.fromisoformat,
    "t": _instant,
    "n": _amount,
    "i": _number,
    "s": _text,
}


def _read_key(order: Order, key: str) -> list[Any]:
    try:
        texts = orjson.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        return [_READ[kind](text) for kind, text in zip(order.kinds, texts, strict=True)]
    except (ValueError, TypeError, ArithmeticError) as fault:
        raise invalid(
            "Expected the key of a page that a list gave out, but got another text", field="after"
        ) from fault
