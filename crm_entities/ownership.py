"""Who owns a new record, and to whom it may be given."""

from __future__ import annotations

from typing import Any

from crm_entities import rights, staff, visibility
from ledger.rejection import forbidden, invalid
from ledger.transaction import Transaction


def of_new(tx: Transaction, entity: str, fields: dict[str, Any]) -> None:
    """Complete `fields` of a new record: its owner is who writes it, its team the owner's; needs `record.write`."""
    looker = rights.demand(tx, "record.write", entity)
    if "owner_id" not in fields and looker.id:
        fields["owner_id"] = looker.id
    handed(tx, entity, fields)


def handed(tx: Transaction, entity: str, fields: dict[str, Any]) -> None:
    """Check a new owner in `fields`, and let the team follow him unless one is named.

    Somebody whose right to write reaches only to his own records may give them
    to nobody else: they would be lost to him. `forbidden` says so.
    """
    owner_id = fields.get("owner_id")
    if owner_id is None:
        return
    owner = staff.get(tx, owner_id)
    if owner.state != "active":
        raise invalid(
            "Expected an owner who works here, but %(owner)s has left",
            owner=owner.name,
            field="owner_id",
        )
    looker = visibility.viewer(tx)
    if owner_id != looker.id and rights.reach(looker, "record.write", entity) == "own":
        raise forbidden(
            "Expected %(looker)s to keep this %(entity)s: only a manager may give it to %(owner)s",
            looker=looker.name,
            entity=entity,
            owner=owner.name,
        )
    fields.setdefault("team_id", owner.team_id)
