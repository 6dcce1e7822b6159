"""Nobody sees what he must not: every read is walked as somebody outside."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import ModuleType

import pytest

from crm_entities import (
    client_list,
    clients,
    contacts,
    deal_board,
    deals,
    interactions,
    search,
    sharing,
    staff,
    teams,
    visibility,
)
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.imports.runs import Import
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction
from tests.integration.crm.conftest import Company

WORD = "Adler"


@dataclass(frozen=True)
class Look:
    """Somebody's look at the small company."""

    tx: Transaction
    company: Company
    made: dict[str, int]


READS: dict[str, Callable[[Look], object]] = {
    "clients.get": lambda at: clients.get(at.tx, at.company.client),
    "client_list.listing": lambda at: client_list.listing(at.tx).rows,
    "client_list.count": lambda at: client_list.count(at.tx),
    "clients.names": lambda at: clients.names(at.tx, [at.company.client]),
    "contacts.get": lambda at: contacts.get(at.tx, at.made["contact"]),
    "contacts.of_client": lambda at: contacts.of_client(at.tx, at.company.client),
    "deals.get": lambda at: deals.get(at.tx, at.company.deal),
    "deals.of_client": lambda at: deals.of_client(at.tx, at.company.client),
    "deals.listing": lambda at: deals.listing(at.tx).rows,
    "deal_board.columns": lambda at: [
        (column.count, list(column.deals), dict(column.sums))
        for column in deal_board.columns(at.tx, "sales")
        if column.count or column.deals or column.sums
    ],
    "interactions.get": lambda at: interactions.get(at.tx, at.made["interaction"]),
    "interactions.of_client": lambda at: interactions.of_client(at.tx, at.company.client).rows,
    "interactions.of_deal": lambda at: interactions.of_deal(at.tx, at.company.deal).rows,
    "interactions.by_author": lambda at: (
        interactions.by_author(at.tx, at.company.number(at.company.ben)).rows
    ),
    "search.find": lambda at: search.find(at.tx, WORD),
}
MODULES = (client_list, clients, contacts, deal_board, deals, interactions, search)
CHANGES = {"create", "change", "set_status", "remove", "move", "log"}
HELP = {"typed", "words"}


@pytest.fixture
def made(store: Store, company: Company) -> dict[str, int]:
    """A contact and an activity beside Ben's client and deal."""
    with transaction.begin(store, company.ben) as tx:
        contact = contacts.create(tx, {"client_id": company.client, "name": "Adler, Otto"})
        call = interactions.log(
            tx, {"kind": "call", "summary": "Asked for lenses", "deal_id": company.deal}
        )
    return {"contact": contact.id, "interaction": call.id}


def _public(module: ModuleType) -> Iterable[str]:
    for name, found in vars(module).items():
        if (
            inspect.isfunction(found)
            and found.__module__ == module.__name__
            and not name.startswith("_")
        ):
            yield name


def test_every_read_is_walked():
    known = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in MODULES
        for name in _public(module)
        if name not in CHANGES | HELP
    }
    assert known == set(READS)


def _seen(store: Store, actor: str, company: Company, made: dict[str, int]) -> set[str]:
    """Return the reads that show `actor` something."""
    with transaction.read(store, actor) as tx:
        look = Look(tx, company, made)
        return {name for name, read in READS.items() if _shows(look, read)}


def _shows(look: Look, read: Callable[[Look], object]) -> bool:
    try:
        return bool(read(look))
    except Rejection as refusal:
        if refusal.reason == "not_found":
            return False
        raise


def test_another_teams_records_are_not_there(store: Store, company: Company, made: dict[str, int]):
    for stranger in (company.eve, "staff:9999"):
        assert _seen(store, stranger, company, made) == set()
    for insider in (company.ben, company.mia, company.admin, "system"):
        assert _seen(store, insider, company, made) == set(READS)


