"""The company as a definition's check asks about it: groups, people, calendars, fields, clients."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from crm_entities import absences, custom_fields, groups, segments, staff, visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from engine import calendars, definitions
from ledger.transaction import Transaction
from scheduler import webhooks

if TYPE_CHECKING:
    from process_defs.check.directory import Directory

PLANNED = 30
"""So many days ahead a calendar must have working time."""
ENTITIES = {"client": Client, "deal": Deal}


class Company:
    """Answers from the database; see `process_defs.check.directory.Directory`."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    def members(self, group: str) -> Collection[str] | None:
        """Logins of the active members, None where there is no such group."""
        known = {row.key for row, _ in groups.listing(self._tx)}
        return (
            [member.login for member, _ in groups.members(self._tx, group)]
            if group in known
            else None
        )

    def is_absent(self, member: str) -> bool:
        """Say whether somebody is away now."""
        found = staff.by_login(self._tx, member)
        now = self._tx.now
        away = absences.between(self._tx, now, now + timedelta(microseconds=1))
        return found is not None and any(one.staff_id == found.id for one in away)

    def has_person(self, login: str) -> bool:
        """Say whether an active person has that login."""
        found = staff.by_login(self._tx, login)
        return found is not None and found.state == "active"

    def has_working_time(self, calendar: str) -> bool | None:
        """Say whether a calendar is open in the next 30 days, None where there is none of that name."""
        known = calendars.latest(self._tx, calendar)
        if known is None:
            return None
        found = calendars.load(self._tx, *known)
        today = found.local(self._tx.now).date()
        return any(found.windows_on(today + timedelta(days=ahead)) for ahead in range(PLANNED))

    def has_receiver(self, process: str) -> bool:
        """Say whether a webhook's receiver hears of levels of that process that ask for it."""
        return any(
            row.levels != "none" and (not row.definitions or process in row.definitions)
            for row in webhooks.listening(self._tx)
        )

    def fields(self, subject: str) -> Collection[str] | None:
        """Names of the fields of a client or a deal, those of the company's own making included."""
        entity = ENTITIES.get(subject)
        if entity is None:
            return None
        own = [one.key for one in custom_fields.of_entity(self._tx, subject)]
        columns = {
            told
            for column in entity.__table__.columns
            for told in (column.key, column.key.removesuffix("_id"))
        }
        return [*columns, *own]

    def clients(self, filters: Mapping[str, str]) -> int:
        """Return how many clients fit, the program's own eyes counting: it is who starts the cases."""
        with visibility.as_program(self._tx):
            return segments.count(self._tx, filters.items(), ceiling=1)


def of(tx: Transaction) -> Directory:
    """Return the directory that reads in `tx`."""
    return Company(tx)


def demand_clients(tx: Transaction, definition_id: int) -> None:
    """Raise Rejection, as `Company.clients` does, where nobody can tell for whom a definition starts by itself."""
    for campaign in definitions.process(tx, definition_id).campaigns.values():
        if campaign.clients is not None:
            Company(tx).clients(dict(campaign.clients))
