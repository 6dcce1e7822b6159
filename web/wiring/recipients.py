"""Who is written to, and what records are called in a mail: the scheduler's questions, answered by the CRM."""

from __future__ import annotations

from datetime import time

from sqlalchemy import Select, select

from crm_entities import company, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from crm_entities.staff import StaffMember
from crm_entities.visibility import condition
from ledger import numbers
from ledger.transaction import Transaction
from scheduler import choices
from scheduler.ports import Address


class StaffRecipients:
    """`scheduler.ports.Recipients`: language and zone are the person's, else the company's."""

    def address(self, tx: Transaction, person: str) -> Address | None:
        """Return the address of an active staff member, or None."""
        kind, _, written = person.partition(":")
        number = numbers.of_record(written) if kind == "staff" else None
        member = tx.session.get(StaffMember, number) if number is not None else None
        if member is None or member.state != "active":
            return None
        ours, quiet = company.get(tx), member.quiet_hours or {}
        chosen = member.mail_choices or {}
        return Address(
            name=member.name,
            mail=member.mail or None,
            language=member.language or ours.language,
            zone=member.zone or ours.zone,
            quiet_from=_wall_time(quiet.get("from")),
            quiet_until=_wall_time(quiet.get("to")),
            ways=chosen.get("ways") or {},
            daily_at=_wall_time(chosen.get("daily_at")) or choices.MORNING,
            wants_digests=chosen.get("digests", True),
            budget=chosen.get("budget"),
        )


class RecordNames:
    """`scheduler.ports.Names`: what a reader may see is called by its title, the rest by nothing."""

    def subject(self, tx: Transaction, subject: str, reader: str) -> str | None:
        """Return the title of a record, or None where `reader` may not see it."""
        entity, _, digits = subject.partition(":")
        number = numbers.of_record(digits)
        if number is None:
            return None
        looker = visibility.of_actor(tx, reader)
        if entity == "client":
            return _title(
                tx, select(Client.name).where(Client.id == number, condition(looker, Client))
            )
        if entity == "deal":
            return _title(tx, select(Deal.title).where(Deal.id == number, condition(looker, Deal)))
        if entity == "contact":
            return _title(
                tx, select(Contact.name).where(Contact.id == number, condition(looker, Contact))
            )
        return None


def _title(tx: Transaction, question: Select[str]) -> str | None:
    return tx.session.scalar(question)


def _wall_time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
