"""The company that deadlines are tried in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ledger.store import Store
from tests.integration.scheduler.company import Company

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def company(store: Store) -> Company:
    return Company(store)
