"""The company that deadlines are tried in."""

from __future__ import annotations

import pytest

from ledger.store import Store
from tests.integration.scheduler.company import Company


@pytest.fixture
def company(store: Store) -> Company:
    return Company(store)
