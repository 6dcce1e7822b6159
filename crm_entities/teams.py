"""Teams: a tree of units with a manager each; what a team reaches includes the teams below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import records, rights, shapes
from crm_entities.records import Key, Record
from ledger.base import Base
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction

FIELDS = frozenset({"name", "parent_id", "manager_id", "calendar"})


class Team(Record, Base):
    """A unit of the company. `path` is the way from the root, `/1/4/`; `calendar` names its working calendar."""

    __tablename__ = "crm_team"
    ENTITY: ClassVar[str] = "team"
    SILENT: ClassVar[frozenset[str]] = frozenset({"path"})

    name: Mapped[str] = mapped_column(String(120), unique=True)
    parent_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_team.id"), index=True)
    # No foreign key: staff members point at teams, and a row is never deleted on either side.
    manager_id: Mapped[int | None] = mapped_column(Key, index=True)
    calendar: Mapped[str | None] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(255), default="", index=True)


def create(tx: Transaction, values: Mapping[str, Any]) -> Team:
    """Write a new team; needs `staff.manage`. `already_exists` where the name is taken."""
    rights.demand(tx, "staff.manage")
    shapes.only(values, FIELDS)
    _must_be_free(tx, values.get("name"))
    team = Team(**values)
    records.create(tx, team)
    team.path = f"{_parent_path(tx, team)}{team.id}/"
    tx.session.flush()
    return team


def change(
    tx: Transaction, team_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Team:
    """Change a team; needs `staff.manage`. A team cannot stand below itself."""
    rights.demand(tx, "staff.manage")
    shapes.only(values, FIELDS)
    team = get(tx, team_id)
    if values.get("name", team.name) != team.name:
        _must_be_free(tx, values["name"])
    old_path = team.path
    records.change(tx, team, values, version=version)
    if "parent_id" in values:
        _move(tx, team, old_path)
    return team


def get(tx: Transaction, team_id: int) -> Team:
    """Return a team."""
    team = tx.session.get(Team, team_id)
    if team is None:
        raise not_found("team %(team)s", team=team_id)
    return team


def listing(tx: Transaction) -> Sequence[Team]:
    """Return all teams by name."""
    return tx.session.scalars(select(Team).order_by(Team.name, Team.id)).all()


def _must_be_free(tx: Transaction, name: str | None) -> None:
    if not name:
        raise invalid("Expected a team to have a name", field="name")
    if tx.session.scalar(select(Team.id).where(Team.name == name)) is not None:
        raise Rejection(
            "already_exists",
            "Expected a new name for the team, but there is a team “%(name)s”",
            name=name,
            field="name",
        )


def _parent_path(tx: Transaction, team: Team) -> str:
    return "/" if team.parent_id is None else get(tx, team.parent_id).path


def _move(tx: Transaction, team: Team, old_path: str) -> None:
    above = _parent_path(tx, team)
    if above.startswith(old_path):
        raise invalid(
            "Expected a team above %(team)s, but that one stands below it",
            team=team.name,
            field="parent_id",
        )
    below = tx.session.scalars(select(Team).where(Team.path.startswith(old_path))).all()
    for each in below:
        each.path = f"{above}{team.id}/" + each.path.removeprefix(old_path)
    tx.session.flush()
