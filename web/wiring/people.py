"""The engine's people are the staff: persons by login, groups by key, substitutes by absence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from crm_entities import absences, groups, rights, staff, visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.staff import StaffMember
from crm_entities.teams import Team
from ledger import numbers
from ledger.transaction import Transaction

_RECORDS: Mapping[str, type[Client | Deal]] = {"client": Client, "deal": Deal}


class StaffPeople:
    """`engine.ports.People` over `crm_entities`."""

    def person(self, tx: Transaction, login: str) -> str | None:
        """Return `staff:ID` for a login, or None; also of somebody who left, who is then refused by name."""
        member = staff.by_login(tx, login)
        return member.subject if member else None

    def members(self, tx: Transaction, group: str) -> Sequence[str]:
        """Return the active members of a group."""
        return [member.subject for member, _ in groups.members(tx, group)]

    def lead(self, tx: Transaction, group: str) -> str | None:
        """Return who leads a group, or None."""
        return next(
            (member.subject for member, is_lead in groups.members(tx, group) if is_lead), None
        )

    def groups_of(self, tx: Transaction, person: str) -> Sequence[str]:
        """Return the groups of a person, as `group:…`."""
        number = _number(person)
        return [] if number is None else [f"group:{key}" for key in groups.of_staff(tx, number)]

    def manager(self, tx: Transaction, person: str) -> str | None:
        """Return a person's manager; without one, whoever manages his team and is not himself."""
        number = _number(person)
        member = tx.session.get(StaffMember, number) if number else None
        if member is None:
            return None
        if member.manager_id is not None:
            return f"staff:{member.manager_id}"
        return _team_manager(tx, member)

    def stand_in(self, tx: Transaction, person: str, at: datetime) -> str:
        """Return who acts for a person at that instant."""
        number = _number(person)
        return person if number is None else f"staff:{absences.stand_ins(tx, [number], at)[number]}"

    def is_active(self, tx: Transaction, person: str) -> bool:
        """Say whether a person works here."""
        number = _number(person)
        member = tx.session.get(StaffMember, number) if number else None
        return member is not None and member.state == "active"

    def teams(self, tx: Transaction, persons: Iterable[str]) -> Mapping[str, str]:
        """Return the team that each person is in, in one statement."""
        wanted = [number for one in persons if (number := _number(one)) is not None]
        rows = tx.session.execute(_TEAMS, {"numbers": wanted}) if wanted else ()
        return {f"staff:{number}": f"team:{team}" for number, team in rows}

    def has_right(
        self, tx: Transaction, actor: str, right: str, subject: str | None = None
    ) -> bool:
        """Say whether `actor` holds `right`, on a record where one is named.

        Where none is named, a right that reaches only to one's own records
        gives nothing: there is no record to own.
        """
        looker = visibility.of_actor(tx, actor)
        reach = rights.reach(looker, right)
        if reach is None or reach == "all":
            return reach is not None
        if subject is None:
            return reach == "team"
        entity, _, written = subject.partition(":")
        number = numbers.of_record(written)
        if entity not in _RECORDS or number is None:
            return reach == "team"
        kind = _RECORDS[entity]
        is_it = visibility.condition(looker, kind, right)
        return tx.session.scalar(select(kind.id).where(kind.id == number, is_it)) is not None


_TEAMS = select(StaffMember.id, StaffMember.team_id).where(
    StaffMember.id.in_(bindparam("numbers", expanding=True)), StaffMember.team_id.is_not(None)
)


def _number(person: str) -> int | None:
    kind, _, number = person.partition(":")
    return numbers.of_record(number) if kind == "staff" else None


def _team_manager(tx: Transaction, member: StaffMember) -> str | None:
    team = tx.session.get(Team, member.team_id) if member.team_id else None
    while team is not None and team.manager_id in (None, member.id):
        team = tx.session.get(Team, team.parent_id) if team.parent_id else None
    return None if team is None else f"staff:{team.manager_id}"
