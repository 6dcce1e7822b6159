"""Search over clients, contacts and deals by name, phone, mail or number; only what the searcher may read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from crm_entities import phones, terms, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from crm_entities.terms import Term
from ledger.transaction import Transaction

MOST_WORDS = 8
REPEATED = 4
"""How often one record may turn up, once for each of its words that begin alike."""
FEWEST_DIGITS = 4
"""A shorter row of digits is no phone number yet."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: `subject` is `client:17`; `client_id` is the client it belongs to or is."""

    subject: str
    title: str
    detail: str
    client_id: int


Wanted: TypeAlias = Sequence[tuple[str, Sequence[str]]]
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
        hits: dict[int, Hit] = {}
        rows = tx.session.execute(_question(tx, entity, columns, wanted).limit(most * REPEATED))
        for number, client_id, title, detail in rows:
            hits.setdefault(
                number, Hit(f"{entity.ENTITY}:{number}", title, detail or "", client_id)
            )
        found += list(hits.values())[:most]
    return found


def _readings(text: str) -> Iterator[Wanted]:
    """Yield what a text may ask for: (prefix, kinds) of the words that a record must have."""
    numbers, alone = phones.digits(text), terms.joined(text)
    if len(numbers) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in text):
        yield [(numbers, ("phone", "number", "tax", "name"))]
        return
    whole = text.strip().casefold().removeprefix("@")
    if "@" in text or ("." in whole and " " not in whole):
        yield [(whole, ("mail",))]
    if words := terms.words(text)[:MOST_WORDS]:
        yield [(word, terms.SEARCHED) for word in words]
    if any(sign.isdigit() for sign in alone):
        yield [(alone, ("number", "tax"))]


def _question(
    tx: Transaction,
    entity: type[Client | Contact | Deal],
    columns: Sequence[_Column],
    wanted: Wanted,
) -> Select[*tuple[Any, ...]]:
    """Walk the words that begin as the rarest one wanted, in their order, until enough records are found."""
    (prefix, kinds), *others = terms.rarest_first(tx, entity.ENTITY, wanted)
    question: Select[*tuple[Any, ...]] = select(entity.id.label("number"), *columns)
    question = question.join(Term, Term.record_id == entity.id)
    question = question.where(*terms.begins(Term, entity.ENTITY, prefix, kinds))
    question = question.where(visibility.condition(visibility.viewer(tx), entity))
    number = entity.__table__.c.id
    question = question.where(*(terms.has(entity.ENTITY, number, word, of) for word, of in others))
    return question.order_by(Term.term, Term.kind, Term.record_id)
