"""Filters by what stands in the client's own record: status, tag, source, place, team, owner, contact, birthday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, extract, func, or_, select

from crm_entities import phones, terms
from crm_entities.clients import STATUSES, Client
from crm_entities.segments.asked import Asked, Leaves
from crm_entities.segments.words import Words
from crm_entities.shapes import LANGUAGES
from crm_entities.staff import StaffMember
from crm_entities.teams import Team
from ledger.rejection import invalid

NOBODY = "nobody"
"""In place of a login: clients without an owner."""
KINDS = ("company", "person")
CHOICES = {"status": STATUSES, "kind": KINDS, "language": LANGUAGES}
YEAR = 365
LEAP_DAY = 229


def any_of(column: ColumnElement[str | None]) -> Leaves:
    """Leave those with one of the values, as written or in small letters: SQLite makes only those of ASCII small."""

    def leaves(_asked: Asked, words: Words) -> ColumnElement[bool]:
        small = [one.lower() for one in words.values]
        return or_(column.in_(words.values), func.lower(column).in_(small))

    return leaves


def one_of(column: ColumnElement[str | None], allowed: Sequence[str]) -> Leaves:
    """Leave those with one of the values, which must be known ones."""

    def leaves(_asked: Asked, words: Words) -> ColumnElement[bool]:
        wanted = [one.lower() for one in words.values]
        for value in wanted:
            if value not in allowed:
                raise invalid(
                    "Expected one of %(allowed)s, but got “%(value)s”", allowed=allowed, value=value
                )
        return column.in_(wanted)

    return leaves


def in_country(_asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those whose first address is in one of the countries (ISO 3166)."""
    wanted = [one.upper() for one in words.values]
    for code in wanted:
        if code not in phones.REGIONS:
            raise invalid("Expected a country's code such as DE, but got “%(code)s”", code=code)
    return Client.country.in_(wanted)


def tagged(_asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those with one of the tags."""
    return or_(*(Client.id.in_(_with_tag(one)) for one in words.values))


def untagged(_asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those with none of the tags."""
    return and_(*(Client.id.not_in(_with_tag(one)) for one in words.values))


def _with_tag(tag: str) -> Select[int]:
    return terms.exactly("client", "tag", terms.folded(tag))


def of_team(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those of one of the teams, which are named."""
    rows = asked.tx.session.execute(select(Team.name, Team.id))
    numbers = {name.lower(): number for name, number in rows}
    for name in words.values:
        if name.lower() not in numbers:
            raise invalid("Expected the name of a team, but there is no team “%(name)s”", name=name)
    return Client.team_id.in_([numbers[name.lower()] for name in words.values])


def owned(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those of one of the owners, named by login; `nobody` for those without."""
    logins = [one for one in words.values if one != NOBODY]
    question = select(StaffMember.login, StaffMember.id).where(StaffMember.login.in_(logins))
    numbers = {row.login: row.id for row in asked.tx.session.execute(question)} if logins else {}
    for login in logins:
        if login not in numbers:
            raise invalid("Expected somebody's login, but nobody has “%(login)s”", login=login)
    theirs = Client.owner_id.in_(list(numbers.values()))
    return or_(theirs, Client.owner_id.is_(None)) if NOBODY in words.values else theirs


def silent(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those to whom nobody spoke for so many days; who is newer than that is none of them."""
    since = asked.at - timedelta(days=int(words.values[0]))
    never = Client.last_contact_at.is_(None) & (Client.created_at < since)
    return or_(Client.last_contact_at < since, never)


def spoken_to(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those to whom somebody spoke within so many days."""
    return Client.last_contact_at >= asked.at - timedelta(days=int(words.values[0]))


def born(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those with a birthday on these days; who was born on 29 February has the 28th in years without it."""
    days = int(words.values[0]) if words.how == "within" else 0
    if days >= YEAR:
        return Client.birthday.is_not(None)
    first, last = asked.today, asked.today + timedelta(days=days)
    begin, end = (one.month * 100 + one.day for one in (first, last))
    if end == LEAP_DAY - 1 and (last + timedelta(days=1)).day == 1:
        end = LEAP_DAY
    birthday = extract("month", Client.birthday) * 100 + extract("day", Client.birthday)
    if first.year == last.year:
        return birthday.between(begin, end)
    return or_(birthday >= begin, birthday <= end)


def created(asked: Asked, words: Words) -> ColumnElement[bool]:
    """Leave those who were written down on these days."""
    first, last = asked.days(words)
    limits: list[ColumnElement[bool]] = []
    if first is not None:
        limits.append(Client.created_at >= datetime.combine(first, time(), asked.zone))
    if last is not None:
        behind = datetime.combine(last + timedelta(days=1), time(), asked.zone)
        limits.append(Client.created_at < behind)
    return and_(*limits)
