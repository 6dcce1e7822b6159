"""Staff members: who works here, reachable how, answering to whom, with which roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Select, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_entities import records, rights, sessions, shapes, teams
from crm_entities.passwords import Hash
from crm_entities.records import Key, Record
from crm_entities.teams import Team
from ledger import numbers
from ledger.base import Base, Instant, Json
from ledger.rejection import Rejection, invalid, invalid_state, not_found
from ledger.transaction import Transaction

OWN_FIELDS = frozenset({"language", "zone", "phone", "quiet_hours", "mail_choices"})
"""What a staff member may change about himself."""


class StaffMember(Record, Base):
    """A person who works here or did: `state` is `active` or `left`.

    `working_hours` ({"mon": ["09:00-13:00"], …}) say when work may be given to
    him, never when it is due; `quiet_hours` ({"from": "20:00", "to": "07:00"})
    hold back mails. `mail_choices` say how mails come: `ways` for a kind of news ("now", "hourly",
    "daily", "never"), `daily_at`, `digests` (false: none), `budget` an hour.
    """

    __tablename__ = "crm_staff"
    ENTITY: ClassVar[str] = "staff"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"login", "name", "mail", "phone"})
    SILENT: ClassVar[frozenset[str]] = frozenset({"password_hash"})

    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    mail: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    title: Mapped[str] = mapped_column(String(120), default="")
    language: Mapped[str | None] = mapped_column(String(8))
    zone: Mapped[str | None] = mapped_column(String(64))
    team_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_team.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_staff.id"), index=True)
    roles: Mapped[list[str]] = mapped_column(Json, default=list)
    working_hours: Mapped[dict[str, list[str]] | None] = mapped_column(Json)
    quiet_hours: Mapped[dict[str, str] | None] = mapped_column(Json)
    mail_choices: Mapped[dict[str, Any] | None] = mapped_column(Json)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    state: Mapped[str] = mapped_column(String(8), default="active")
    left_at: Mapped[datetime | None] = mapped_column(Instant)

    team: Mapped[Team | None] = relationship(lazy="raise", viewonly=True)


def hire(
    tx: Transaction, values: Mapping[str, Any], *, password: Hash | None = None
) -> StaffMember:
    """Write a new staff member; needs `staff.manage`. Without a password he cannot log in yet.

    `already_exists` where the login is taken, also by somebody who has left.
    """
    rights.demand(tx, "staff.manage")
    fields = shapes.load(shapes.StaffShape(), values)
    _check(tx, fields, staff_id=None)
    member = StaffMember(**fields)
    member.password_hash = password
    records.create(tx, member)
    return member


def change(
    tx: Transaction, staff_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> StaffMember:
    """Change a staff member; needs `staff.manage`, except for one's own `OWN_FIELDS`."""
    if tx.actor != f"staff:{staff_id}" or not values.keys() <= OWN_FIELDS:
        rights.demand(tx, "staff.manage")
    member = get(tx, staff_id)
    fields = shapes.load(shapes.StaffShape(), values, partial=True)
    _check(tx, fields, staff_id=staff_id)
    if "administrator" not in fields.get("roles", ["administrator"]):
        _must_not_be_last(tx, member)
    records.change(tx, member, fields, version=version)
    return member


def set_password(tx: Transaction, staff_id: int, new: Hash, *, proved: Hash | None = None) -> None:
    """Set a password and end all sessions; another's with `staff.manage`, one's own with the present one.

    `proved` is the hash whose password one has just given (`logins.check`).
    """
    member = get(tx, staff_id)
    if tx.actor != member.subject:
        rights.demand(tx, "staff.manage")
    elif proved is None or member.password_hash != proved:
        raise wrong_password()
    records.change(tx, member, {"password_hash": new}, verb="password_changed")
    sessions.end_all(tx, staff_id)


def wrong_password() -> Rejection:
    """Return the refusal of somebody who changes his password and does not know it."""
    return Rejection(
        "forbidden", "Expected your present password, but it is another one", field="old"
    )


