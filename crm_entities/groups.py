"""Groups of staff across teams, with a lead: who may take a task together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Row, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import rights
from crm_entities.records import Key
from crm_entities.staff import StaffMember
from ledger.base import Base, Json
from ledger.event_log import Event
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction

KEY = re.compile(r"[a-z][a-z0-9_-]{0,55}")


class Group(Base):
    """A group, known to definitions as `group:<key>`; `title` is shown, by language where it is a mapping."""

    __tablename__ = "crm_group"

    key: Mapped[str] = mapped_column(String(56), primary_key=True)
    title: Mapped[Any] = mapped_column(Json)


class Membership(Base):
    """A staff member in a group; at most one of a group is its lead."""

    __tablename__ = "crm_membership"

    group_key: Mapped[str] = mapped_column(ForeignKey("crm_group.key"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(
        Key, ForeignKey("crm_staff.id"), primary_key=True, index=True
    )
    is_lead: Mapped[bool] = mapped_column(Boolean, default=False)


def create(tx: Transaction, key: str, title: str | Mapping[str, str]) -> Group:
    """Write a new, empty group; needs `staff.manage`."""
    rights.demand(tx, "staff.manage")
    if not KEY.fullmatch(key):
        raise invalid(
            "Expected a group's key of small letters, digits, - and _, but got “%(key)s”",
            key=key,
            field="key",
        )
    if tx.session.get(Group, key) is not None:
        raise Rejection(
            "already_exists",
            "Expected a new key, but there is a group “%(key)s”",
            key=key,
            field="key",
        )
    group = Group(key=key, title=title)
    tx.session.add(group)
    tx.session.flush()
    tx.note(Event(kind="group_created", subject=f"group:{key}", data={"title": title}))
    return group


def set_members(
    tx: Transaction, key: str, members: Sequence[int], *, lead: int | None = None
) -> None:
    """Make exactly `members` (staff ids) the group, `lead` being one of them or nobody; needs `staff.manage`."""
    rights.demand(tx, "staff.manage")
    get(tx, key)
    if lead is not None and lead not in members:
        raise invalid(
            "Expected the lead of group %(key)s among its members, but staff %(lead)s is not",
            key=key,
            lead=lead,
            field="lead",
        )
    known = set(tx.session.scalars(select(StaffMember.id).where(StaffMember.id.in_(list(members)))))
    if missing := sorted(set(members) - known):
        raise not_found("staff member %(missing)s", missing=missing[0])
    tx.session.execute(delete(Membership).where(Membership.group_key == key))
    tx.session.add_all(
        Membership(group_key=key, staff_id=one, is_lead=one == lead) for one in sorted(known)
    )
    tx.session.flush()
    tx.note(
        Event(
            kind="group_changed",
            subject=f"group:{key}",
            data={"members": sorted(known), "lead": lead},
        )
    )


def rename(tx: Transaction, key: str, title: str | Mapping[str, str]) -> None:
    """Give a group another title; needs `staff.manage`."""
    rights.demand(tx, "staff.manage")
    get(tx, key)
    tx.session.execute(update(Group).where(Group.key == key).values(title=title))
    tx.note(Event(kind="group_changed", subject=f"group:{key}", data={"title": title}))


def get(tx: Transaction, key: str) -> Group:
    """Return a group by its key, with or without `group:` before it."""
    group = tx.session.get(Group, key.removeprefix("group:"))
    if group is None:
        raise not_found("group %(key)s", key=key)
    return group


def listing(tx: Transaction) -> Sequence[Row[Group, int]]:
    """Return all groups by key, each with the number of its active members."""
    size = func.count(StaffMember.id)
    question = (
        select(Group, size)
        .outerjoin(Membership, Membership.group_key == Group.key)
        .outerjoin(
            StaffMember, (StaffMember.id == Membership.staff_id) & (StaffMember.state == "active")
        )
        .group_by(Group.key, Group.title)
        .order_by(Group.key)
    )
    return tx.session.execute(question).all()


def members(tx: Transaction, key: str) -> Sequence[Row[StaffMember, bool]]:
    """Return the active members of a group by name, each with whether he leads it; empty for an unknown group."""
    question = (
        select(StaffMember, Membership.is_lead)
        .join(Membership, Membership.staff_id == StaffMember.id)
        .where(Membership.group_key == key.removeprefix("group:"), StaffMember.state == "active")
        .order_by(StaffMember.name, StaffMember.id)
    )
    return tx.session.execute(question).all()


def of_staff(tx: Transaction, staff_id: int) -> Sequence[str]:
    """Return the keys of a staff member's groups."""
    question = select(Membership.group_key).where(Membership.staff_id == staff_id)
    return tx.session.scalars(question.order_by(Membership.group_key)).all()
