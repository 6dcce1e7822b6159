"""Gives the rooms below what they need from one another: the ports of a store."""

from __future__ import annotations

from ledger.store import Store
from web.settings import Settings


def connect(store: Store, settings: Settings) -> None:
    """Fill the ports and hooks of `store`."""
