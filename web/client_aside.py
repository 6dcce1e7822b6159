"""The client beside a task: as much of the card as the visitor may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from crm_entities import clients, contacts, deals
from crm_entities.clients import Client
from crm_entities.contacts import Contact
from crm_entities.deals import Deal
from ledger import numbers
from ledger.rejection import Rejection
from web import visit

T = TypeVar("T")
MOST = 3


@dataclass(frozen=True, slots=True)
class Aside:
    """What stands beside the form; each part None where there is none or it may not be seen."""

    client: Client | None
    deal: Deal | None
    contacts: Sequence[Contact]


def of_subject(subject: str | None) -> Aside | None:
    """Return the aside of `client:3` or `deal:17`; None where the case is about neither."""
    kind, _, written = (subject or "").partition(":")
    number = numbers.of_record(written)
    if kind not in {"client", "deal"} or number is None:
        return None
    deal = _seen(lambda: deals.get(visit.tx(), number)) if kind == "deal" else None
    client_id = deal.client_id if deal is not None else number if kind == "client" else None
    client = _seen(lambda: clients.get(visit.tx(), client_id)) if client_id is not None else None
    people = contacts.of_client(visit.tx(), client.id)[:MOST] if client is not None else ()
    return Aside(client, deal, people)


def _seen(fetch: Callable[[], T]) -> T | None:
    try:
        return fetch()
    except Rejection:
        return None
