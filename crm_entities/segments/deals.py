"""Filters by the client's deals: an open or a won one, one of some amount. Only deals that the actor may read count."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from crm_entities import company, currencies, visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.segments.asked import Asked, Leaves
from crm_entities.segments.words import Words
from ledger.rejection import invalid


def has(state: str) -> Leaves:
    """Leave those with a deal in a state, or with `no` those without."""

    def leaves(asked: Asked, words: Words) -> ColumnElement[bool]:
        found = _with_deal(asked, Deal.state == state)
        return found if words.values == ("yes",) else ~found

    return leaves


def of_amount(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those with a deal, lost ones aside, of such an amount; in the company's currency unless one is named."""
    currency = words.currency or company.get(asked.tx).currency
    if currency not in currencies.CODES:
        raise invalid(
            "Expected a currency's code such as EUR, but got “%(currency)s”", currency=currency
        )
    amounts = [Decimal(one) for one in words.values]
    limits = compared(Deal.__table__.c.amount, words.how, amounts)
    return _with_deal(asked, Deal.state != "lost", Deal.currency == currency, limits)


def compared(column: ColumnElement[Any], how: str, values: Sequence[object]) -> ColumnElement[bool]:
    """Return the comparison that `above`, `below`, `between` and `is` mean; both ends of `between` belong to it."""
    if how == "above":
        return column > values[0]
    if how == "below":
        return column < values[0]
    if how == "between":
        return column.between(values[0], values[1])
    return column == values[0]


def _with_deal(asked: Asked, *wanted: ColumnElement[bool]) -> ColumnElement[bool]:
    seen = visibility.condition(visibility.viewer(asked.tx), Deal)
    return Client.id.in_(select(Deal.client_id).where(seen, *wanted))
