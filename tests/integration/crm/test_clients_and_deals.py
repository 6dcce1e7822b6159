"""What a client's and a deal's life allows, and what is written down of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, select

from crm_entities import client_list, clients, contacts, deal_board, deals, pipelines, search
from crm_entities.pipelines import Stage
from ledger import event_log, transaction
from ledger.rejection import Rejection
from ledger.store import Store
from tests.integration.crm.conftest import STAGES, Company


def test_the_second_of_two_editors_is_told_whose_change_is_in_the_way(
    store: Store, company: Company
):
    with transaction.read(store, company.mia) as tx:
        seen = clients.get(tx, company.client).version
    with transaction.begin(store, company.ben) as tx:
        clients.change(tx, company.client, {"source": "fair"}, version=seen)
    with pytest.raises(Rejection) as refusal, transaction.begin(store, company.mia) as tx:
        clients.change(tx, company.client, {"source": "web"}, version=seen)
    assert refusal.value.reason == "conflict"
    assert "Ben Carter changed it at 2026-01-05 09:01" in refusal.value.sentence


def test_a_change_that_changes_nothing_leaves_no_trace(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        before = clients.get(tx, company.client).version
        clients.change(tx, company.client, {"name": "Adler Optik GmbH"}, version=before)
        assert clients.get(tx, company.client).version == before
        assert tx.changes == []


def test_values_of_a_person_lie_apart_from_the_event(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        clients.change(tx, company.client, {"name": "Adler & Co", "source": "fair"})
    with transaction.read(store, company.ben) as tx:
        event = event_log.of_subjects(tx, [f"client:{company.client}"])[0]
        assert event.kind == "client_changed"
        assert event.data == {"changes": {"source": [None, "fair"]}, "fields": ["name", "source"]}
        values = event_log.event_values
        rows = tx.execute(select(values).where(values.c.event_id == event.id)).all()
        assert [(row.field, row.before, row.after) for row in rows] == [
            ("name", "Adler Optik GmbH", "Adler & Co")
        ]


def test_input_is_normalised(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        client = clients.create(
            tx,
            {
                "name": "  Berg  ",
                "phones": ["030 23125 012", {"value": "+33 1 99 00 00 11", "label": "Paris"}],
                "mails": "Office@BERG.Example",
                "tags": "vip, VIP, south",
                "addresses": [{"city": "Ulm", "country": "DE"}],
                "source": "",
            },
        )
    assert (client.name, client.city, client.country, client.source) == ("Berg", "Ulm", "DE", None)
    assert client.phones == [
        {"value": "+493023125012", "label": ""},
        {"value": "+33199000011", "label": "Paris"},
    ]
    assert (client.mail, client.tags) == ("Office@berg.example", ["vip", "south"])


REFUSED: dict[str, tuple[dict[str, object], str]] = {
    "name": ({"name": " "}, "have a name"),
    "mails": ({"name": "A", "mails": ["not a mail"]}, "Expected a mail address"),
    "phones": ({"name": "A", "phones": ["no number"]}, "Expected a phone number"),
    "birthday": ({"name": "A", "birthday": "31.02.2020"}, "Expected a date"),
    "note": ({"name": "A", "note": "a\x00b"}, "control characters"),
    "colour": ({"name": "A", "colour": "red"}, "Unknown field"),
    "addresses": ({"name": "A", "addresses": [{"country": "XX"}]}, "addresses 1 country"),
}


def test_bad_input_names_its_field(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        for field, (values, words) in REFUSED.items():
            with pytest.raises(Rejection) as refusal:
                clients.create(tx, values)
            assert refusal.value.field == field
            assert words in f"{refusal.value.sentence}", field


def test_a_client_goes_through_life_with_reasons(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        with pytest.raises(Rejection, match="a reason"):
            clients.set_status(tx, company.client, "active")
        clients.set_status(tx, company.client, "active", reason="First order")
        with pytest.raises(Rejection, match="become one of lost, regular, not potential"):
            clients.set_status(tx, company.client, "potential", reason="why not")
        clients.set_status(tx, company.client, "lost", reason="Moved away")
        assert clients.get(tx, company.client).lost_reason == "Moved away"
        clients.set_status(tx, company.client, "active", reason="Came back")
        assert clients.get(tx, company.client).lost_reason is None
    with transaction.read(store, company.ben) as tx:
        told = event_log.of_subjects(tx, [f"client:{company.client}"])
        assert [event.data["reason"] for event in told[:3]] == [
            "Came back",
            "Moved away",
            "First order",
        ]


def test_a_list_pages_by_key_in_every_order(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        for number in range(12):
            clients.create(tx, {"name": f"Client {number % 3}"})
    with transaction.read(store, company.ben) as tx:
        for order in client_list.ORDERS:
            seen, after = [], None
            while True:
                page = client_list.listing(tx, order=order, after=after, most=5)
                seen += [row.id for row in page.rows]
                after = page.next
                if after is None:
                    break
            assert len(seen) == len(set(seen)) == 13, order
        names = [row.name for row in client_list.listing(tx, most=13).rows]
        assert names == sorted(names)
        with pytest.raises(Rejection, match="key of a page"):
            client_list.listing(tx, after="nonsense")


def test_the_page_behind_a_key_begins_the_index_there(store: Store, company: Company):
    if not store.is_sqlite:
        pytest.skip("PostgreSQL scans small tables however good the index is")
    with transaction.begin(store, company.ben) as tx:
        clients.create(tx, {"name": "Zander Optik"})
    asked: list[tuple[str, Any]] = []

    def keep(_connection: object, _cursor: object, text: str, given: Any, *_rest: object) -> None:
        asked.append((text, given))

    with transaction.read(store, company.ben) as tx:
        after = client_list.listing(tx, most=1).next
        event.listen(store.engine, "before_cursor_execute", keep)
        assert [row.name for row in client_list.listing(tx, after=after).rows] == ["Zander Optik"]
        event.remove(store.engine, "before_cursor_execute", keep)
        text, values = asked[0]
        plan = tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
    assert "SEARCH crm_client USING INDEX ix_crm_client_name_id (name>?)" in [
        row[3] for row in plan
    ]


def test_filters_of_a_list_hold_together(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        clients.create(tx, {"name": "Müller Köln", "tags": ["vip"], "source": "fair"})
        clients.create(tx, {"name": "Müller Bonn", "tags": ["vip"], "source": "web"})
    with transaction.read(store, company.mia) as tx:
        assert [
            row.name for row in client_list.listing(tx, text="mull", tag="VIP", source="fair").rows
        ] == ["Müller Köln"]
        assert (
            client_list.listing(tx, text="mueller", owner_id=company.number(company.mia)).rows == []
        )
        assert client_list.count(tx) == 3
        assert client_list.count(tx, ceiling=2) == 2


SEARCHES = {
    "adler": "client",
    "ÁDLER opt": "client",
    "office@adler": "client",
    "adler.example": "client",
    "DE 123": "client",
    "K-77": "client",
    "0228 1234": "contact",
    "+49 (228) 12": "contact",
    "groß": "contact",
    "gross": "contact",
    "北京": "contact",
    "京": "contact",
    "北京groß": "contact",
    "lens": "deal",
    "adler bonn": None,
    "234567": None,
    "%": None,
    "": None,
}


def test_search_finds_by_name_phone_mail_and_number(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        clients.change(tx, company.client, {"number": "K-77", "tax_numbers": ["DE 123 456 789"]})
        contacts.create(
            tx,
            {"client_id": company.client, "name": "Jürgen Groß 北京", "phones": ["0228 1234567"]},
        )
    with transaction.read(store, company.ben) as tx:
        for text, expected in SEARCHES.items():
            hits = search.find(tx, text)
            assert (hits[0].subject.partition(":")[0] if hits else None) == expected, text
            assert all(hit.client_id == company.client for hit in hits)


def test_search_forgets_old_words(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        clients.change(tx, company.client, {"name": "Falke Linsen"})
        assert search.find(tx, "Falke")
        assert not search.find(tx, "Optik")


def test_a_client_has_one_main_contact(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        first = contacts.create(tx, {"client_id": company.client, "name": "First"})
        second = contacts.create(
            tx, {"client_id": company.client, "name": "Second", "is_main": True}
        )
        assert first.is_main is False
        assert [one.name for one in contacts.of_client(tx, company.client)] == ["Second", "First"]
        contacts.remove(tx, second.id, version=second.version)
        assert [one.name for one in contacts.of_client(tx, company.client)] == ["First"]


def test_a_deal_takes_its_probability_and_state_from_its_stage(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        deal = deals.get(tx, company.deal)
        assert (deal.pipeline_stage, deal.probability, deal.currency) == ("lead", 10, "EUR")
        deals.move(tx, company.deal, "proposal")
        assert (deal.state, deal.probability) == ("open", 50)
        with pytest.raises(Rejection, match="why the deal is lost"):
            deals.move(tx, company.deal, "lost")
        deals.move(tx, company.deal, "lost", lost_reason="Too dear")
        assert (deal.state, deal.closed_at) == ("lost", tx.now)
        deals.move(tx, company.deal, "lead")
        assert (deal.state, deal.closed_at) == ("open", None)
        with pytest.raises(Rejection, match="lead, proposal, won, lost"):
            deals.move(tx, company.deal, "signed")


def test_money_is_exact(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        deals.create(
            tx, {"client_id": company.client, "title": "B", "amount": "0.1", "currency": "PLN"}
        )
        deals.create(
            tx,
            {
                "client_id": company.client,
                "title": "C",
                "amount": Decimal("0.2"),
                "currency": "PLN",
            },
        )
        with pytest.raises(Rejection, match="four decimal places"):
            deals.change(tx, company.deal, {"amount": "1.00001"})
        with pytest.raises(Rejection) as refusal:
            deals.change(tx, company.deal, {"currency": "ZZZ"})
        assert refusal.value.field == "currency"
    with transaction.read(store, company.ben) as tx:
        lead = deal_board.columns(tx, "sales")[0]
        assert (lead.stage.key, lead.count) == ("lead", 3)
        assert lead.sums == {"EUR": Decimal("1200.5"), "PLN": Decimal("0.3")}
        amounts = [deal.amount for deal in deals.listing(tx, order="amount").rows]
        assert amounts == [Decimal("1200.5"), Decimal("0.2"), Decimal("0.1")]


def test_the_board_takes_two_statements_and_shows_the_newest(store: Store, company: Company):
    with transaction.begin(store, company.ben) as tx:
        for number in range(5):
            deals.create(tx, {"client_id": company.client, "title": f"Deal {number}"})
    with transaction.read(store, company.ben) as tx:
        lead = deal_board.columns(tx, "sales", most=2)[0]
        assert [deal.title for deal in lead.deals] == ["Deal 4", "Deal 3"]
        assert lead.count == 6


def test_a_stage_with_deals_cannot_be_taken_out_of_a_pipeline(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        with pytest.raises(Rejection, match="stage lead to stay"):
            pipelines.redefine(tx, "sales", "Sales", STAGES[1:])
        pipelines.redefine(
            tx, "sales", "Sales", [*STAGES[:2], Stage("demo", "Demo", 60), *STAGES[2:]]
        )
        assert [one.key for one in pipelines.stages_of(tx, "sales")] == [
            "lead",
            "proposal",
            "demo",
            "won",
            "lost",
        ]
    with (
        pytest.raises(Rejection, match=r"settings\.manage"),
        transaction.begin(store, company.ben) as tx,
    ):
        pipelines.define(tx, "mine", "Mine", STAGES)
