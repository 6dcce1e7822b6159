"""Which calendar a clock follows: the client's, the team's, the definition's, the company's."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    String,
    bindparam,
    cast,
    literal,
    null,
    select,
    union_all,
)

from crm_entities import company
from crm_entities.clients import Client
from crm_entities.company import Company
from crm_entities.deals import Deal
from crm_entities.groups import Membership
from crm_entities.records import Key
from crm_entities.staff import StaffMember
from crm_entities.teams import Team
from engine import calendars
from ledger import numbers
from ledger.transaction import Transaction

FALLBACK = "company"
_KINDS = frozenset({"client", "deal", "staff", "group"})
WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


class Calendars:
    """`engine.ports.WorkingTime` over `crm_entities` and the engine's calendars."""

    def calendar_for(
        self, tx: Transaction, subject: str | None, team_of: str | None, definition: str | None
    ) -> tuple[int, int]:
        """Return (id, version) of the first calendar that is named and exists, most specific first.

        Where a company has none yet, it gets one: Monday to Friday, nine to
        five, in its own zone.
        """
        about, record = _parts(subject)
        person, name = _parts(team_of)
        given = {
            "record": numbers.of_record(record),
            "name": name,
            "staff": numbers.of_record(name),
            "definition": definition,
        }
        for number, version in tx.read(_first(about, person), given):
            return number, version
        ours = company.get(tx)
        return calendars.define(
            tx, FALLBACK, {"timezone": ours.zone, "week": WEEK}, title=ours.name or None
        )


def _parts(reference: str | None) -> tuple[str, str]:
    kind, _, name = (reference or "").partition(":")
    return kind if kind in _KINDS else "", name


@cache
def _first(about: str, person: str) -> Select[Any, Any]:
    """Return one select of the first calendar that exists of those named by client, team, definition and company."""
    ours = select(Company.calendar).where(Company.id == 1).scalar_subquery()
    given = bindparam("definition", type_=String)
    ways = (_of_client(about), _of_team(person), given, ours, literal(FALLBACK))
    named = union_all(
        *(
            select(cast(way, String).label("key"), literal(place).label("place"))
            for place, way in enumerate(ways)
        )
    ).subquery()
    question = select(calendars.calendars.c.id, calendars.calendars.c.version)
    question = question.join(named, named.c.key == calendars.calendars.c.key)
    return question.order_by(named.c.place).limit(1)


def _of_client(about: str) -> ColumnElement[Any]:
    number: BindParameter[Any] = bindparam("record", type_=Key)
    if about == "client":
        return select(Client.calendar).where(Client.id == number).scalar_subquery()
    if about == "deal":
        question = select(Client.calendar).join(Deal, Deal.client_id == Client.id)
        return question.where(Deal.id == number).scalar_subquery()
    return null()


def _of_team(kind: str) -> ColumnElement[Any]:
    """Return the calendar of a person's team, or of that of a group's lead."""
    question = select(Team.calendar).join(StaffMember, StaffMember.team_id == Team.id)
    if kind == "staff":
        return question.where(StaffMember.id == bindparam("staff", type_=Key)).scalar_subquery()
    if kind == "group":
        led = question.join(Membership, Membership.staff_id == StaffMember.id)
        is_it = (Membership.group_key == bindparam("name")) & Membership.is_lead.is_(True)
        return led.where(is_it).limit(1).scalar_subquery()
    return null()