def test_what_an_unfinished_import_wrote_is_not_there(
    store: Store, company: Company, made: dict[str, int]
):
    with transaction.begin(store, "system") as tx:
        run = Import(
            entity="client", name="a.csv", sha256="", state="running", at=tx.now, by="system"
        )
        tx.session.add(run)
        tx.session.flush()
        tx.session.get_one(Client, company.client).import_id = run.id
        tx.session.get_one(Deal, company.deal).import_id = run.id
    for actor in (company.ben, company.admin, "system"):
        assert _seen(store, actor, company, made) == set()
    with transaction.begin(store, "system") as tx:
        tx.session.get_one(Import, run.id).state = "done"
    assert _seen(store, company.ben, company, made) == set(READS)


def test_the_leaver_sees_nothing(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        staff.leave(tx, company.number(company.ben))
    with transaction.read(store, company.ben) as tx:
        assert client_list.listing(tx).rows == []


def test_a_team_reaches_the_teams_below_it(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        below = teams.create(tx, {"name": "Sales north", "parent_id": company.sales})
        staff.change(tx, company.number(company.eve), {"team_id": below.id})
    with transaction.begin(store, company.eve) as tx:
        northern = clients.create(tx, {"name": "Nordlicht AG"})
        assert [one.name for one in client_list.listing(tx).rows] == ["Nordlicht AG"]
    with transaction.begin(store, company.admin) as tx:
        teams.change(tx, company.support, {"parent_id": below.id})
        with pytest.raises(Rejection, match="stands below"):
            teams.change(tx, company.sales, {"parent_id": company.support})
    with transaction.read(store, company.mia) as tx:
        assert visibility.viewer(tx).teams == {company.sales, below.id, company.support}
        assert clients.get(tx, northern.id).name == "Nordlicht AG"


def test_a_record_shared_with_a_group_is_read_and_not_written(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        sharing.share(tx, clients.get(tx, company.client), "group:legal")
    with transaction.begin(store, company.eve) as tx:
        assert clients.get(tx, company.client).name == "Adler Optik GmbH"
        with pytest.raises(Rejection) as refusal:
            clients.change(tx, company.client, {"name": "Mine now"})
        assert refusal.value.reason == "forbidden"
        with pytest.raises(Rejection):
            sharing.share(tx, clients.get(tx, company.client), company.eve)
    with transaction.begin(store, company.ben) as tx:
        client = clients.get(tx, company.client)
        assert sharing.shared_with(tx, client) == ["group:legal"]
        sharing.unshare(tx, client, "group:legal")
    with transaction.read(store, company.eve) as tx, pytest.raises(Rejection):
        clients.get(tx, company.client)


@pytest.mark.parametrize(
    ("audience", "sees"),
    [
        ("own", {"ben": True, "mia": False, "eve": False, "admin": True}),
        ("all", {"ben": True, "mia": True, "eve": True, "admin": True}),
    ],
)
def test_one_record_can_be_narrower_or_wider_than_the_role(
    store: Store, company: Company, audience: str, sees: dict[str, bool]
):
    with transaction.begin(store, company.ben) as tx:
        clients.change(tx, company.client, {"audience": audience})
    for name, expected in sees.items():
        with transaction.read(store, getattr(company, name)) as tx:
            assert bool(client_list.listing(tx).rows) is expected, name


def test_an_employee_cannot_give_clients_away_but_a_manager_can(store: Store, company: Company):
    eve = company.number(company.eve)
    with (
        pytest.raises(Rejection, match="only a manager"),
        transaction.begin(store, company.ben) as tx,
    ):
        clients.change(tx, company.client, {"owner_id": eve})
    with transaction.begin(store, company.mia) as tx:
        client = clients.change(tx, company.client, {"owner_id": eve})
        assert client.team_id == company.support
    with transaction.read(store, company.ben) as tx, pytest.raises(Rejection):
        clients.get(tx, company.client)


def test_activities_of_a_deal_follow_the_deal_not_the_client(
    store: Store, company: Company, made: dict[str, int]
):
    with transaction.begin(store, company.ben) as tx:
        sharing.share(tx, clients.get(tx, company.client), company.eve)
        interactions.log(tx, {"kind": "note", "summary": "Likes blue", "client_id": company.client})
    with transaction.read(store, company.eve) as tx:
        seen = interactions.of_client(tx, company.client).rows
        assert [one.summary for one in seen] == ["Likes blue"]
        assert deals.of_client(tx, company.client) == []
