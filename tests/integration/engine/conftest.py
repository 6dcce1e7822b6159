"""A process that runs on each database, or in memory where many are tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.clock import VirtualClock
from ledger.store import Store
from tests.conftest import MONDAY_MORNING
from tests.support.running import Run
from web.scenarios.world import make_tables


@pytest.fixture
def run(store: Store) -> Run:
    """A store in which processes are deployed and run."""
    return Run(store)


@pytest.fixture(scope="module")
def world() -> Iterator[Run]:
    """A store in memory for all random processes of a module."""
    store = Store.open("sqlite://", clock=VirtualClock(MONDAY_MORNING))
    make_tables(store)
    yield Run(store)
    store.close()
