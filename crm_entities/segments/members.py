"""The clients of a segment, or of filters in words: page by page, counted, and never more than the actor may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Boolean, ColumnElement, Select, func, select

from crm_entities import visibility
from crm_entities.clients import Client
from crm_entities.segments import commands, filters
from crm_entities.segments.filters import Pair
from ledger.rejection import Rejection, invalid
from ledger.transaction import Transaction

SEGMENT: Final = "segment"
"""The filter of process files that means a segment's own filters."""
COUNTED: Final = 1000


def members(
    tx: Transaction,
    wanted: Mapping[str, str],
    after: int,
    most: int,
    at: datetime | None = None,
) -> Sequence[int]:
    """Return the next clients that the actor may read and that fit every filter, by number, behind `after`.

    Filters are those of `filters.FILTERS`, and `segment`, which stands for all of a segment's. They
    mean the instant `at` (now). Raises Rejection: invalid_argument for another filter, a wrong value
    or an unknown segment, invalid_state for a retired one; its field is the filter's name.
    """
    fitting = conditions(tx, wanted.items(), at)
    if tx.store.is_sqlite:
        # It keeps no statistics, and would gather and sort all who fit anew for each page.
        fitting = [func.likely(one, type_=Boolean) for one in fitting]
    question = _question(tx, fitting).where(Client.id > after)
    return tx.session.scalars(question.order_by(Client.id).limit(most)).all()


def count(tx: Transaction, wanted: Iterable[Pair], ceiling: int = COUNTED) -> int:
    """Return how many clients fit that the actor may read, counted no further than `ceiling`; raises as `members`."""
    few = _question(tx, conditions(tx, wanted)).limit(ceiling).subquery()
    return tx.session.scalar(select(func.count()).select_from(few)) or 0


def conditions(
    tx: Transaction, wanted: Iterable[Pair], at: datetime | None = None
) -> list[ColumnElement[bool]]:
    """Return the conditions of filters of which some may name a segment; raises as `members`."""
    pairs: list[Pair] = []
    for name, value in wanted:
        pairs += _of_segment(tx, value) if name == SEGMENT else [(name, value)]
    return filters.conditions(tx, pairs, at)


def _of_segment(tx: Transaction, key: str) -> list[Pair]:
    try:
        found = commands.get(tx, key.strip())
    except Rejection:
        known = [one.key for one in commands.listing(tx)]
        raise invalid(
            "There is no segment “%(key)s”; there is: %(known)s. A segment is made under Clients",
            key=key.strip(),
            known=known or "-",
            field=SEGMENT,
        ) from None
    if found.is_retired:
        raise Rejection(
            "invalid_state",
            "The segment “%(key)s” is retired; bring it back, or name another one",
            key=found.key,
            field=SEGMENT,
        )
    return found.pairs


def _question(tx: Transaction, fitting: Sequence[ColumnElement[bool]]) -> Select[int]:
    seen = visibility.condition(visibility.viewer(tx), Client)
    return select(Client.id).where(seen, *fitting)
