"""Search over clients, contacts and deals by name, phone, mail or number; only what the searcher may read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from crm_entities import phones, terms, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from ledger.transaction import Transaction

MOST_WORDS = 8
FEWEST_DIGITS = 4
"""A shorter row of digits is no phone number yet."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: `subject` is `client:17`; `client_id` is the client it belongs to or is."""

    subject: str
    title: str
    detail: str
    client_id: int


Wanted: TypeAlias = Sequence[Sequence[tuple[str, Sequence[str]]]]
_Column: TypeAlias = InstrumentedAttribute[Any]
_LOOKED_AT: Sequence[tuple[type[Client | Contact | Deal], tuple[_Column, _Column, _Column]]] = (
    (Client, (Client.id, Client.name, Client.city)),
    (Contact, (Contact.client_id, Contact.name, Contact.position)),
    (Deal, (Deal.client_id, Deal.title, Deal.pipeline_stage)),
)


def find(tx: Transaction, text: str, *, most: int = 10) -> list[Hit]:
    """Return up to `most` clients, then contacts, then deals in which each word of `text` begins some word.

    Digits are looked for among phone numbers as a whole, however they are
    spaced. One statement an entity.
    """
    for wanted in _readings(text):
        if found := _all(tx, wanted, most):
            return found
    return []


def _all(tx: Transaction, wanted: Wanted, most: int) -> list[Hit]:
    found: list[Hit] = []
    for entity, columns in _LOOKED_AT:
        rows = tx.session.execute(_question(tx, entity, columns, wanted).limit(most))
        found += [
            Hit(f"{entity.ENTITY}:{number}", title, detail or "", client_id)
            for number, client_id, title, detail in rows
        ]
    return found


def _readings(text: str) -> Iterator[Wanted]:
    """Yield what a text may ask for: for each thing in it the words (prefix, kinds) of which a record has one."""
    numbers = phones.digits(text)
    if len(numbers) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in text):
        yield [[(numbers, ("phone", "number", "tax", "name"))]]
        return
    whole = text.strip().casefold().removeprefix("@")
    if "@" in text or ("." in whole and " " not in whole):
        yield [[(whole, ("mail",))]]
    alone = terms.joined(text)
    code = [(alone, ("number", "tax"))] if any(sign.isdigit() for sign in alone) else []
    if words := terms.words(text)[:MOST_WORDS]:
        yield [[(word, terms.SEARCHED), *code] for word in words]


def _question(
    tx: Transaction,
    entity: type[Client | Contact | Deal],
    columns: Sequence[_Column],
    wanted: Wanted,
) -> Select[*tuple[Any, ...]]:
    seen = visibility.condition(visibility.viewer(tx), entity)
    question: Select[*tuple[Any, ...]] = select(entity.id.label("number"), *columns).where(seen)
    for ways in wanted:
        has_word = (terms.with_prefix(entity.ENTITY, prefix, kinds) for prefix, kinds in ways)
        question = question.where(or_(*(entity.id.in_(ids) for ids in has_word)))
    return question.order_by(columns[1], entity.id)
