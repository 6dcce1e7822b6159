"""The office, with a clock that stands at 09:00 UTC on Monday 5 January 2026 until it is moved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger import clock
from ledger.store import Store
from tests.e2e.web import office as offices
from tests.support.databases import Databases
from web import settings, wiring
from web.app import create_app

MONDAY_MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def furnished(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, Any]]:
    """A furnished company to copy: its file, and the numbers of what is in it."""
    folder = tmp_path_factory.mktemp("office")
    with databases.fresh("sqlite", folder) as url:
        store = open_store(url)
        facts = offices.furnish_whole(store)
        store.close()
    return folder / "kontor.db", facts


@pytest.fixture
def office(furnished: tuple[Path, dict[str, Any]], tmp_path: Path) -> Iterator[offices.Office]:
    """A fresh company on SQLite; what differs between databases is tested below the screens."""
    file, facts = furnished
    shutil.copyfile(file, tmp_path / "kontor.db")
    url = f"sqlite:///{tmp_path}/kontor.db"
    store = open_store(url)
    app = create_app(store, settings.load({}, database=url, login_limit="").settings)
    yield offices.Office(app, store, **facts)
    store.close()


@pytest.fixture
def office_on_postgresql(databases: Databases, tmp_path: Path) -> Iterator[offices.Office]:
    """The same company on PostgreSQL."""
    with databases.fresh("postgresql", tmp_path) as url:
        store = open_store(url)
        facts = offices.furnish_whole(store)
        app = create_app(store, settings.load({}, database=url, login_limit="").settings)
        yield offices.Office(app, store, **facts)
        store.close()


def open_store(url: str) -> Store:
    """A wired store with a clock that stands still."""
    store = Store.open(url, clock=clock.VirtualClock(MONDAY_MORNING), durability="normal")
    wiring.connect(store, settings.load({}, database=url).settings)
    return store
