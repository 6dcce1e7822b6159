"""Activities and own fields: who talked when, and what a company adds to its records."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crm_entities import clients, custom_fields, interactions
from ledger import transaction
from ledger.rejection import Rejection
from ledger.store import Store
from tests.integration.crm.conftest import Company


def test_an_activity_moves_the_last_contact_but_a_note_does_not(store: Store, company: Company):
    yesterday = datetime(2026, 1, 4, 15, tzinfo=UTC)
    with transaction.begin(store, company.ben) as tx:
        interactions.log(tx, {"kind": "note", "summary": "Likes blue", "client_id": company.client})
        assert clients.get(tx, company.client).last_contact_at is None
        given = {
            "kind": "call",
            "summary": "Called",
            "deal_id": company.deal,
            "at": yesterday.isoformat(),
        }
        call = interactions.log(tx, given)
        older = {**given, "at": (yesterday - timedelta(days=3)).isoformat()}
        interactions.log(tx, older)
        assert call.client_id == company.client
    with transaction.read(store, company.ben) as tx:
        assert clients.get(tx, company.client).last_contact_at == yesterday
        assert interactions.of_deal(tx, company.deal).rows[0].at == yesterday
        assert interactions.of_client(tx, company.client).rows[0].author is not None


def test_only_its_author_corrects_an_activity(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        call = interactions.log(
            tx, {"kind": "call", "summary": "Caled", "client_id": company.client}
        )
        interactions.change(tx, call.id, {"summary": "Called"})
    with pytest.raises(Rejection, match="author"), transaction.begin(store, company.mia) as tx:
        interactions.change(tx, call.id, {"summary": "Never called"})


def test_own_fields_are_typed_required_and_chosen(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        custom_fields.define(tx, "client", "size", "choice", "Size", choices=["small", "large"])
        custom_fields.define(tx, "client", "since", "date", "Since", is_required=True)
    with transaction.begin(store, company.ben) as tx:
        for custom, words in (
            ({"size": "huge", "since": "2020-01-01"}, "one of small, large"),
            ({"size": "small"}, "required field since"),
            ({"since": "soon"}, "a date in field since"),
            ({"since": "2020-01-01", "x": 1}, "none called “x”"),
        ):
            with pytest.raises(Rejection, match=words):
                clients.create(tx, {"name": "New", "custom": custom})
        client = clients.create(
            tx, {"name": "New", "custom": {"size": "small", "since": "2020-01-01"}}
        )
        clients.change(tx, client.id, {"custom": {"size": None}})
        assert client.custom == {"since": "2020-01-01"}
        clients.change(tx, company.client, {"source": "fair"})
