"""Instants, amounts and documents are kept exactly on SQLite, which has no types for them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects.sqlite import dialect

from ledger.base import Amount, Instant, Json

sqlite = dialect()
amounts = st.decimals(
    allow_nan=False, allow_infinity=False, places=4, min_value=-(10**14), max_value=10**14
)


@given(amounts)
def test_an_amount_comes_back_exactly(amount: Decimal) -> None:
    kept = Amount().process_bind_param(amount, sqlite)
    assert isinstance(kept, int)
    assert Amount().process_result_value(kept, sqlite) == amount


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_comes_back_exactly(instant: datetime) -> None:
    assert (
        Instant().process_result_value(Instant().process_bind_param(instant, sqlite), sqlite)
        == instant
    )


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 1, 1), sqlite)  # noqa: DTZ001  # the fault under test


def test_an_amount_that_would_be_rounded_is_refused() -> None:
    with pytest.raises(ValueError, match="four decimal places"):
        Amount().process_bind_param(Decimal("1.00001"), sqlite)


def test_equal_documents_are_equal_texts() -> None:
    assert Json().process_bind_param({"b": 1, "a": [2]}, sqlite) == Json().process_bind_param(
        {"a": [2], "b": 1}, sqlite
    )
