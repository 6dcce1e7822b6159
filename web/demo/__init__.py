"""The demo company: twelve colleagues, two hundred clients and running cases, so that every screen shows something."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from ledger import transaction

if TYPE_CHECKING:
    from ledger.store import Store

PASSWORD: Final = "kontor-demo"  # noqa: S105  # it is printed for everybody
"""The password of everybody in it; it is printed at the start, and the database is marked `demo`."""
LOGINS: Final[Mapping[str, str]] = {
    "anna": "Sales",
    "claire": "Sales in Lyon, in French",
    "dmitri": "Sales, in Russian",
    "mei": "Design, in Chinese",
    "ingrid": "Manager of Sales East",
    "paul": "Process owner",
    "helen": "Head of the company",
    "ada": "Administrator",
}
"""Whom to log in as, and what each is; `titles` says the latter in other languages."""
STATE: Final = "demo"


def logins(language: str) -> Mapping[str, str]:
    """Return whom to log in as, and what each is, in a language."""
    from web.demo import company

    return {
        login: company.titles("logins", login).get(language, role) for login, role in LOGINS.items()
    }


def is_wanted(store: Store) -> bool:
    """Say whether the database is empty, or holds a demo company whose filling was cut off."""
    from crm_entities.staff import StaffMember
    from web import properties
    from web.demo import beginning

    with transaction.read(store, "system") as tx:
        if beginning.is_half(properties.get(tx, STATE)):
            return True
        return tx.session.scalar(select(StaffMember.id).limit(1)) is None


def fill(store: Store) -> None:
    """Fill the demo company into an empty database, or once more into one that was left half filled.

    Its history is made by real commands and real ticks under a clock that
    begins eight weeks ago, so that alerts and timelines are what they would be.
    Raises Rejection(invalid_state) where another process is at it.
    """
    from web.demo import beginning, filling

    with beginning.alone(store):
        filling.run(store)
