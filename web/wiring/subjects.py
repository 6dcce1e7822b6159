"""The engine's subjects are clients, deals and contacts: fields that expressions name, read and set as typed values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm_entities import clients, contacts, custom_fields, deals, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from engine.feel import Value, values
from ledger import numbers
from ledger.rejection import invalid, not_found
from ledger.transaction import Transaction

Subject: TypeAlias = Client | Deal | Contact
R = TypeVar("R")
PLACES = 4

_KINDS: Final[Mapping[str, type[Subject]]] = {"client": Client, "deal": Deal, "contact": Contact}
_PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "client": (
        *(
            "id",
            "kind",
            "name",
            "number",
            "status",
            "lost_reason",
            "tags",
            "source",
            "website",
            "language",
        ),
        *("birthday", "city", "country", "note", "phone", "mail", "created_at", "last_contact_at"),
    ),
    "deal": (
        *("id", "title", "pipeline", "pipeline_stage", "state", "amount", "currency", "close_date"),
        *("probability", "lost_reason", "source", "note", "created_at", "closed_at"),
    ),
    "contact": ("id", "name", "position", "language", "birthday", "phone", "mail", "note"),
}
_NOT_SET: Final = frozenset(
    {
        "id",
        "created_at",
        "closed_at",
        "last_contact_at",
        "state",
        "city",
        "country",
        "phone",
        "mail",
    }
)


class Records:
    """`engine.ports.Subjects` over `crm_entities`: a deal brings its client, a client its main contact."""

    def fields(
        self, tx: Transaction, subject: str, paths: Iterable[tuple[str, ...]]
    ) -> Mapping[str, Value]:
        """Return the records that `paths` begin with, each with all its fields; read now, whoever asks."""
        entity, number = _parts(subject)
        asked = set(paths)
        roots = {path[0] for path in asked} | {entity}
        found: dict[str, Value] = {}
        client_id = number if entity == "client" else None
        if entity == "deal" and (deal := _deal(tx, number)) is not None:
            found["deal"], client_id = _of_deal(deal), deal.client_id
        if entity == "contact" and (contact := tx.session.get(Contact, number)) is not None:
            found["contact"], client_id = _of_contact(contact), contact.client_id
        if (
            "client" in roots
            and client_id is not None
            and (client := tx.session.get(Client, client_id)) is not None
        ):
            found["client"] = _of_client(client)
        if "contact" in roots - found.keys() and client_id is not None:
            found["contact"] = _main_contact(tx, client_id)
        return _with_custom(tx, found, asked)

    def set_fields(
        self, tx: Transaction, subject: str, values: Mapping[tuple[str, ...], Value]
    ) -> None:
        """Assign fields by path, in the process's own right. Raises `Rejection` where a value is refused.

        Amounts are rounded half-even to the four places that money has here.
        """
        entity, number = _parts(subject)
        by_root: dict[str, dict[str, Any]] = {}
        for path, value in values.items():
            by_root.setdefault(path[0], {})[_field(path)] = value
        with visibility.as_program(tx):
            for root, given in by_root.items():
                _SETTERS[_known_root(root)](tx, _number_of(tx, root, entity, number), given)

    def exists(self, tx: Transaction, subject: str) -> bool:
        """Say whether there is such a record."""
        entity, _, number = subject.partition(":")
        kind, known = _KINDS.get(entity), numbers.of_record(number)
        if kind is None or known is None:
            return False
        return tx.session.scalar(select(kind.id).where(kind.id == known)) is not None


def _parts(subject: str) -> tuple[str, int]:
    entity, _, written = subject.partition(":")
    number = numbers.of_record(written)
    if entity not in _KINDS or number is None:
        raise invalid(
            "Expected a record such as deal:17, but got “%(subject)s”",
            subject=subject,
            field="subject",
        )
    return entity, number


def _deal(tx: Transaction, number: int) -> Deal | None:
    """Return a deal, with its client in the same statement unless this transaction knows the deal already."""
    return _kept(tx, tx.session.get(Deal, number, options=[joinedload(Deal.client)]))


def _kept(tx: Transaction, record: R) -> R:
    """Hold a record until the transaction ends: the session alone would let go of it and read it again."""
    tx.session.info.setdefault("subjects", []).append(record)
    return record


def _plain(record: Subject) -> dict[str, Value]:
    plain = {name: values.admit(getattr(record, name)) for name in _PLAIN[record.ENTITY]}
    return plain | {"custom": dict(record.custom)}


def _with_custom(
    tx: Transaction, found: dict[str, Value], asked: Iterable[tuple[str, ...]]
) -> dict[str, Value]:
    """Read the company's own fields only where something is asked for that is no field of ours."""
    for path in asked:
        record = found.get(path[0])
        if isinstance(record, dict) and len(path) > 1 and path[1] not in record:
            kept = record["custom"]
            for field in custom_fields.of_entity(tx, path[0]):
                value = kept.get(field.key) if isinstance(kept, dict) else None
                read = _READ.get(field.kind)
                record.setdefault(field.key, read(value) if read and value is not None else value)
    return found


