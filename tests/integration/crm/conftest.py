"""A small company: two teams, a manager, two employees, an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest

from crm_entities import clients, deals, groups, passwords, pipelines, staff, teams
from crm_entities.pipelines import Stage
from ledger import transaction
from ledger.store import Store

PASSWORD = "a good password"
STAGES = [
    Stage("lead", "Lead", 10),
    Stage("proposal", "Proposal", 50),
    Stage("won", "Won", state="won"),
    Stage("lost", "Lost", state="lost"),
]


@dataclass(frozen=True)
class Company:
    """Actors by their first name, and numbers of the rest."""

    admin: str
    mia: str
    ben: str
    eve: str
    sales: int
    support: int
    client: int
    deal: int

    @staticmethod
    def number(actor: str) -> int:
        """The number in `staff:4`."""
        return int(actor.removeprefix("staff:"))


@cache
def _hash() -> str:
    """Hashing is slow on purpose: once is enough for all tests."""
    return passwords.hashed(PASSWORD)


@pytest.fixture
def company(store: Store) -> Company:
    """Mia manages sales, where Ben works; Eve works in support; Ben owns client Adler and its deal."""
    with transaction.begin(store, "system") as tx:
        sales = teams.create(tx, {"name": "Sales"})
        support = teams.create(tx, {"name": "Support"})
        admin = staff.hire(tx, {"login": "ada", "name": "Ada Admin", "roles": ["administrator"]})
        mia = staff.hire(
            tx, {"login": "mia", "name": "Mia Berg", "roles": ["manager"], "team_id": sales.id}
        )
        ben = staff.hire(
            tx,
            {"login": "ben", "name": "Ben Carter", "team_id": sales.id, "manager_id": mia.id},
        )
        ben.password_hash = _hash()
        eve = staff.hire(tx, {"login": "eve", "name": "Eve Dubois", "team_id": support.id})
        teams.change(tx, sales.id, {"manager_id": mia.id})
        groups.create(tx, "legal", {"en": "Legal", "fr": "Juridique"})
        groups.set_members(tx, "legal", [eve.id, admin.id], lead=eve.id)
        pipelines.define(tx, "sales", "Sales", STAGES)
    with transaction.begin(store, f"staff:{ben.id}") as tx:
        client = clients.create(tx, {"name": "Adler Optik GmbH", "mails": ["office@adler.example"]})
        deal = deals.create(tx, {"client_id": client.id, "title": "Lenses", "amount": "1200.50"})
    store.clock.now += timedelta(minutes=1)  # type: ignore[attr-defined]  # the clock of tests stands still
    return Company(
        admin.subject,
        mia.subject,
        ben.subject,
        eve.subject,
        sales.id,
        support.id,
        client.id,
        deal.id,
    )
