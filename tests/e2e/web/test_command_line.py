"""The command line: fast to start, whole work by its commands, words instead of traces."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.e2e.web import office as offices
from tests.e2e.web.conftest import open_store
from tests.support import packages
from web import cli, schema

Run = Callable[..., Result]
HEAVY = ("sqlalchemy", "flask", "lxml", "engine", "crm_entities", "waitress", "alembic", "babel")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A furnished company made as `kontor serve` would make it, with the history of its schema."""
    folder = tmp_path_factory.mktemp("company")
    store = open_store(f"sqlite:///{folder}/kontor.db")
    schema.upgrade(store, folder)
    offices.furnish_whole(store)
    store.close()
    (folder / "sales.yaml").write_bytes(offices.SALES)
    return folder


@pytest.fixture
def run(company: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls a command in the company's folder, in this process: starting one costs more than the command."""
    monkeypatch.chdir(company)

    def call(*arguments: str) -> Result:
        return CliRunner(env={"KONTOR_DATABASE": f"sqlite:///{company}/kontor.db"}).invoke(
            cli.main, arguments
        )

    return call


def test_help_imports_nothing_heavy():
    code = f"import sys, web.cli; print([name for name in {HEAVY} if name in sys.modules])"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=packages.ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_explains_itself(run: Run, name: str):
    said = run(name, "--help")
    assert said.exit_code == 0
    assert said.stdout.startswith(f"Usage: main {name}")
    assert len(said.stdout.splitlines()) > 4


def test_a_case_goes_its_way_by_commands_alone(run: Run):
    listed = [
        json.loads(line) for line in run("tasks", "--json", "--as", "anna").stdout.splitlines()
    ]
    assert [(one["title"], one["holder"]) for one in listed] == [
        ("Call the client", "Anna Example")
    ]
    task = str(listed[0]["id"])
    done = run(
        "complete",
        task,
        "--as",
        "anna",
        "--outcome",
        "interested",
        "--variables",
        '{"channel": "phone"}',
    )
    assert done.stdout == f"Task {task} is done.\n"
    again = run("complete", task, "--as", "anna")
    assert again.exit_code == 1
    assert again.stderr.startswith(f"Error: Expected to complete task {task}, but it was completed")
    started = run("start", "small-deal", "--subject", "deal:2", "--as", "anna")
    assert started.stdout.strip().isdigit()


def test_deploying_says_what_came_of_it(run: Run, company: Path):
    assert run("deploy", "sales.yaml").stdout == "small-deal version 1 (published)\n"
    (company / "wrong.yaml").write_bytes(
        offices.SALES.replace(b"interested: offer", b"interested: ofer")
    )
    refused = run("deploy", "wrong.yaml")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("wrong.yaml:24:")
    assert "Traceback" not in refused.stderr


def test_settings_are_printed_with_their_origin_and_without_their_secrets(company: Path, run: Run):
    (company / "kontor.toml").write_text(
        'port = 9000\nsmtp_password = "geheim"\n', encoding="utf-8"
    )
    rows = {
        row["name"]: row for row in map(json.loads, run("settings", "--json").stdout.splitlines())
    }
    (company / "kontor.toml").unlink()
    assert (rows["port"]["value"], rows["port"]["origin"].endswith("kontor.toml")) == (9000, True)
    assert rows["database"]["origin"] == "KONTOR_DATABASE"
    assert rows["host"]["origin"] == "default"
    assert rows["smtp_password"]["value"] == "***"


def test_a_setting_that_cannot_be_is_refused_in_words(company: Path, run: Run):
    (company / "kontor.toml").write_text("prot = 9000\n", encoding="utf-8")
    refused = run("settings")
    (company / "kontor.toml").unlink()
    assert refused.exit_code == 1
    assert "Expected a setting's name" in refused.stderr
    assert "'prot'" in refused.stderr


def test_the_doctor_finds_and_mends_a_clock_that_was_tampered_with(run: Run, company: Path):
    with sqlite3.connect(company / "kontor.db") as connection:
        connection.execute("UPDATE sla_clock SET due_at = due_at + 1000000 WHERE state = 'running'")
    connection.close()
    found = run("doctor")
    assert found.exit_code == 1
    assert "due_at is" in found.stdout
    assert "mended   clock" in run("doctor", "--mend").stdout
    assert "due_at" not in run("doctor").stdout


def test_looking_at_no_database_makes_none(run: Run, company: Path):
    for command in ("doctor", "tasks"):
        refused = run(command, "--database", f"sqlite:///{company}/nowhere.db")
        assert refused.exit_code == 1
        assert "There is no database at" in refused.stderr
    assert not (company / "nowhere.db").exists()


def test_running_deadlines_follow_a_calendar_when_asked(run: Run, company: Path):
    looked = run("recompute", "office")
    assert looked.exit_code == 0
    assert "0 deadlines follow an older version" in looked.stdout
    assert run("recompute", "nowhere").exit_code == 1


def test_a_database_of_another_release_is_refused_in_words(run: Run, company: Path):
    with sqlite3.connect(company / "kontor.db") as connection:
        before = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        connection.execute("UPDATE alembic_version SET version_num = 'f00d'")
    refused = run("tasks")
    with sqlite3.connect(company / "kontor.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", before)
    connection.close()
    assert refused.exit_code == 1
    assert "it has revision f00d, which this program does not know" in refused.stderr


def test_running_cases_move_to_a_new_version(run: Run, company: Path):
    renamed = offices.SALES.replace(b"- id: call\n", b"- id: phone\n")
    (company / "renamed.yaml").write_bytes(renamed.replace(b"deadline: PT4H", b"deadline: PT3H"))
    subject = next(
        json.loads(line)["subject"] for line in run("tasks", "--json").stdout.splitlines()
    )
    case = run("start", "small-deal", "--subject", subject).stdout.strip()
    assert run("deploy", "renamed.yaml").exit_code == 0
    asked = ("migrate", "small-deal", "--case", case)
    look = run(*asked, "--dry-run")
    assert look.exit_code == 1
    assert "“Call the client” is gone" in look.stdout
    assert "call seems to be phone now: --map call=phone, or --suggested" in look.stdout
    done = run(*asked, "--map", "call=phone", "--clocks", "restart", "--as", "olga", "--json")
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0] == {"case": int(case), "state": "moved", "found": []}
    assert (lines[1]["moved"], lines[1]["stayed"]) == (1, 0)
    again = run("migrate", "--resume", str(lines[1]["run"]))
    assert "1 moved, 0 stay as they were" in again.stdout
    refused = run(*asked, "--map", "nothing=phone", "--to", "1")
    assert refused.exit_code == 1
    assert "got nothing" in refused.stderr
