"""A client list comes in wholly or not at all, and can be taken back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from crm_entities import client_list, clients, contacts, custom_fields, deals, search
from crm_entities.clients import Client
from crm_entities.imports import checking, reading, rejected, runs, writing
from ledger import event_log, transaction
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import RecordChange
from tests.integration.crm.conftest import Company
from tests.integration.crm.lists import ROWS, TITLES, bring_in, finish, prepared, xlsx


def test_a_preview_shows_columns_targets_and_the_likely_mapping(store: Store, company: Company):
    number = prepared(store, company.mia, "kunden.xlsx", xlsx(TITLES, ROWS))
    with transaction.read(store, company.mia) as tx:
        preview = checking.preview(tx, number)
    assert [preview.mapping[column.index] for column in preview.columns] == [
        *(
            "name",
            "contact_name",
            "phone",
            "mail",
            "street",
            "postcode",
            "city",
            "country",
            "number",
        ),
        "",
    ]
    assert preview.rows[0][0] == "Müller & Söhne"
    assert [column.kind for column in preview.columns][:4] == ["text", "text", "text", "mail"]


def test_a_dry_run_counts_and_writes_nothing(store: Store, company: Company):
    number = prepared(store, company.mia, "kunden.xlsx", xlsx(TITLES, ROWS))
    with transaction.begin(store, company.mia) as tx:
        mapping = checking.preview(tx, number).mapping
        report = checking.dry_run(tx, number, mapping)
        written_all_the_same = checking.dry_run(tx, number, mapping, duplicates="write")
        assert tx.session.scalar(select(func.count(Client.id))) == 1
    assert (report.total, report.good, report.rejected) == (5, 2, 3)
    assert {row.number: row.reason for row in report.rows if row.reason} == {
        4: "Expected a name, but the row has none",
        5: "the same mail as row 2",
        6: "phones 1: Expected a phone number of DE or one that begins with + and a country code, but got “call me”",
    }
    assert (written_all_the_same.good, written_all_the_same.doubtful) == (3, 1)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_list_comes_in_without_loss(store: Store, company: Company, kind: str):
    if kind == "xlsx":
        content = xlsx(TITLES, ROWS)
    else:
        lines = [
            ";".join(str(cell).replace("Łódź Sp. z o.o.", "Süd").replace("Ł", "L") for cell in row)
            for row in ROWS
        ]
        content = (
            "\r\n".join([";".join(TITLES), *lines])
            .replace("Żabia", "Zabia")
            .replace("ódź", "ódz")
            .encode("cp1252")
        )
    number = bring_in(store, company.mia, f"kunden.{kind}", content)
    with transaction.read(store, company.mia) as tx:
        run = runs.get(tx, number)
        assert (run.state, run.written, run.rejected) == ("done", 2, 3)
        (found,) = client_list.listing(tx, text="muller").rows
        client = clients.get(tx, found.id)
        assert (client.name, client.city, client.country) == ("Müller & Söhne", "Köln", "DE")
        assert client.addresses[0]["street"] == "Weg 1"
        assert client.phone == "+492281234567"
        assert client.owner_id == company.number(company.mia)
        (person,) = contacts.of_client(tx, client.id)
        assert (person.name, person.is_main) == ("Jürgen Groß", True)
        created = event_log.of_subjects(tx, [client.subject])
        assert [(one.kind, one.data["import"]) for one in created] == [("client_created", number)]


def test_rejected_rows_come_back_with_the_reason_and_without_formulas(
    store: Store, company: Company
):
    rows = [["=1+1", ""], ["", "@SUM(A1)"], ["Adler", "x@y"]]
    number = bring_in(
        store, company.mia, "a.xlsx", xlsx(["Name", "Mail"], [["Good", "a@b.example"], *rows[1:]])
    )
    with transaction.read(store, company.mia) as tx:
        content = rejected.as_xlsx(tx, number)
    sheet = reading.read("rejected.xlsx", content)
    assert list(sheet.titles) == ["Name", "Mail", "Reason"]
    assert [row[1] for row in sheet.rows] == ["@SUM(A1)", "x@y"]
    assert "mail address" in str(sheet.rows[0][2])


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch):
    """Three batches should not need a thousand rows."""
    monkeypatch.setattr(runs, "BATCH", 50)


MANY = [["Name", "Mail"], *([f"Client {number}", f"c{number}@x.example"] for number in range(121))]
CSV = "\n".join(",".join(row) for row in MANY).encode()


def test_nothing_is_half_imported(store: Store, company: Company):
    """After each batch another process takes over, as after a kill; nobody sees a row until all are there."""
    number = prepared(store, company.mia, "many.csv", CSV)
    with transaction.begin(store, company.mia) as tx:
        runs.begin(tx, number, {0: "name", 1: "mail"})
    seen = []
    for _ in range(3):
        other = Store.open(
            store.engine.url.render_as_string(hide_password=False), clock=store.clock
        )
        with transaction.begin(other, "worker") as tx:
            assert [run.id for run in runs.unfinished(tx)] == [number]
            writing.next_batch(tx, number)
        other.close()
        with transaction.read(store, company.admin) as tx:
            seen.append(client_list.count(tx, ceiling=5000))
            hits = search.find(tx, "Client 7")
            assert bool(hits) is (seen[-1] > 1)
    assert seen == [1, 1, 122]
    assert finish(store, company.mia, number) == "done"
    with transaction.read(store, company.admin) as tx:
        assert client_list.count(tx, ceiling=5000) == 122
        assert tx.session.scalar(select(func.count(func.distinct(Client.name)))) == 122


def test_a_batch_that_dies_leaves_no_trace(store: Store, company: Company):
    number = prepared(store, company.mia, "many.csv", CSV)
    with transaction.begin(store, company.mia) as tx:
        runs.begin(tx, number, {0: "name", 1: "mail"})
    with pytest.raises(RuntimeError, match="power"), transaction.begin(store, company.mia) as tx:
        writing.next_batch(tx, number)
        raise RuntimeError("power")
    assert finish(store, company.mia, number) == "done"
    with transaction.read(store, company.mia) as tx:
        assert runs.get(tx, number).written == 121
        assert tx.session.scalar(select(func.count(Client.id))) == 122


def test_watchers_hear_of_each_record_once_it_is_shown(store: Store, company: Company):
    heard: list[RecordChange] = []
    store.before_commit.append(lambda tx: heard.extend(tx.changes))
    number = prepared(store, company.mia, "many.csv", CSV)
    with transaction.begin(store, company.mia) as tx:
        runs.begin(tx, number, {0: "name", 1: "mail"})
    while True:
        with transaction.begin(store, company.mia) as tx:
            state = writing.next_batch(tx, number).state
        if state != "running":
            break
        assert heard == []
    assert finish(store, company.mia, number) == "done"
    assert len({change.subject for change in heard}) == len(heard) == 121
    assert heard[0].fields["name"] == (None, "Client 0")


def test_the_mapping_of_a_file_is_remembered(store: Store, company: Company):
    content = b"Alpha,Beta\nAdler Nord,a@b.example\n"
    number = prepared(store, company.mia, "a.csv", content)
    with transaction.begin(store, company.mia) as tx:
        assert "name" not in checking.preview(tx, number).mapping.values()
        with pytest.raises(Rejection, match="holds the name"):
            checking.dry_run(tx, number, {1: "mail"})
        runs.begin(tx, number, {0: "name", 1: "mail"})
    again = prepared(store, company.mia, "b.csv", content.replace(b"Nord", b"West"))
    with transaction.read(store, company.mia) as tx:
        preview = checking.preview(tx, again)
    assert (preview.is_remembered, preview.mapping) == (True, {0: "name", 1: "mail"})


def test_what_is_known_already_is_skipped(store: Store, company: Company):
    content = b"Name,Mail,Phone\nAdler Optik,OFFICE@adler.example,\nAdler Optik GmbH,other@adler.example,\n"
    number = prepared(store, company.mia, "a.csv", content)
    with transaction.read(store, company.mia) as tx:
        report = checking.dry_run(tx, number, {0: "name", 1: "mail"})
    known = f"client {company.client} (Adler Optik GmbH)"
    assert report.rows[0].reason == f"the same mail as {known}"
    assert report.rows[1].reason is None
    assert f"the same name as {known}" in report.rows[1].warnings
    with transaction.read(store, company.admin) as tx:
        assert checking.dry_run(tx, number, {0: "name", 1: "mail"}).rejected == 1


def test_an_import_does_not_tell_of_clients_the_importer_may_not_see(
    store: Store, company: Company
):
    with transaction.begin(store, company.eve) as tx:
        clients.create(tx, {"name": "Secret AG", "mails": ["boss@secret.example"]})
    number = prepared(store, company.mia, "a.csv", b"Name,Mail\nNew AG,boss@secret.example\n")
    with transaction.read(store, company.mia) as tx:
        assert checking.dry_run(tx, number, {0: "name", 1: "mail"}).rejected == 0


def test_contacts_find_their_clients(store: Store, company: Company):
    content = b"Firma,Name,Email\nAdler Optik GmbH,Otto Klein,otto@adler.example\nUnbekannt,Anna,\n"
    number = bring_in(store, company.mia, "kontakte.csv", content, "contact")
    with transaction.read(store, company.mia) as tx:
        (person,) = contacts.of_client(tx, company.client)
        assert (person.name, person.mail, person.is_main) == (
            "Otto Klein",
            "otto@adler.example",
            True,
        )
        assert [one.reason for one in runs.remarks(tx, number)] == [
            "no client is called “Unbekannt”"
        ]


def test_own_fields_status_tags_owner_and_dates_are_read(store: Store, company: Company):
    with transaction.begin(store, company.admin) as tx:
        custom_fields.define(tx, "client", "discount", "number", "Discount")
    content = (
        "Name;Status;Tags;Betreuer;Geburtstag;Discount;Notiz;Bemerkung\n"
        "Anna;Stammkunde;vip, süd;ben;13.2.1980;2,50 %;eins;zwei\n"
        "Bert;Stammkunde;;Zoe;13.2.1980;2,50 %;;\n"
    ).encode()
    number = bring_in(store, company.mia, "a.csv", content)
    with transaction.read(store, company.mia) as tx:
        (found,) = client_list.listing(tx, tag="SÜD").rows
        client = clients.get(tx, found.id)
        assert (client.status, client.owner_id) == ("regular", company.number(company.ben))
        assert client.birthday == date(1980, 2, 13)
        assert client.custom == {"discount": "2.50"}
        assert client.note == "eins\nzwei"
        assert [one.reason for one in runs.remarks(tx, number)] == [
            "nobody who works here is called “Zoe”"
        ]


def test_an_import_is_taken_back_except_where_somebody_built_on_it(store: Store, company: Company):
    number = bring_in(store, company.mia, "many.csv", CSV)
    with transaction.begin(store, company.mia) as tx:
        changed, sold, *_ = (hit.client_id for hit in search.find(tx, "Client 11", most=10))
        clients.change(tx, changed, {"source": "fair"})
        deals.create(tx, {"client_id": sold, "title": "A deal"})
        runs.take_back(tx, number)
    with transaction.read(store, company.mia) as tx:
        assert client_list.count(tx, ceiling=5000) == 1
    assert finish(store, company.mia, number) == "undone"
    with transaction.read(store, company.mia) as tx:
        assert {one.id for one in client_list.listing(tx, text="Client").rows} == {changed, sold}
        reasons = {one.subject: one.reason for one in runs.remarks(tx, number)}
        assert reasons == {
            f"client:{changed}": "it was changed since",
            f"client:{sold}": "it has deals",
        }
        assert runs.get(tx, number).kept == 2
        assert {hit.client_id for hit in search.find(tx, "Client")} == {changed, sold}


def test_an_import_that_is_running_can_be_given_up(store: Store, company: Company):
    number = prepared(store, company.mia, "many.csv", CSV)
    with transaction.begin(store, company.mia) as tx:
        runs.begin(tx, number, {0: "name", 1: "mail"})
        writing.next_batch(tx, number)
    with transaction.begin(store, company.mia) as tx:
        runs.take_back(tx, number)
    assert finish(store, company.mia, number) == "undone"
    with transaction.read(store, company.admin) as tx:
        assert tx.session.scalar(select(func.count(Client.id))) == 1


def test_an_import_needs_its_right_and_belongs_to_who_began_it(store: Store, company: Company):
    with pytest.raises(Rejection, match=r"record\.import"):
        prepared(store, company.ben, "a.csv", CSV)
    number = prepared(store, company.mia, "a.csv", CSV)
    with transaction.begin(store, company.admin) as tx:
        assert runs.get(tx, number).by == company.mia
        runs.drop(tx, number)
        with pytest.raises(Rejection, match="it is dropped"):
            runs.begin(tx, number, {0: "name"})
