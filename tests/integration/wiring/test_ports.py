"""What the engine and the scheduler learn of the CRM."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from crm_entities import absences, clients, contacts, custom_fields, deals, staff, teams
from crm_entities import company as companies
from engine import calendars, ports
from engine.feel import Value
from ledger import event_log, transaction
from ledger.rejection import Rejection
from ledger.store import Store
from scheduler import ports as scheduler_ports
from tests.integration.crm.conftest import Company
from web.settings import Settings
from web.wiring import connections

WEEK = {"mon": ["08:00-12:00"]}


@pytest.fixture
def wired(store: Store, company: Company) -> Store:
    """The small company's store with its ports."""
    connections.connect(store, Settings())
    return store


def test_people_are_found_by_login_group_and_manager(wired: Store, company: Company):
    with transaction.read(wired, "system") as tx:
        people = tx.port(ports.People)
        assert people.person(tx, "Ben") == company.ben
        assert people.person(tx, "nobody") is None
        assert set(people.members(tx, "group:legal")) == {company.eve, company.admin}
        assert people.members(tx, "group:unknown") == []
        assert people.lead(tx, "group:legal") == company.eve
        assert people.groups_of(tx, company.eve) == ["group:legal"]
        assert people.manager(tx, company.ben) == company.mia
        assert people.manager(tx, company.mia) is None
        assert people.is_active(tx, company.ben)
        assert not people.is_active(tx, "staff:9999")


def test_a_teams_manager_is_the_manager_of_those_who_name_none(wired: Store, company: Company):
    with transaction.begin(wired, company.admin) as tx:
        staff.change(tx, company.number(company.ben), {"manager_id": None})
        assert tx.port(ports.People).manager(tx, company.ben) == company.mia


def test_who_left_is_no_member_any_more(wired: Store, company: Company):
    with transaction.begin(wired, company.admin) as tx:
        staff.leave(tx, company.number(company.eve))
        people = tx.port(ports.People)
        assert people.members(tx, "group:legal") == [company.admin]
        assert people.lead(tx, "group:legal") is None
        assert not people.is_active(tx, company.eve)


def test_a_substitute_stands_in_and_is_stood_in_for(wired: Store, company: Company):
    ben, mia, eve = (company.number(one) for one in (company.ben, company.mia, company.eve))
    monday = datetime(2026, 1, 12, tzinfo=UTC)
    with transaction.begin(wired, company.admin) as tx:
        absences.plan(tx, ben, monday, monday + timedelta(days=5), substitute_id=mia)
        absences.plan(tx, mia, monday, monday + timedelta(days=1), substitute_id=eve)
        stand_in = tx.port(ports.People).stand_in
        assert stand_in(tx, company.ben, monday - timedelta(seconds=1)) == company.ben
        assert stand_in(tx, company.ben, monday) == company.eve
        assert stand_in(tx, company.ben, monday + timedelta(days=1)) == company.mia
        assert stand_in(tx, company.ben, monday + timedelta(days=5)) == company.ben


def test_substitutes_in_a_circle_leave_the_work_where_it_is(wired: Store, company: Company):
    ben, mia = company.number(company.ben), company.number(company.mia)
    monday = datetime(2026, 1, 12, tzinfo=UTC)
    with transaction.begin(wired, company.admin) as tx:
        absences.plan(tx, ben, monday, monday + timedelta(days=5), substitute_id=mia)
        absences.plan(tx, mia, monday, monday + timedelta(days=5), substitute_id=ben)
        assert tx.port(ports.People).stand_in(tx, company.ben, monday) == company.ben


RIGHTS = (
    ("ben", "case.act", "deal", True),
    ("eve", "case.act", "deal", False),
    ("ben", "case.act", None, False),
    ("ben", "case.reassign", "deal", False),
    ("mia", "case.reassign", "deal", True),
    ("mia", "case.reassign", "client", True),
    ("mia", "case.reassign", None, True),
    ("mia", "case.repair", None, False),
    ("admin", "case.repair", "deal", True),
)


def test_a_right_reaches_as_far_as_the_role_says(wired: Store, company: Company):
    with transaction.read(wired, "system") as tx:
        for who, right, on, expected in RIGHTS:
            subject = None if on is None else f"{on}:{getattr(company, on)}"
            answer = tx.port(ports.People).has_right(tx, getattr(company, who), right, subject)
            assert answer is expected, (who, right, on)


def test_a_deal_brings_its_client_and_the_clients_main_contact(wired: Store, company: Company):
    with transaction.begin(wired, company.admin) as tx:
        custom_fields.define(tx, "deal", "discount", "number", "Discount")
        deals.change(tx, company.deal, {"custom": {"discount": "2.50"}, "close_date": "2026-02-01"})
        contacts.create(
            tx, {"client_id": company.client, "name": "Otto", "mails": ["otto@adler.example"]}
        )
    with transaction.read(wired, "system") as tx:
        paths = [
            ("deal", "amount"),
            ("deal", "discount"),
            ("client", "status"),
            ("contact", "mail"),
        ]
        found = tx.port(ports.Subjects).fields(tx, f"deal:{company.deal}", paths)
    deal, client, contact = (found[root] for root in ("deal", "client", "contact"))
    assert isinstance(deal, dict)
    assert isinstance(client, dict)
    assert isinstance(contact, dict)
    assert deal["amount"] == Decimal("1200.5")
    assert deal["discount"] == Decimal("2.50")
    assert deal["close_date"] == date(2026, 2, 1)
    assert deal["owner"] == company.ben
    assert client["id"] == company.client
    assert client["mails"] == ["office@adler.example"]
    assert contact["mail"] == "otto@adler.example"


