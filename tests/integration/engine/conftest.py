"""A process that runs on each database."""

from __future__ import annotations

import pytest

from ledger.store import Store
from tests.support.running import Run


@pytest.fixture
def run(store: Store) -> Run:
    """A store in which processes are deployed and run."""
    return Run(store)
