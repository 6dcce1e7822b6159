"""Segments of the demo company: clients to win back, birthdays, key accounts, large deals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crm_entities import segments
from crm_entities.staff import StaffMember
from ledger.transaction import Transaction
from web.demo import company

# key: whose it is, what its clients have in common
ALL: Final[Mapping[str, tuple[str, tuple[tuple[str, str], ...]]]] = {
    "lapsed": (
        "paul",
        (("status", "active, regular"), ("no contact for", "180 days"), ("open deal", "no")),
    ),
    "birthdays": ("ingrid", (("birthday", "within 7 days"), ("status", "active, regular"))),
    "key-accounts": ("helen", (("tag", "key account"), ("without tag", "pays late"))),
    "large-deals": ("helen", (("deal amount", "above 5000"), ("status", "potential, active"))),
}
REMARKS: Final = {
    "lapsed": "“Win back a lapsed client” starts for them on the first of each month.",
    "key-accounts": "For the letter of the director; who pays late gets none.",
}


def found(tx: Transaction, members: Mapping[str, StaffMember]) -> None:
    """Write them, each with its owner."""
    for key, (login, filters) in ALL.items():
        values = {"title": company.titles("segments", key), "description": REMARKS.get(key, "")}
        owner = members[login].id
        segments.create(tx, key, {**values, "filters": filters, "owner_id": owner})
