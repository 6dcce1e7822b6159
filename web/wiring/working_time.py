"""Which calendar a clock follows: the client's, the team's, the definition's, the company's."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from crm_entities import company
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.groups import Membership
from crm_entities.staff import StaffMember
from crm_entities.teams import Team
from engine import calendars
from ledger.transaction import Transaction

FALLBACK = "company"
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
        for key in _keys(tx, subject, team_of, definition):
            if (found := calendars.latest(tx, key)) is not None:
                return found
        ours = company.get(tx)
        return calendars.define(
            tx, FALLBACK, {"timezone": ours.zone, "week": WEEK}, title=ours.name or None
        )


def _keys(
    tx: Transaction, subject: str | None, team_of: str | None, definition: str | None
) -> Iterator[str]:
    """Yield the keys lazily: most often the first question is the last."""
    for key in (_of_client(tx, subject), _of_team(tx, team_of), definition):
        if key:
            yield key
    yield company.get(tx).calendar or FALLBACK


def _of_client(tx: Transaction, subject: str | None) -> str | None:
    entity, _, number = (subject or "").partition(":")
    if not number.isdigit():
        return None
    if entity == "client":
        return tx.session.scalar(select(Client.calendar).where(Client.id == int(number)))
    if entity == "deal":
        question = select(Client.calendar).join(Deal, Deal.client_id == Client.id)
        return tx.session.scalar(question.where(Deal.id == int(number)))
    return None


def _of_team(tx: Transaction, person: str | None) -> str | None:
    """Return the calendar of a person's team, or of that of a group's lead."""
    kind, _, name = (person or "").partition(":")
    question = select(Team.calendar).join(StaffMember, StaffMember.team_id == Team.id)
    if kind == "staff" and name.isdigit():
        return tx.session.scalar(question.where(StaffMember.id == int(name)))
    if kind == "group":
        led = question.join(Membership, Membership.staff_id == StaffMember.id)
        return tx.session.scalar(
            led.where(Membership.group_key == name, Membership.is_lead.is_(True))
        )
    return None
