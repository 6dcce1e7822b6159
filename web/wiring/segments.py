"""Which clients a scheduled start means: the scheduler's question, answered by the CRM."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_entities import segments
from ledger.transaction import Transaction


class ClientSegments:
    """`scheduler.ports.Clients` over `crm_entities.segments`."""

    def next(
        self, tx: Transaction, wanted: Mapping[str, str], after: int, most: int
    ) -> Sequence[int]:
        """Return the next clients that fit, by number."""
        return segments.members(tx, wanted, after, most)
