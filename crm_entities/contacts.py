"""Contacts: the people at a client whom one speaks to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    ForeignKey,
    Select,
    String,
    Text,
    bindparam,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import company, custom_fields, phones, records, rights, shapes, terms, visibility
from crm_entities.clients import Client
from crm_entities.records import Customised, Key, Record
from crm_entities.visibility import Dependent, Viewer
from ledger.base import Base, Json
from ledger.event_log import Event
from ledger.rejection import invalid
from ledger.transaction import Transaction


class Contact(Record, Dependent, Customised, Base):
    """A person at a client; `is_main` is the one to ask first, at most one of a client."""

    __tablename__ = "crm_contact"
    ENTITY: ClassVar[str] = "contact"
    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {"name", "phones", "mails", "birthday", "note", "custom"}
    )
    SILENT: ClassVar[frozenset[str]] = frozenset({"import_id"})

    client_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_client.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_import.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    position: Mapped[str | None] = mapped_column(String(120))
    phones: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    mails: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    language: Mapped[str | None] = mapped_column(String(8))
    birthday: Mapped[date | None] = mapped_column(Date)
    is_main: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str | None] = mapped_column(Text)

    @classmethod
    def parents(cls) -> Sequence[tuple[ColumnElement[Any], type[Record]]]:
        return [(cls.__table__.c.client_id, Client)]

    @property
    def phone(self) -> str | None:
        """The main phone number, E.164."""
        return self.phones[0]["value"] if self.phones else None

    @property
    def mail(self) -> str | None:
        """The main mail address."""
        return self.mails[0]["value"] if self.mails else None


def create(tx: Transaction, values: Mapping[str, Any]) -> Contact:
    """Write a new contact of a client that the actor may change."""
    rights.demand(tx, "record.write", "contact")
    fields = typed(tx, values)
    client = visibility.record(tx, Client, fields["client_id"], "record.write")
    contact = Contact(**fields)
    contact.is_main = bool(contact.is_main) or not of_client(tx, client.id)
    records.create(tx, contact)
    _keep_one_main(tx, contact)
    terms.write(tx, "contact", {contact.id: words(contact)}, is_new=True)
    return contact


def change(
    tx: Transaction, contact_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Contact:
    """Change a contact; it stays with its client."""
    contact = visibility.record(tx, Contact, contact_id, "record.write")
    fields = typed(tx, values, before=contact)
    if fields.get("client_id", contact.client_id) != contact.client_id:
        raise invalid("Expected the contact to stay with its client", field="client_id")
    before = words(contact)
    if records.change(tx, contact, fields, version=version):
        _keep_one_main(tx, contact)
        terms.rewrite(tx, "contact", contact.id, before, words(contact))
    return contact


def remove(tx: Transaction, contact_id: int, *, version: int | None = None) -> None:
    """Remove a contact; the log keeps that there was one, its values go."""
    contact = visibility.record(tx, Contact, contact_id, "record.write")
    if version is not None and version != contact.version:
        raise records.conflict(tx, contact)
    terms.write(tx, "contact", {contact.id: {}})
    tx.session.delete(contact)
    tx.session.flush()
    tx.note(
        Event(
            kind="contact_removed",
            subject=contact.subject,
            data={"client": f"client:{contact.client_id}"},
        )
    )


def get(tx: Transaction, contact_id: int) -> Contact:
    """Return a contact that the actor may read."""
    return visibility.record(tx, Contact, contact_id)


def of_client(tx: Transaction, client_id: int) -> Sequence[Contact]:
    """Return the contacts of a client that the actor may read, the main one first."""
    question = _of_client(visibility.viewer(tx))
    return tx.session.scalars(question, {"client": client_id}).all()


@lru_cache(maxsize=256)
def _of_client(looker: Viewer) -> Select[Contact]:
    is_it = Contact.client_id == bindparam("client")
    question = select(Contact).where(is_it, visibility.condition(looker, Contact))
    return question.order_by(Contact.is_main.desc(), Contact.name, Contact.id)


def typed(
    tx: Transaction, values: Mapping[str, Any], before: Contact | None = None
) -> dict[str, Any]:
    """Return the columns that `values` give, checked; `before` is the contact they change."""
    fields = shapes.load(
        shapes.ContactShape(company.get(tx).country), values, partial=before is not None
    )
    if before is None or "custom" in fields:
        given = fields.get("custom", {})
        fields["custom"] = custom_fields.checked(
            tx, "contact", given, None if before is None else before.custom
        )
    if not fields.get("name", "-"):
        raise invalid("Expected a contact to have a name", field="name")
    return fields


def words(contact: Contact) -> dict[str, set[str]]:
    """Return the words under which a contact is found, by kind."""
    return {
        "name": terms.of_name(contact.name),
        "phone": {term for row in contact.phones for term in phones.terms(row["value"])},
        "mail": terms.of_mails(row["value"] for row in contact.mails),
    }


def _keep_one_main(tx: Transaction, contact: Contact) -> None:
    if not contact.is_main:
        return
    others = select(Contact).where(
        Contact.client_id == contact.client_id, Contact.id != contact.id, Contact.is_main.is_(True)
    )
    for other in tx.session.scalars(others).all():
        records.change(tx, other, {"is_main": False})
