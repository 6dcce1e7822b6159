"""Filters in words become conditions on clients; every filter that there is stands here by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement

from crm_entities import custom_fields
from crm_entities.clients import Client
from crm_entities.segments import deals, facts, own_fields, words
from crm_entities.segments.asked import Asked, Leaves
from ledger.rejection import Rejection, invalid
from ledger.transaction import Transaction

Pair: TypeAlias = tuple[str, str]
"""A filter's name and its value in words."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter's value looks like (`words.READERS`), and the condition that it stands for."""

    kind: str
    leaves: Leaves


def conditions(
    tx: Transaction, wanted: Iterable[Pair], at: datetime | None = None
) -> list[ColumnElement[bool]]:
    """Return the conditions that filters in words stand for, as of `at` (now).

    Raises Rejection(invalid_argument), its field being the filter's name, for a filter that is not
    known, a value that cannot be read, and a team, person or own field that there is not.
    """
    return [_condition(Asked(tx, at or tx.now, name), text) for name, text in wanted]


def known(tx: Transaction, name: str) -> Filter:
    """Return a filter by its name. Raises Rejection(invalid_argument) for another."""
    if name in FILTERS:
        return FILTERS[name]
    if name.startswith(own_fields.PREFIX):
        return Filter(own_fields.kind(own_fields.field(tx, name)), own_fields.fits)
    raise invalid(
        "Expected a filter out of %(known)s, but got “%(name)s”",
        known=[*FILTERS, f"{own_fields.PREFIX}…"],
        name=name,
        field=name,
    )


def names(tx: Transaction) -> list[str]:
    """Return the names of all filters, those by the company's own fields last."""
    own = custom_fields.of_entity(tx, "client")
    return [*FILTERS, *(f"{own_fields.PREFIX}{one.key}" for one in own)]


def _condition(asked: Asked, text: str) -> ColumnElement[bool]:
    try:
        found = known(asked.tx, asked.name)
        return found.leaves(asked, words.read(found.kind, text))
    except Rejection as refused:
        refused.field = asked.name
        raise


_of = Client.__table__.c
FILTERS: Final[Mapping[str, Filter]] = {
    "status": Filter("choice", facts.one_of(_of.status, facts.CHOICES["status"])),
    "kind": Filter("choice", facts.one_of(_of.kind, facts.CHOICES["kind"])),
    "tag": Filter("words", facts.tagged),
    "without tag": Filter("words", facts.untagged),
    "source": Filter("words", facts.any_of(_of.source)),
    "country": Filter("words", facts.in_country),
    "city": Filter("words", facts.any_of(_of.city)),
    "language": Filter("choice", facts.one_of(_of.language, facts.CHOICES["language"])),
    "team": Filter("choice", facts.of_team),
    "owner": Filter("choice", facts.owned),
    "no contact for": Filter("days", facts.silent),
    "contact within": Filter("days", facts.spoken_to),
    "birthday": Filter("birthday", facts.born),
    "created": Filter("dates", facts.created),
    "open deal": Filter("yes or no", deals.has("open")),
    "won deal": Filter("yes or no", deals.has("won")),
    "deal amount": Filter("amount", deals.of_amount),
}
