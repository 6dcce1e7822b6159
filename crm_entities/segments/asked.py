"""For whom and for which instant a filter is asked, and which days its words mean then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement

from crm_entities import company
from crm_entities.segments.words import Words
from ledger.transaction import Transaction


class Asked(NamedTuple):
    """A question to a filter, which bears `name`, as of `at`."""

    tx: Transaction
    at: datetime
    name: str

    @property
    def zone(self) -> ZoneInfo:
        """The company's zone: its days are meant."""
        return ZoneInfo(company.get(self.tx).zone)

    @property
    def today(self) -> date:
        """The day of `at` where the company is."""
        return self.at.astimezone(self.zone).date()

    def days(self, words: Words) -> tuple[date | None, date | None]:
        """Return the first and the last day that words such as `last 30 days` mean; None for no limit."""
        today, values = self.today, words.values
        if words.how == "today":
            return today, today
        if words.how == "within":
            return today, today + timedelta(days=int(values[0]))
        if words.how == "last":
            return today - timedelta(days=int(values[0])), today
        first = date.fromisoformat(values[0])
        if words.how == "since":
            return first, None
        if words.how == "before":
            return None, first - timedelta(days=1)
        return first, date.fromisoformat(values[1])


Leaves: TypeAlias = Callable[[Asked, Words], ColumnElement[bool]]
"""What a filter does: the condition that leaves those whom its words mean."""
