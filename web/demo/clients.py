"""Two hundred clients with their contacts, who came over fourteen months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from typing import Final

from crm_entities import clients, contacts, records, terms
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.staff import StaffMember
from ledger.transaction import Transaction
from web.demo import company, names
from web.demo.names import Land

COUNT: Final = 200
BATCHES: Final = 14
"""One a month."""
STATUSES: Final = ("potential",) * 8 + ("active",) * 6 + ("regular",) * 4 + ("lost",) * 2
SOURCES: Final = ("fair", "recommendation", "web form", "cold call", "partner", "newsletter")
TAGS: Final = (
    "print",
    "online",
    "key account",
    "seasonal",
    "pays late",
    "likes calls",
    "newsletter",
)
POSITIONS: Final = ("Owner", "Marketing", "Managing director", "Purchasing", "Assistant")
NOTES: Final = (
    "Prefers calls before noon.",
    "Wants offers as PDF by mail.",
    "Met at the spring fair.",
    None,
    None,
    None,
)


def month(tx: Transaction, number: int, members: Mapping[str, StaffMember]) -> list[Client]:
    """Write the clients of one month, numbered from 0, with their contacts."""
    chance = Random(f"clients {number}")
    size = COUNT // BATCHES + (1 if number < COUNT % BATCHES else 0)
    first = number * (COUNT // BATCHES) + min(number, COUNT % BATCHES)
    made = [_client(chance, first + offset, members) for offset in range(size)]
    records.create_many(tx, made)
    terms.write(tx, "client", {client.id: clients.words(client) for client in made}, is_new=True)
    people = [contact for client in made for contact in _contacts(chance, client)]
    records.create_many(tx, people)
    terms.write(tx, "contact", {one.id: contacts.words(one) for one in people}, is_new=True)
    return made


def birth_of_month(number: int, now: datetime) -> datetime:
    """Return when the clients of a month were written."""
    return now - timedelta(days=30 * (BATCHES - number) + 3, hours=number % 5)


def _client(chance: Random, number: int, members: Mapping[str, StaffMember]) -> Client:
    where = names.land(chance)
    kind = "person" if number % 5 == 0 else "company"
    name = names.person(chance, where) if kind == "person" else names.company(chance, where)
    owner = (
        members[company.SELLERS[number % 4]]
        if number % 11
        else members[("ingrid", "marc")[number % 2]]
    )
    address = names.address(chance, where)
    host = f"client{number + 1}.example"
    return Client(
        kind=kind,
        name=name,
        number=f"K{1001 + number}",
        status=chance.choice(STATUSES),
        tags=sorted(chance.sample(TAGS, chance.choice((0, 0, 1, 1, 2)))),
        source=chance.choice(SOURCES),
        website=f"https://www.{host}" if kind == "company" else None,
        language=where.language,
        birthday=_birthday(chance, number),
        addresses=[address],
        city=address["city"],
        country=where.code,
        phones=[{"value": names.phone(chance, where), "label": "office"}],
        mails=[{"value": f"office@{host}" if kind == "company" else f"mail@{host}", "label": ""}],
        tax_numbers=[],
        note=chance.choice(NOTES),
        owner_id=owner.id,
        team_id=owner.team_id,
    )


def _birthday(chance: Random, number: int) -> date | None:
    """Return a day for two of five."""
    return chance.choice(
        (None, None, None, *(date(1950 + number % 60, 1 + number % 12, 1 + number % 28),) * 2)
    )


def _contacts(chance: Random, client: Client) -> list[Contact]:
    """Return the people at a company: one or two, with a mail address of their own."""
    if client.kind == "person":
        return []
    where = _land_of(client)
    host = (client.mail or "").partition("@")[2]
    people = (names.person(chance, where) for _ in range(9))
    return [
        Contact(
            client_id=client.id,
            name=name,
            position=chance.choice(POSITIONS),
            phones=[{"value": names.phone(chance, where), "label": "mobile"}],
            mails=[{"value": f"person{number + 1}@{host}", "label": ""}],
            is_main=number == 0,
        )
        for number, name in enumerate(islice(people, 1 + client.id % 2))
    ]


def _land_of(client: Client) -> Land:
    return next(land for land in names.LANDS if land.code == client.country)
