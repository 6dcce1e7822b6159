"""What every test may ask for: databases, a browser, a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, Page

from ledger import clock
from ledger.store import Store
from tests.support import chromium
from tests.support.databases import KINDS, Databases
from tests.support.mail import MailServer

MONDAY_MORNING = datetime(2026, 1, 5, 9, tzinfo=UTC)

settings.register_profile("ordinary", max_examples=50, deadline=None)
settings.register_profile(
    "soak",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run thorough sizes")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("soak" if config.getoption("--soak") else "ordinary")


@pytest.fixture(scope="session")
def soak(pytestconfig: pytest.Config) -> bool:
    """Whether the thorough sizes were asked for; tests that use it are marked `soak`."""
    return bool(pytestconfig.getoption("--soak"))


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Fresh databases of both kinds, for a test that needs more than one."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path
) -> Iterator[str]:
    """A fresh database with every table; the test runs once on SQLite and once on PostgreSQL."""
    with databases.fresh(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store whose clock stands at 09:00 UTC on Monday 5 January 2026 until it is moved."""
    opened = Store.open(database_url, clock=clock.VirtualClock(MONDAY_MORNING))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once."""
    with chromium.browser() as launched:
        yield launched


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a browser nobody has used: no cookies, no storage."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin")
    yield context.new_page()
    context.close()


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server on a free port that keeps what it receives."""
    server = MailServer()
    server.start()
    yield server
    server.stop()
