"""Search over clients, contacts and deals by name, phone, mail or number; only what the searcher may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Select, bindparam, null, select
from sqlalchemy.orm import InstrumentedAttribute

from crm_entities import phones, terms, visibility
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from crm_entities.terms import Kinds, Term, Wanted
from crm_entities.visibility import Viewer
from ledger.transaction import Transaction

MOST_WORDS = 8
REPEATED = 4
"""How often one record may turn up, once for each of its words that begin alike."""
FEWEST_DIGITS = 4
"""A shorter row of digits is no phone number yet."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found: `entity` 17; `client_id` is the client it belongs to or is. Deals have an amount."""

    entity: str
    id: int
    client_id: int
    title: str
    detail: str
    amount: Decimal | None
    currency: str | None

    @property
    def subject(self) -> str:
        """The record's name: `client:17`."""
        return f"{self.entity}:{self.id}"


_Columns: TypeAlias = tuple[InstrumentedAttribute[Any] | ColumnElement[Any], ...]
_LOOKED_AT: Final[Mapping[str, tuple[type[Client | Contact | Deal], _Columns]]] = {
    "client": (Client, (Client.id, Client.name, Client.city, null(), null())),
    "contact": (Contact, (Contact.client_id, Contact.name, Contact.position, null(), null())),
    "deal": (
        Deal, (Deal.client_id, Deal.title, Deal.pipeline_stage, Deal.amount, Deal.currency)
    ),
}  # fmt: skip
KINDS: Final = tuple(_LOOKED_AT)


def find(tx: Transaction, text: str, *, most: int = 10) -> list[Hit]:
    """Return up to `most` clients, then contacts, then deals in which each word of `text` begins some word.

    Digits are looked for among phone numbers as a whole, however they are
    spaced. One statement, and one more an entity that has all the words.
    """
    for wanted in _readings(text):
        ordered = terms.rarest_first(tx, KINDS, wanted)
        if found := [hit for entity in ordered for hit in _all(tx, entity, ordered[entity], most)]:
            return found
    return []


def _all(tx: Transaction, entity: str, wanted: Sequence[Wanted], most: int) -> list[Hit]:
    question = _question(visibility.viewer(tx), entity, tuple(kinds for _, kinds in wanted))
    given = terms.given([prefix for prefix, _ in wanted]) | {"most": most * REPEATED}
    hits: dict[int, Hit] = {}
    for number, client_id, title, detail, amount, currency in tx.session.execute(question, given):
        hits.setdefault(
            number, Hit(entity, number, client_id, title, detail or "", amount, currency)
        )
    return list(hits.values())[:most]


def _readings(text: str) -> Iterator[Sequence[Wanted]]:
    """Yield what a text may ask for: (prefix, kinds) of the words that a record must have."""
    numbers, alone = phones.digits(text), terms.joined(text)
    if len(numbers) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in text):
        yield [(numbers, ("phone", "number", "tax", "name"))]
        return
    whole = text.strip().casefold().removeprefix("@")
    if "@" in text or ("." in whole and " " not in whole):
        yield [(whole, ("mail",))]
    if words := terms.sought(text)[:MOST_WORDS]:
        yield [(word, terms.SEARCHED) for word in words]
    if any(sign.isdigit() for sign in alone):
        yield [(alone, ("number", "tax"))]


@lru_cache(maxsize=512)
def _question(viewer: Viewer, name: str, wanted: tuple[Kinds, ...]) -> Select[*tuple[Any, ...]]:
    """Walk the words that begin as the rarest one wanted, in their order, until enough records are found."""
    entity, columns = _LOOKED_AT[name]
    question: Select[*tuple[Any, ...]] = select(entity.id.label("number"), *columns)
    question = question.join(Term, Term.record_id == entity.id)
    question = question.where(*terms.begins(Term, name, 0, wanted[0]))
    question = question.where(visibility.condition(viewer, entity))
    question = question.where(*terms.has_others(name, entity.__table__.c.id, wanted))
    return question.order_by(Term.term, Term.kind, Term.record_id).limit(bindparam("most"))
