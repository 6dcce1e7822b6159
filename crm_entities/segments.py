"""Clients chosen by what is known of them, in words: status, tag, source, place, team, last contact, birthday."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, extract, func, or_, select

from crm_entities import company, terms, visibility
from crm_entities.clients import Client
from crm_entities.teams import Team
from ledger.rejection import invalid
from ledger.transaction import Transaction

Filter = Callable[[Transaction, str], ColumnElement[bool]]
LONGEST: Final = 36_500
"""The most days for which there may have been no contact."""


def members(tx: Transaction, wanted: Mapping[str, str], after: int, most: int) -> Sequence[int]:
    """Return the next clients that the actor may read and that fit every filter, by number, behind `after`.

    Filters: `status`, `tag`, `source`, `country` (DE), `city`, `team` (its name), `no contact for`
    (90 days), `birthday` (today). Raises Rejection(invalid_argument) for another or a wrong value.
    """
    question = select(Client.id).where(visibility.condition(visibility.viewer(tx), Client))
    question = question.where(Client.id > after, *conditions(tx, wanted))
    return tx.session.scalars(question.order_by(Client.id).limit(most)).all()


def conditions(tx: Transaction, wanted: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """Return the conditions that filters in words stand for; see `members`."""
    found = []
    for name, value in wanted.items():
        if name not in FILTERS:
            raise invalid(
                "Expected a filter out of %(known)s, but got “%(name)s”",
                known=list(FILTERS),
                name=name,
                field=name,
            )
        found.append(FILTERS[name](tx, value.strip()))
    return found


def days(text: str) -> int:
    """Return the number that `90 days` names. Raises Rejection(invalid_argument)."""
    number, _, unit = text.partition(" ")
    if unit.strip() not in ("day", "days") or not number.isdigit() or int(number) > LONGEST:
        raise invalid("Expected a number of days such as 90 days, but got “%(text)s”", text=text)
    return int(number)


def _equals(column: ColumnElement[str | None]) -> Filter:
    return lambda _tx, value: func.lower(column) == value.casefold()


def _tagged(_tx: Transaction, value: str) -> ColumnElement[bool]:
    return Client.id.in_(terms.exactly("client", "tag", terms.folded(value)))


def _of_team(_tx: Transaction, value: str) -> ColumnElement[bool]:
    return Client.team_id.in_(select(Team.id).where(func.lower(Team.name) == value.casefold()))


def _silent(tx: Transaction, value: str) -> ColumnElement[bool]:
    since = tx.now - timedelta(days=days(value))
    never = Client.last_contact_at.is_(None) & (Client.created_at < since)
    return or_(Client.last_contact_at < since, never)


def _born(tx: Transaction, value: str) -> ColumnElement[bool]:
    if value != "today":
        raise invalid("Expected a birthday of today, but got “%(text)s”", text=value)
    now: date = tx.now.astimezone(ZoneInfo(company.get(tx).zone)).date()
    same_day = extract("day", Client.birthday) == now.day
    return (extract("month", Client.birthday) == now.month) & same_day


FILTERS: Final[Mapping[str, Filter]] = {
    "status": _equals(Client.__table__.c.status),
    "tag": _tagged,
    "source": _equals(Client.__table__.c.source),
    "country": _equals(Client.__table__.c.country),
    "city": _equals(Client.__table__.c.city),
    "team": _of_team,
    "no contact for": _silent,
    "birthday": _born,
}
