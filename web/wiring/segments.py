"""Segments join CRM and processes: whom a scheduled start means, and which processes start for a segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crm_entities import segments
from engine import definitions
from ledger.transaction import Transaction
from scheduler import campaigns


class ClientSegments:
    """`scheduler.ports.Clients` over `crm_entities.segments`."""

    def next(
        self, tx: Transaction, wanted: Mapping[str, str], after: int, most: int, at: datetime
    ) -> Sequence[int]:
        """Return the next clients that fit as of `at`, by number."""
        return segments.members(tx, wanted, after, most, at)


class SegmentUses:
    """`crm_entities.segments.Uses` over `scheduler.campaigns`."""

    def of(self, tx: Transaction, key: str) -> Sequence[str]:
        """Return the titles of the published processes that start for a segment."""
        found = (definitions.get(tx, one) for one in campaigns.by_segment(tx).get(key, ()))
        return [one.title or one.key for one in found]
