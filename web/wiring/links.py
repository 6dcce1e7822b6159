"""Where the links of mails lead: pages of this program, under the address that people open."""

from __future__ import annotations

from dataclasses import dataclass

from ledger.transaction import Transaction
from web import unsubscribing


@dataclass(frozen=True, slots=True)
class PageLinks:
    """`scheduler.ports.Links`; `address` is without a slash at its end."""

    address: str

    def task(self, task_id: int) -> str:
        """Return the address of a task."""
        return f"{self.address}/tasks/{task_id}"

    def case(self, case_id: int) -> str:
        """Return the address of a case."""
        return f"{self.address}/cases/{case_id}"

    def inbox(self) -> str:
        """Return the address of the reader's inbox."""
        return f"{self.address}/inbox"

    def unsubscribe(self, tx: Transaction, person: str) -> str:
        """Return the address at which a person ends digests without logging in."""
        return f"{self.address}/unsubscribe/{unsubscribing.token(tx, person)}"
