"""`kontor import`: seen first, written wholly, taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from crm_entities import client_list, staff
from crm_entities.imports import reading
from ledger import transaction
from ledger.store import Store
from web import cli, schema

Run = Callable[..., Result]
LIST = "Kundenliste\r\n\r\nFirma;Ort;Telefon;Ausgeschieden\r\nMüller;Köln;0228 1234567;nein\r\n;Bonn;;ja\r\n"


@pytest.fixture
def company(tmp_path: Path) -> Store:
    """A database with the history of its schema, and one colleague."""
    store = Store.open(f"sqlite:///{tmp_path}/kontor.db")
    schema.upgrade(store, tmp_path)
    with transaction.begin(store, "system") as tx:
        staff.hire(tx, {"login": "mia", "name": "Mia Berg", "roles": ["manager"]})
    (tmp_path / "list.csv").write_bytes(LIST.encode("cp1252"))
    return store


@pytest.fixture
def run(company: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the command in the folder of the database."""
    monkeypatch.chdir(tmp_path)
    address = company.engine.url.render_as_string()
    return lambda *words: CliRunner(env={"KONTOR_DATABASE": address}).invoke(
        cli.main, ["import", *words]
    )


def _names(store: Store) -> list[str]:
    with transaction.read(store, "system") as tx:
        return [client.name for client in client_list.listing(tx).rows]


def test_a_dry_run_shows_everything_and_writes_nothing(run: Run, company: Store):
    said = run("list.csv", "--dry-run", "--as", "mia")
    assert said.exit_code == 0
    assert "2 rows, cp1252, between ';'" in said.stdout
    assert "Firma -> name  (text: Müller)" in said.stdout
    assert "Ausgeschieden -> -" in said.stdout
    assert "row 5: rejected: Expected a name, but the row has none" in said.stdout
    assert "1 of 2 rows are good, 1 rejected" in said.stdout
    assert _names(company) == []


def test_a_list_comes_in_and_goes_again(run: Run, company: Store, tmp_path: Path):
    said = run("list.csv", "--as", "mia", "--map", "Ausgeschieden=tags", "--rejected", "again.xlsx")
    assert "1 written, 1 rejected" in said.stdout
    assert _names(company) == ["Müller"]
    sheet = reading.read("again.xlsx", (tmp_path / "again.xlsx").read_bytes())
    assert list(sheet.rows[0]) == ["", "Bonn", "", "ja", "Expected a name, but the row has none"]
    said = run("--undo", "1", "--as", "mia")
    assert "Import 1 is taken back; 0 records stay." in said.stdout
    assert _names(company) == []
    assert "0 imports carried on." in run("--resume").stdout


def test_what_cannot_be_done_is_said_with_a_way_out(run: Run, company: Store):
    assert "Expected a FILE, --undo NUMBER or --resume" in run().stderr
    assert "with a title out of Firma, Ort" in run("list.csv", "--map", "City=city").stderr
    assert "Expected one of name, first_name" in run("list.csv", "--map", "Ort=colour").stderr
    assert (
        "Expected the login of somebody who works here" in run("list.csv", "--as", "nobody").stderr
    )
    assert _names(company) == []
