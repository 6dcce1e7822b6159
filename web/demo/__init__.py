"""The demo company: twelve colleagues, two hundred clients and running cases, so that every screen shows something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ledger import transaction
from ledger.rejection import invalid_state

if TYPE_CHECKING:
    from ledger.store import Store

PASSWORD: Final = "kontor-demo"  # noqa: S105  # it is printed for everybody
"""The password of everybody in it; it is printed at the start, and the database is marked `demo`."""
LOGINS: Final[Mapping[str, str]] = {
    "anna": "Sales",
    "claire": "Sales, in French",
    "ingrid": "Manager of Sales East",
    "paul": "Process owner",
    "helen": "Head of the company",
    "ada": "Administrator",
}
"""Whom to log in as, and what each is."""
STATE: Final = "demo"


def is_wanted(store: Store) -> bool:
    """Say whether the database is empty, so that a demo company may be filled in.

    Raises `Rejection(invalid_state)` where one was begun and cut off.
    """
    from crm_entities.staff import StaffMember
    from web import properties

    with transaction.read(store, "system") as tx:
        if properties.get(tx, STATE) == "filling":
            raise invalid_state(
                "Expected an empty database or a whole demo company, but filling it was cut off; "
                "remove the database and start again"
            )
        return tx.session.scalar(select(StaffMember.id).limit(1)) is None


def fill(store: Store) -> None:
    """Fill the demo company into an empty database: its past first, up to now.

    Its history is made by real commands and real ticks under a clock that
    begins eight weeks ago, so that alerts and timelines are what they would be.
    """
    from web.demo import filling

    filling.run(store)
