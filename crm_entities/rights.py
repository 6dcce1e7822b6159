"""Who may do what: rights with a reach (own, team, all) in named sets called roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, Literal

from ledger.rejection import forbidden, invalid
from ledger.transaction import Transaction

if TYPE_CHECKING:
    from crm_entities.visibility import Viewer

Reach = Literal["own", "team", "all"]
Rights = Mapping[str, Reach]

REACHES: Final[tuple[Reach, ...]] = ("own", "team", "all")
RIGHTS: Final = (
    "case.read",
    "case.act",
    "case.reassign",
    "case.cancel",
    "case.repair",
    "case.move",
    "definition.draft",
    "definition.publish",
    "record.read",
    "record.write",
    "record.merge",
    "record.import",
    "record.export",
    "staff.manage",
    "settings.manage",
    "audit.read",
    "report.read",
)
"""Every right; one of a record may be set for an entity alone: `record.read:deal`."""

_EMPLOYEE: Final[dict[str, Reach]] = {
    "case.read": "own",
    "case.act": "own",
    "record.read": "team",
    "record.write": "own",
}
_MANAGER: Final[dict[str, Reach]] = {
    "case.read": "team",
    "case.act": "team",
    "case.reassign": "team",
    "case.cancel": "team",
    "record.read": "team",
    "record.write": "team",
    "record.merge": "team",
    "record.import": "team",
    "record.export": "team",
    "report.read": "team",
}
_PROCESS_OWNER: Final[dict[str, Reach]] = {
    "case.read": "all",
    "case.act": "all",
    "case.reassign": "all",
    "case.cancel": "all",
    "case.repair": "all",
    "case.move": "all",
    "definition.draft": "all",
    "definition.publish": "all",
    "record.read": "all",
    "record.write": "own",
    "report.read": "all",
}
_HEAD: Final[dict[str, Reach]] = {
    "case.read": "all",
    "case.act": "own",
    "case.reassign": "all",
    "case.cancel": "all",
    "record.read": "all",
    "record.write": "all",
    "record.merge": "all",
    "record.import": "all",
    "record.export": "all",
    "report.read": "all",
    "audit.read": "all",
}
ROLES: Final[Mapping[str, Rights]] = {
    "employee": _EMPLOYEE,
    "manager": _MANAGER,
    "process_owner": _PROCESS_OWNER,
    "administrator": dict.fromkeys(RIGHTS, "all"),
    "head": _HEAD,
}


def of_roles(roles: Iterable[str]) -> dict[str, Reach]:
    """Return the rights of several roles together: of each the widest reach. Unknown roles give nothing."""
    rights: dict[str, Reach] = {}
    for role in roles:
        for right, reach in ROLES.get(role, {}).items():
            if right not in rights or REACHES.index(reach) > REACHES.index(rights[right]):
                rights[right] = reach
    return rights


def checked_roles(roles: Iterable[str]) -> list[str]:
    """Return `roles` sorted and once each; raises `Rejection(invalid_argument)` for one that does not exist."""
    wanted = sorted(set(roles))
    for role in wanted:
        if role not in ROLES:
            raise invalid(
                "Expected roles out of %(roles)s, but got “%(role)s”",
                roles=ROLES,
                role=role,
                field="roles",
            )
    return wanted


def reach(viewer: Viewer, right: str, entity: str | None = None) -> Reach | None:
    """Return how far `right` goes for `viewer`, for an entity where one is named; None where it is not held."""
    special: Reach | None = viewer.rights.get(f"{right}:{entity}") if entity else None
    return special or viewer.rights.get(right)


def has(viewer: Viewer, right: str, entity: str | None = None) -> bool:
    """Say whether `viewer` holds `right` at all, however far it reaches."""
    return reach(viewer, right, entity) is not None


def demand(tx: Transaction, right: str, entity: str | None = None) -> Viewer:
    """Return the viewer of the transaction's actor; raises `Rejection(forbidden)` unless he holds `right`."""
    from crm_entities import visibility  # noqa: PLC0415  # a viewer is made of rights, and asks for none

    viewer = visibility.viewer(tx)
    if not has(viewer, right, entity):
        raise forbidden(
            "Expected somebody with the right %(right)s, but %(viewer)s does not have it",
            right=right,
            viewer=viewer.name,
        )
    return viewer
