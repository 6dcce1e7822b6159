"""The history of the schema leads to the tables that the program has, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

import migrations
from ledger.store import Store
from tests.support.databases import KINDS, Databases
from web import schema


@pytest.mark.parametrize("kind", KINDS)
def test_the_history_leads_to_the_tables_of_the_program(
    kind: str, databases: Databases, tmp_path: Path
):
    with databases.fresh(kind, tmp_path, empty=True) as url:
        store = Store.open(url)
        schema.upgrade(store, tmp_path)
        with store.engine.connect() as connection:
            command.check(schema.configuration(connection))
        store.close()


def test_the_revision_that_a_start_looks_for_is_the_last_of_the_history():
    history = ScriptDirectory.from_config(schema.configuration())
    assert history.get_current_head() == migrations.HEAD
