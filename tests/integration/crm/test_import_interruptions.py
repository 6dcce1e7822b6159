"""A real spreadsheet of LibreOffice, and a process that is killed in the middle of an import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_entities import client_list, clients
from crm_entities.clients import Client
from crm_entities.imports import checking, runs, writing
from ledger import transaction
from ledger.store import Store
from scheduler import imports
from tests.integration.crm.conftest import Company

DATA = Path(__file__).with_name("data")
ROOT = Path(__file__).parents[3]

CARRY_ON = """
import sys, time
from crm_entities.imports import runs
from ledger.store import Store
from scheduler import imports
runs.BATCH = 50
def told(progress):
    print(progress.state, progress.done, flush=True)
    if progress.done >= 100:
        time.sleep(60)
imports.carry_on(Store.open(sys.argv[1]), "system", int(sys.argv[2]), told)
"""


def test_a_list_saved_by_libreoffice_comes_in_without_loss(store: Store, company: Company):
    content = (DATA / "libreoffice.xlsx").read_bytes()
    with transaction.begin(store, company.mia) as tx:
        number = runs.prepare(tx, "client", "u.xlsx", content).id
        preview = checking.preview(tx, number)
        kinds = {column.title: column.kind for column in preview.columns}
        assert (kinds["Seit"], kinds["Umsatz"], kinds["Telefon"]) == ("date", "number", "phone")
        since = next(column.index for column in preview.columns if column.title == "Seit")
        runs.begin(tx, number, {**preview.mapping, since: "birthday"})
    assert imports.carry_on(store, company.mia, number).state == "done"
    with transaction.read(store, company.mia) as tx:
        found = [row.id for row in client_list.listing(tx).rows if row.id != company.client]
        rows = [clients.get(tx, number) for number in found]
    assert {(row.name, row.city, str(row.birthday)) for row in rows} == {
        ("Müller & Söhne", "Köln", "2020-02-13"),
        ("Żółw", "Łódź", "2021-03-01"),
        ("Север", "Тула", "None"),
        ("北京华天", "北京", "None"),
    }


def test_an_import_killed_in_the_middle_is_carried_on(store: Store, company: Company):
    rows = "\n".join(["Name", *(f"Client {number}" for number in range(240))]).encode()
    with transaction.begin(store, company.mia) as tx:
        number = runs.prepare(tx, "client", "many.csv", rows).id
        runs.begin(tx, number, {0: "name"})
    url = store.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", CARRY_ON, url, str(number)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.split() == ["running", "100"]:
                break
        process.kill()
    with transaction.read(store, company.admin) as tx:
        assert client_list.count(tx) == 1
        (left,) = runs.unfinished(tx)
        assert (left.id, left.position) == (number, 100)
    assert imports.resume_all(store) == 1
    with transaction.read(store, company.admin) as tx:
        assert client_list.count(tx) == 241
        assert tx.session.scalar(select(func.count(func.distinct(Client.name)))) == 241
        assert runs.unfinished(tx) == []


def test_the_heartbeat_carries_on_what_nobody_moves_in_the_name_of_who_began(
    store: Store, company: Company, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(runs, "BATCH", 2)
    with transaction.begin(store, company.mia) as tx:
        number = runs.prepare(tx, "client", "few.csv", b"Name\nOne\nTwo\nThree\nFour\n").id
        runs.begin(tx, number, {0: "name"})
    first = imports.carry_left(store, {})
    transaction.run(store, company.mia, lambda tx: writing.next_batch(tx, number))
    second = imports.carry_left(store, first)
    assert (first, second) == ({number: ("running", 0)}, {number: ("running", 2)})
    assert imports.carry_left(store, second) == {}
    with transaction.read(store, company.admin) as tx:
        assert runs.get(tx, number).state == "done"
        added = tx.session.scalars(select(Client).where(Client.import_id == number)).all()
        assert {f"staff:{client.owner_id}" for client in added} == {company.mia}
        assert len(added) == 4