def test_only_the_records_that_are_named_are_read(wired: Store, company: Company):
    with transaction.read(wired, "system") as tx:
        found = tx.port(ports.Subjects).fields(tx, f"deal:{company.deal}", [("deal", "amount")])
        assert set(found) == {"deal"}
        assert tx.port(ports.Subjects).fields(tx, "deal:9999", [("deal", "amount")]) == {}


def test_a_process_sets_fields_in_its_own_right(wired: Store, company: Company):
    """Eve may not write the deal; the process whose task she completed may."""
    with transaction.begin(wired, company.eve) as tx:
        tx.port(ports.Subjects).set_fields(
            tx,
            f"deal:{company.deal}",
            {
                ("deal", "pipeline_stage"): "won",
                ("deal", "amount"): Decimal(1000) / Decimal(3),
                ("deal", "owner"): company.mia,
                ("client", "status"): "active",
            },
        )
        with pytest.raises(Rejection):
            deals.get(tx, company.deal)
    with transaction.read(wired, "system") as tx:
        deal = deals.get(tx, company.deal)
        assert (deal.state, deal.probability, deal.closed_at) == ("won", 100, tx.now)
        assert deal.amount == Decimal("333.3333")
        assert deal.owner_id == company.number(company.mia)
        assert clients.get(tx, company.client).status == "active"
        moved = event_log.of_subjects(tx, [f"deal:{company.deal}"])[0]
        assert (moved.kind, moved.actor) == ("deal_moved", company.eve)


REFUSED: dict[tuple[str, ...], tuple[Value, str]] = {
    ("deal", "pipeline_stage"): ("audit", "lead, proposal, won, lost"),
    ("deal", "id"): (Decimal(3), "can be set"),
    ("deal", "colour"): ("red", "none called “colour”"),
    ("deal", "owner"): ("Ben", "such as staff:4"),
    ("case", "x"): ("y", "client, deal or contact"),
    ("contact", "name"): ("Otto", "of its own"),
    ("client", "status"): ("gone", "out of potential"),
}


def test_a_field_that_cannot_be_set_is_refused_in_words(wired: Store, company: Company):
    for path, (value, words) in REFUSED.items():
        with pytest.raises(Rejection, match=words), transaction.begin(wired, "system") as tx:
            tx.port(ports.Subjects).set_fields(tx, f"deal:{company.deal}", {path: value})


def test_a_set_field_is_told_to_whoever_watches(wired: Store, company: Company):
    with transaction.begin(wired, "worker") as tx:
        tx.port(ports.Subjects).set_fields(
            tx, f"deal:{company.deal}", {("deal", "pipeline_stage"): "proposal"}
        )
        (change,) = tx.changes
    assert change.subject == f"deal:{company.deal}"
    assert change.fields["pipeline_stage"] == ("lead", "proposal")
    assert change.fields["probability"] == (10, 50)


def test_the_most_specific_calendar_wins(wired: Store, company: Company):
    subject = f"deal:{company.deal}"

    def chosen() -> tuple[int, int]:
        return tx.port(ports.WorkingTime).calendar_for(tx, subject, company.ben, "definition-key")

    with transaction.begin(wired, company.admin) as tx:
        made = {
            key: calendars.define(tx, key, {"timezone": "Europe/Berlin", "week": WEEK}, title=key)
            for key in ("of-client", "of-team", "definition-key", "of-company")
        }
        companies.set_up(tx, {"name": "Example", "calendar": "of-company"})
        clients.change(tx, company.client, {"calendar": "of-client"})
        teams.change(tx, company.sales, {"calendar": "of-team"})
        assert chosen() == made["of-client"]
        clients.change(tx, company.client, {"calendar": "no-such-calendar"})
        assert chosen() == made["of-team"]
        teams.change(tx, company.sales, {"calendar": None})
        assert chosen() == made["definition-key"]
        assert tx.port(ports.WorkingTime).calendar_for(tx, None, None, None) == made["of-company"]


def test_a_company_without_a_calendar_gets_nine_to_five(wired: Store, company: Company):
    with transaction.begin(wired, "system") as tx:
        number, version = tx.port(ports.WorkingTime).calendar_for(tx, None, None, None)
        assert calendars.source(tx, number, version)["week"]["fri"] == ["09:00-17:00"]
        assert tx.port(ports.WorkingTime).calendar_for(tx, None, None, None) == (number, version)


def test_recipients_have_an_address_until_they_leave(wired: Store, company: Company):
    ben = company.number(company.ben)
    with transaction.begin(wired, company.admin) as tx:
        companies.set_up(tx, {"name": "Example", "language": "fr", "zone": "Europe/Paris"})
        quiet = {"from": "20:00", "to": "07:30"}
        staff.change(
            tx, ben, {"mail": "ben@Example.COM", "quiet_hours": quiet, "zone": "Europe/Warsaw"}
        )
        address = tx.port(scheduler_ports.Recipients).address(tx, company.ben)
        assert address == scheduler_ports.Address(
            "Ben Carter", "ben@example.com", "fr", "Europe/Warsaw", time(20), time(7, 30)
        )
        staff.leave(tx, ben)
        assert tx.port(scheduler_ports.Recipients).address(tx, company.ben) is None


def test_a_mail_calls_a_record_by_name_only_to_those_who_may_see_it(wired: Store, company: Company):
    with transaction.read(wired, "system") as tx:
        names = tx.port(scheduler_ports.Names)
        assert names.subject(tx, f"deal:{company.deal}", company.ben) == "Lenses"
        assert names.subject(tx, f"client:{company.client}", company.mia) == "Adler Optik GmbH"
        assert names.subject(tx, f"client:{company.client}", company.eve) is None