def _of_client(client: Client) -> dict[str, Value]:
    lists: dict[str, Value] = {
        "phones": [row["value"] for row in client.phones],
        "mails": [row["value"] for row in client.mails],
        "tax_numbers": [row["value"] for row in client.tax_numbers],
    }
    return _plain(client) | lists | _owned(client)


def _of_deal(deal: Deal) -> dict[str, Value]:
    return _plain(deal) | _owned(deal) | {"client": f"client:{deal.client_id}"}


def _of_contact(contact: Contact) -> dict[str, Value]:
    return _plain(contact) | {"client": f"client:{contact.client_id}"}


def _main_contact(tx: Transaction, client_id: int) -> Value:
    question = (
        select(Contact).where(Contact.client_id == client_id, Contact.is_main.is_(True)).limit(1)
    )
    contact = tx.session.scalar(question)
    return None if contact is None else _of_contact(contact)


def _owned(record: Client | Deal) -> dict[str, Value]:
    return {
        "owner": None if record.owner_id is None else f"staff:{record.owner_id}",
        "team": None if record.team_id is None else f"team:{record.team_id}",
    }


def _field(path: tuple[str, ...]) -> str:
    if len(path) != 2 or path[1] in _NOT_SET:  # noqa: PLR2004  # a record and its field
        raise invalid(
            "Expected a field that can be set, such as deal.amount, but got %(path)s",
            path=".".join(path),
        )
    return path[1]


def _known_root(root: str) -> str:
    if root not in _KINDS:
        raise invalid(
            "Expected a field of a client, deal or contact, but got one of “%(root)s”", root=root
        )
    return root


def _number_of(tx: Transaction, root: str, entity: str, number: int) -> int:
    """Return the number of the record that `root` means for a case about `entity` `number`."""
    if root == entity:
        return number
    client_id = number if entity == "client" else _client_of(tx, entity, number)
    if root == "client":
        return client_id
    main = _main_contact(tx, client_id) if root == "contact" else None
    if not isinstance(main, dict) or not isinstance(main["id"], (int, Decimal)):
        raise invalid(
            "Expected %(entity)s %(number)s to have a %(root)s of its own, but it has none",
            entity=entity,
            number=number,
            root=root,
        )
    return int(main["id"])


def _client_of(tx: Transaction, entity: str, number: int) -> int:
    record = tx.session.get(Deal, number) if entity == "deal" else tx.session.get(Contact, number)
    if record is None:
        raise not_found("%(entity)s %(number)s", entity=entity, number=number)
    return record.client_id


def _columns(entity: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as commands take them: owners by number, amounts in four places, the rest as custom fields."""
    columns: dict[str, Any] = {}
    for name, value in given.items():
        if name in ("owner", "team"):
            columns[f"{name}_id"] = None if value is None else _id_in(name, value)
        elif name == "amount" and isinstance(value, Decimal):
            columns[name] = round(value, PLACES)
        elif name in _PLAIN[entity] or name in ("audience", "calendar"):
            columns[name] = value.isoformat()[:10] if isinstance(value, date) else value
        else:
            columns.setdefault("custom", {})[name] = value
    return columns


def _id_in(name: str, value: object) -> int:
    number = numbers.of_record(str(value).partition(":")[2])
    if number is None:
        raise invalid(
            "Expected a value such as staff:4 for %(name)s, but got “%(value)s”",
            name=name,
            value=value,
            field=name,
        )
    return number


def _set_client(tx: Transaction, number: int, given: dict[str, Any]) -> None:
    status, reason = given.pop("status", None), given.pop("lost_reason", None)
    if status is not None:
        clients.set_status(tx, number, status, reason=reason)
    if given:
        clients.change(tx, number, _columns("client", given))


def _set_deal(tx: Transaction, number: int, given: dict[str, Any]) -> None:
    _kept(tx, deals.change(tx, number, _columns("deal", given)))


def _set_contact(tx: Transaction, number: int, given: dict[str, Any]) -> None:
    contacts.change(tx, number, _columns("contact", given))


_SETTERS: Final[Mapping[str, Callable[[Transaction, int, dict[str, Any]], None]]] = {
    "client": _set_client,
    "deal": _set_deal,
    "contact": _set_contact,
}
_READ: Final[Mapping[str, Callable[[Any], Value]]] = {"number": Decimal, "date": date.fromisoformat}
