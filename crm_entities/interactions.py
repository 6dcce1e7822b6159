"""Interactions, shown as activity: calls, meetings, mails and notes about a client or a deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ForeignKey, Index, String, Text, select, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from crm_entities import records, shapes, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from crm_entities.records import Key, Record
from crm_entities.staff import StaffMember
from crm_entities.visibility import Dependent
from ledger import paging
from ledger.base import Base, Instant
from ledger.event_log import Event
from ledger.paging import Order, Page
from ledger.rejection import forbidden, invalid
from ledger.transaction import Transaction


class Interaction(Record, Dependent, Base):
    """What was said or done with a client at an instant; one about a deal is seen by whoever sees the deal."""

    __tablename__ = "crm_interaction"
    __table_args__ = (
        # the history of a client, newest first
        Index("ix_crm_interaction_client_id_at", "client_id", "at"),
        # the history of a deal, newest first
        Index("ix_crm_interaction_deal_id_at", "deal_id", "at"),
        # what somebody wrote down, newest first
        Index("ix_crm_interaction_author_id_at", "author_id", "at"),
        records.ONCE,
    )
    ENTITY: ClassVar[str] = "interaction"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"summary", "body"})

    kind: Mapped[str] = mapped_column(String(8))
    summary: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    author_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_staff.id"))
    client_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_client.id"))
    deal_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_deal.id"))
    contact_id: Mapped[int | None] = mapped_column(
        Key, ForeignKey("crm_contact.id", ondelete="SET NULL"), index=True
    )

    author: Mapped[StaffMember | None] = relationship(lazy="raise", viewonly=True)

    @classmethod
    def parents(cls) -> Sequence[tuple[ColumnElement[Any], type[Record]]]:
        columns = cls.__table__.c
        return [(columns.deal_id, Deal), (columns.client_id, Client)]


NEWEST = Order(
    (Interaction.__table__.c.at, Interaction.__table__.c.id),
    "ti",
    attrgetter("at", "id"),
    descending=True,
)


def log(tx: Transaction, values: Mapping[str, Any]) -> Interaction:
    """Write down an activity with a client or a deal that the actor may read; `at` is now unless it is given."""
    fields = shapes.load(shapes.InteractionShape(), values)
    _place(tx, fields)
    fields["at"] = fields.get("at") or tx.now
    if tx.actor.startswith("staff:"):
        fields["author_id"] = int(tx.actor.removeprefix("staff:"))
    interaction = Interaction(**fields)
    about = (
        f"deal:{interaction.deal_id}" if interaction.deal_id else f"client:{interaction.client_id}"
    )
    records.create(tx, interaction, data={"about": about})
    _note_on(tx, interaction, about)
    if interaction.kind != "note":
        _move_last_contact(tx, interaction)
    return interaction


def change(
    tx: Transaction, interaction_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Interaction:
    """Correct what one wrote oneself: kind, summary, body or time."""
    interaction = visibility.record(tx, Interaction, interaction_id)
    if tx.actor != f"staff:{interaction.author_id}":
        raise forbidden(
            "Expected the author of the activity: what was written down is corrected by nobody else"
        )
    shapes.only(values, {"kind", "summary", "body", "at"})
    fields = shapes.load(shapes.InteractionShape(), values, partial=True)
    records.change(tx, interaction, fields, version=version)
    return interaction


def get(tx: Transaction, interaction_id: int) -> Interaction:
    """Return an activity that the actor may read."""
    return visibility.record(tx, Interaction, interaction_id)


def of_client(
    tx: Transaction, client_id: int, *, after: str | None = None, most: int = 50
) -> Page[Interaction]:
    """Return the activities with a client that the actor may read, newest first, with their authors."""
    return _page(tx, Interaction.client_id == client_id, after, most)


def of_deal(
    tx: Transaction, deal_id: int, *, after: str | None = None, most: int = 50
) -> Page[Interaction]:
    """Return the activities about a deal that the actor may read, newest first, with their authors."""
    return _page(tx, Interaction.deal_id == deal_id, after, most)


def by_author(
    tx: Transaction, staff_id: int, *, after: str | None = None, most: int = 50
) -> Page[Interaction]:
    """Return what a staff member wrote down and the actor may read, newest first."""
    return _page(tx, Interaction.author_id == staff_id, after, most)


def _page(
    tx: Transaction, is_wanted: ColumnElement[bool], after: str | None, most: int
) -> Page[Interaction]:
    seen = visibility.condition(visibility.viewer(tx), Interaction)
    question = select(Interaction).where(is_wanted, seen).options(joinedload(Interaction.author))
    return paging.page(tx, question, NEWEST, after=after, most=most)


def _place(tx: Transaction, fields: dict[str, Any]) -> None:
    """Complete `fields` with the client, and see that all it names belongs together and may be read."""
    if fields.get("deal_id") is not None:
        deal = visibility.record(tx, Deal, fields["deal_id"])
        if fields.setdefault("client_id", deal.client_id) not in {deal.client_id, None}:
            raise invalid("Expected the client of deal %(deal)s", deal=deal.id, field="client_id")
        fields["client_id"] = deal.client_id
    elif fields.get("client_id") is None:
        raise invalid("Expected a client or a deal that the activity is about", field="client_id")
    else:
        visibility.record(tx, Client, fields["client_id"])
    if fields.get("contact_id") is not None:
        contact = visibility.record(tx, Contact, fields["contact_id"])
        if contact.client_id != fields["client_id"]:
            raise invalid(
                "Expected a contact of client %(client)s",
                client=fields["client_id"],
                field="contact_id",
            )


def _note_on(tx: Transaction, interaction: Interaction, about: str) -> None:
    """Tell the timeline of the record it is about."""
    facts = {"kind": interaction.kind, "at": interaction.at}
    tx.note(Event(kind="interaction_logged", subject=about, ref=interaction.subject, data=facts))


def _move_last_contact(tx: Transaction, interaction: Interaction) -> None:
    is_earlier = Client.last_contact_at.is_(None) | (Client.last_contact_at < interaction.at)
    tx.session.execute(
        update(Client)
        .where(Client.id == interaction.client_id, is_earlier)
        .values(last_contact_at=interaction.at)
        .execution_options(synchronize_session="fetch" if not tx.store.is_sqlite else "auto")
    )
