"""Sixty deals: those that cases run about, and those that are over or have just come in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Final

from crm_entities import deals, interactions
from crm_entities.clients import Client
from crm_entities.deals import Deal
from ledger.transaction import Transaction

COUNT: Final = 60
THINGS: Final = (
    "Posters for the season",
    "Brochure, 16 pages",
    "Shop window",
    "Menu cards",
    "Radio spot",
    "Banner campaign",
    "Trade fair stand",
    "Business cards",
    "Catalogue",
    "Vehicle lettering",
    "Newsletter for a year",
    "Packaging",
)
REASONS: Final = ("Too dear", "No answer any more", "Took another supplier", "Project was stopped")
CALLS: Final = (
    ("call", "Asked about the delivery date"),
    ("call", "Wants to be called back on Thursday"),
    ("mail", "Sent the price list"),
    ("mail", "Confirmed the appointment"),
    ("meeting", "Looked at samples together"),
    ("meeting", "Talked about next year"),
    ("note", "Decides together with the partner"),
    ("note", "Birthday of the owner next month"),
)


def offered(tx: Transaction, chance: Random, client: Client, *, pipeline: str = "sales") -> Deal:
    """Write a lead with a client, as its owner."""
    return deals.create(
        tx,
        {
            "client_id": client.id,
            "title": chance.choice(THINGS),
            "pipeline": pipeline,
            "amount": Decimal(chance.randrange(8, 240)) * 50,
            "close_date": (tx.now + timedelta(days=chance.randrange(20, 90))).date(),
            "source": client.source,
        },
    )


def settle(tx: Transaction, chance: Random, deal_id: int) -> None:
    """Bring a deal to its end by hand."""
    if chance.random() < 1 / 2:
        deals.move(tx, deal_id, "won")
    else:
        deals.move(tx, deal_id, "lost", lost_reason=chance.choice(REASONS))


def talk(tx: Transaction, chance: Random, to: Sequence[Client]) -> None:
    """Write down an activity with each of some clients."""
    for client in to:
        kind, summary = chance.choice(CALLS)
        interactions.log(tx, {"kind": kind, "summary": summary, "client_id": client.id})


def owner_of(record: Client | Deal) -> str:
    """Return who answers for a record, as an actor."""
    return f"staff:{record.owner_id}"


def choose(chance: Random, clients: Sequence[Client], count: int) -> list[Client]:
    """Return clients of sellers to whom one may sell, each once."""
    return chance.sample([client for client in clients if client.status != "lost"], count)