def leave(tx: Transaction, staff_id: int, *, version: int | None = None) -> StaffMember:
    """Cut a leaver off at once: he is `left`, and his sessions end. Needs `staff.manage`."""
    rights.demand(tx, "staff.manage")
    member = get(tx, staff_id)
    if member.state == "left":
        raise invalid_state(
            "Expected %(member)s to work here, but he or she has left", member=member.name
        )
    _must_not_be_last(tx, member)
    records.change(tx, member, {"state": "left", "left_at": tx.now}, version=version, verb="left")
    sessions.end_all(tx, staff_id)
    return member


def come_back(tx: Transaction, staff_id: int, *, version: int | None = None) -> StaffMember:
    """Make a leaver active again, without a session. Needs `staff.manage`."""
    rights.demand(tx, "staff.manage")
    member = get(tx, staff_id)
    if member.state == "active":
        raise invalid_state(
            "Expected %(member)s to have left, but he or she works here", member=member.name
        )
    records.change(
        tx, member, {"state": "active", "left_at": None}, version=version, verb="returned"
    )
    return member


def get(tx: Transaction, staff_id: int) -> StaffMember:
    """Return a staff member, active or not. Colleagues may see each other."""
    member = tx.session.get(StaffMember, staff_id)
    if member is None:
        raise not_found("staff member %(staff)s", staff=staff_id)
    return member


def by_login(tx: Transaction, login: str) -> StaffMember | None:
    """Return who has that login, whatever its case, or None."""
    return tx.session.scalar(
        select(StaffMember).where(StaffMember.login == login.strip().casefold())
    )


def listing(
    tx: Transaction, *, team_id: int | None = None, is_left: bool = False
) -> Sequence[StaffMember]:
    """Return the active staff (or those who left) by name, of one team where one is named."""
    question = select(StaffMember).where(StaffMember.state == ("left" if is_left else "active"))
    if team_id is not None:
        question = question.where(StaffMember.team_id == team_id)
    return tx.session.scalars(question.order_by(StaffMember.name, StaffMember.id)).all()


def names(tx: Transaction, actors: Iterable[str | None]) -> dict[str, str]:
    """Return the names of those of `actors` that are `staff:…`, in one statement."""
    named = (actor[6:] for actor in actors if actor and actor.startswith("staff:"))
    wanted = {number for one in named if (number := numbers.of_record(one)) is not None}
    if not wanted:
        return {}
    rows = tx.session.execute(_named(), {"numbers": list(wanted)})
    return {f"staff:{number}": name for number, name in rows}


@cache
def _named() -> Select[*tuple[Any, ...]]:
    is_one = StaffMember.id.in_(bindparam("numbers", expanding=True))
    return select(StaffMember.id, StaffMember.name).where(is_one)


def name_of(tx: Transaction, actor: str) -> str:
    """Return how to call an actor in a sentence: a name, or the actor itself (`system`)."""
    return names(tx, [actor]).get(actor, "the system" if actor in {"system", "worker"} else actor)


def _check(tx: Transaction, fields: dict[str, Any], staff_id: int | None) -> None:
    if "login" in fields:
        holder = by_login(tx, fields["login"])
        if holder is not None and holder.id != staff_id:
            raise Rejection(
                "already_exists",
                "Expected a new login, but %(holder)s has it",
                holder=holder.name,
                field="login",
            )
    if "roles" in fields:
        fields["roles"] = rights.checked_roles(fields["roles"])
    if fields.get("team_id") is not None:
        teams.get(tx, fields["team_id"])
    if fields.get("manager_id") is not None:
        tx.take_turn("who stands above whom")
        _must_be_above(tx, staff_id, fields["manager_id"])


def _must_be_above(tx: Transaction, staff_id: int | None, manager_id: int) -> None:
    """Refuse a circle of managers: an escalation would go round it for ever."""
    at: int | None = manager_id
    while at is not None:
        if at == staff_id:
            raise invalid(
                "Expected a manager who does not answer to this person, but he or she does",
                field="manager_id",
            )
        at = get(tx, at).manager_id


def _must_not_be_last(tx: Transaction, member: StaffMember) -> None:
    if "administrator" not in member.roles:
        return
    tx.take_turn("who is an administrator")
    is_other = (StaffMember.state == "active") & (StaffMember.id != member.id)
    others = tx.session.scalars(select(StaffMember.roles).where(is_other))
    if not any("administrator" in held for held in others):
        raise invalid_state(
            "Expected another administrator to remain, but %(member)s is the only one",
            member=member.name,
        )
