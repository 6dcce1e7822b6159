"""Clients: companies and persons whom the company serves or wants to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Final

from sqlalchemy import Date, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import (
    company,
    custom_fields,
    ownership,
    phones,
    records,
    shapes,
    terms,
    visibility,
)
from crm_entities.records import Customised, Record
from crm_entities.visibility import Owned
from ledger.base import Base, Instant, Json
from ledger.rejection import invalid, invalid_state
from ledger.transaction import Transaction

STATUSES: Final = ("potential", "active", "regular", "lost")
NEXT: Final[Mapping[str, frozenset[str]]] = {
    "potential": frozenset({"active", "regular", "lost"}),
    "active": frozenset({"regular", "lost"}),
    "regular": frozenset({"active", "lost"}),
    "lost": frozenset({"potential", "active"}),
}
"""The life of a client: nobody becomes potential again who was served and not lost."""


class Client(Record, Owned, Customised, Base):
    """A client of kind `company` or `person`.

    `birthday` is a company's founding date. `phones`, `mails` and
    `tax_numbers` are lists of `{"value", "label"}`, the first being the main
    one; `city` and `country` are those of the first address. `calendar` names
    the working calendar of clocks about this client.
    """

    __tablename__ = "crm_client"
    __table_args__ = (
        # the list by name, page by page
        Index("ix_crm_client_name_id", "name", "id"),
        # the list by last change, page by page
        Index("ix_crm_client_touched_at_id", "touched_at", "id"),
        # the list of one status by name, and of all by status, page by page
        Index("ix_crm_client_status_name", "status", "name", "id"),
        records.ONCE,
    )
    ENTITY: ClassVar[str] = "client"
    PERSONAL: ClassVar[frozenset[str]] = frozenset(
        {
            "name",
            "number",
            "birthday",
            "addresses",
            "phones",
            "mails",
            "tax_numbers",
            "website",
            "note",
            "city",
            "custom",
        }
    )
    SILENT: ClassVar[frozenset[str]] = frozenset({"import_id", "last_contact_at"})

    kind: Mapped[str] = mapped_column(String(8), default="company")
    name: Mapped[str] = mapped_column(String(200))
    number: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(16), default="potential")
    lost_reason: Mapped[str | None] = mapped_column(String(500))
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    source: Mapped[str | None] = mapped_column(String(80))
    website: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(8))
    birthday: Mapped[date | None] = mapped_column(Date)
    addresses: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    phones: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    mails: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    tax_numbers: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    city: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str | None] = mapped_column(String(2))
    calendar: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str | None] = mapped_column(Text)
    last_contact_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def phone(self) -> str | None:
        """The main phone number, E.164."""
        return self.phones[0]["value"] if self.phones else None

    @property
    def mail(self) -> str | None:
        """The main mail address."""
        return self.mails[0]["value"] if self.mails else None


def create(tx: Transaction, values: Mapping[str, Any]) -> Client:
    """Write a new client, owned by the actor unless another owner is named; needs `record.write`."""
    fields = typed(tx, values)
    ownership.of_new(tx, "client", fields)
    client = Client(**fields)
    records.create(tx, client)
    terms.write(tx, "client", {client.id: words(client)}, is_new=True)
    return client


def change(
    tx: Transaction, client_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Client:
    """Change fields of a client; status has a command of its own. Raises `Rejection(conflict)` on another's change."""
    client = visibility.record(tx, Client, client_id, "record.write")
    fields = typed(tx, values, before=client)
    if fields.get("owner_id") != client.owner_id:
        ownership.handed(tx, "client", fields)
    before = words(client)
    if records.change(tx, client, fields, version=version):
        terms.rewrite(tx, "client", client.id, before, words(client))
    return client


def set_status(
    tx: Transaction,
    client_id: int,
    status: str,
    *,
    reason: str | None = None,
    version: int | None = None,
) -> Client:
    """Move a client along its life; by hand with a reason, which a process need not give.

    Raises `Rejection(invalid_state)` for a step that a client's life does not have.
    """
    client = visibility.record(tx, Client, client_id, "record.write")
    if status not in STATUSES:
        raise invalid(
            "Expected a status out of %(statuses)s, but got “%(status)s”",
            statuses=STATUSES,
            status=status,
            field="status",
        )
    if status == client.status:
        return client
    if status not in NEXT[client.status]:
        allowed = ", ".join(sorted(NEXT[client.status]))
        raise invalid_state(
            "Expected a %(status)s client to become one of %(allowed)s, not %(wanted)s",
            status=client.status,
            allowed=allowed,
            wanted=status,
        )
    if visibility.viewer(tx).id and not (reason or "").strip():
        raise invalid("Expected a reason for the new status", field="reason")
    fields = {"status": status, "lost_reason": reason if status == "lost" else None}
    records.change(
        tx, client, fields, version=version, verb="status_changed", data={"reason": reason}
    )
    return client


def get(tx: Transaction, client_id: int) -> Client:
    """Return a client that the actor may read."""
    return visibility.record(tx, Client, client_id)


def names(tx: Transaction, ids: Sequence[int]) -> dict[int, str]:
    """Return the names of those of the clients that the actor may read."""
    seen = visibility.condition(visibility.viewer(tx), Client)
    rows = tx.session.execute(select(Client.id, Client.name).where(Client.id.in_(set(ids)), seen))
    return dict(rows.all())


def typed(
    tx: Transaction, values: Mapping[str, Any], before: Client | None = None
) -> dict[str, Any]:
    """Return the columns that `values` give, checked; `before` is the client they change."""
    shape = shapes.ClientShape(region=(before and before.country) or company.get(tx).country)
    fields = shapes.load(shape, values, partial=before is not None)
    if before is None or "custom" in fields:
        given = fields.get("custom", {})
        fields["custom"] = custom_fields.checked(
            tx, "client", given, None if before is None else before.custom
        )
    if "addresses" in fields:
        first = (fields["addresses"] or [{}])[0]
        fields["city"], fields["country"] = first.get("city") or None, first.get("country") or None
    if not fields.get("name", "-"):
        raise invalid("Expected a client to have a name", field="name")
    return fields


def words(client: Client) -> dict[str, set[str]]:
    """Return the words under which a client is found, by kind."""
    return {
        "name": terms.of_name(client.name),
        "phone": {term for row in client.phones for term in phones.terms(row["value"])},
        "mail": terms.of_mails(row["value"] for row in client.mails),
        "tax": {terms.joined(row["value"]) for row in client.tax_numbers},
        "number": {terms.joined(client.number)} if client.number else set(),
        "tag": {terms.folded(tag) for tag in client.tags},
    }
