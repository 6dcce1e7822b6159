"""Absences: who is away from when to when, and who acts for him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, Select, String, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import records, rights, staff
from crm_entities.records import Key, Record
from ledger.base import Base, Instant
from ledger.event_log import Event
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction

FARTHEST = 8
"""How many substitutes are followed, each standing in for the one before."""


class Absence(Record, Base):
    """Somebody is away in [starts_at, ends_at); without a substitute his work stays with him."""

    __tablename__ = "crm_absence"
    __table_args__ = (Index("ix_crm_absence_staff_id", "staff_id", "ends_at"), records.ONCE)
    ENTITY: ClassVar[str] = "absence"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_staff.id"))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    substitute_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_staff.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")


def plan(
    tx: Transaction,
    staff_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    substitute_id: int | None = None,
    reason: str = "",
) -> Absence:
    """Write an absence: one's own, that of one's staff, or anybody's with `staff.manage`.

    `conflict` where the person is away then already.
    """
    _must_be_allowed(tx, staff_id)
    _check(tx, staff_id, starts_at, ends_at, substitute_id)
    tx.take_turn(f"absences of {staff_id}")
    other = tx.session.scalar(
        select(Absence).where(
            Absence.staff_id == staff_id, Absence.starts_at < ends_at, Absence.ends_at > starts_at
        )
    )
    if other is not None:
        raise Rejection(
            "conflict",
            "Expected no other absence in that time, but there is one from "
            "%(starts_at)s to %(ends_at)s",
            starts_at=f"{other.starts_at:%Y-%m-%d}",
            ends_at=f"{other.ends_at:%Y-%m-%d}",
            field="starts_at",
        )
    absence = Absence(
        staff_id=staff_id,
        starts_at=starts_at,
        ends_at=ends_at,
        substitute_id=substitute_id,
        reason=reason[:200],
    )
    records.create(tx, absence, data={"staff": f"staff:{staff_id}"})
    return absence


def change(
    tx: Transaction,
    absence_id: int,
    *,
    ends_at: datetime,
    substitute_id: int | None,
    version: int | None = None,
) -> Absence:
    """Change when somebody comes back, and who acts for him until then."""
    absence = _get(tx, absence_id)
    _must_be_allowed(tx, absence.staff_id)
    _check(tx, absence.staff_id, absence.starts_at, ends_at, substitute_id)
    records.change(
        tx, absence, {"ends_at": ends_at, "substitute_id": substitute_id}, version=version
    )
    return absence


def cancel(tx: Transaction, absence_id: int) -> None:
    """Remove an absence."""
    absence = _get(tx, absence_id)
    _must_be_allowed(tx, absence.staff_id)
    tx.session.delete(absence)
    tx.session.flush()
    tx.note(
        Event(kind="absence_cancelled", subject=f"staff:{absence.staff_id}", ref=absence.subject)
    )


def of_staff(tx: Transaction, staff_id: int) -> Sequence[Absence]:
    """Return somebody's absences that are not over, the next first. Colleagues may see them."""
    question = select(Absence).where(Absence.staff_id == staff_id, Absence.ends_at > tx.now)
    return tx.session.scalars(question.order_by(Absence.starts_at)).all()


def between(tx: Transaction, starts_at: datetime, ends_at: datetime) -> Sequence[Absence]:
    """Return every absence that touches [starts_at, ends_at), by start."""
    question = select(Absence).where(Absence.starts_at < ends_at, Absence.ends_at > starts_at)
    return tx.session.scalars(question.order_by(Absence.starts_at, Absence.id)).all()


def stand_ins(tx: Transaction, staff_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """Return who acts for each of `staff_ids` at that instant: himself, his substitute, or that one's substitute.

    A chain that comes back on itself, or whose last link has left or is away
    without a substitute, ends with the person himself.
    """
    away = _away(tx, at)
    return {number: _last(number, away) for number in set(staff_ids)}


def _last(number: int, away: Mapping[int, tuple[int | None, bool]]) -> int:
    """Follow substitutes from `number` on; `away` holds each absentee's substitute and whether he works here."""
    at, is_active = number, True
    for _ in range(FARTHEST):
        if at not in away:
            return at if is_active else number
        following, is_active = away[at]
        if following is None:
            return number
        at = following
    return number


def _away(tx: Transaction, at: datetime) -> dict[int, tuple[int | None, bool]]:
    return {
        one: (substitute, state == "active")
        for one, substitute, state in tx.read(_gone, {"at": at})
    }


_at = bindparam("at", type_=Instant)
_gone: Select[Any, Any, Any] = (
    select(Absence.staff_id, Absence.substitute_id, staff.StaffMember.state)
    .outerjoin(staff.StaffMember, staff.StaffMember.id == Absence.substitute_id)
    .where(Absence.starts_at <= _at, Absence.ends_at > _at)
)


def _get(tx: Transaction, absence_id: int) -> Absence:
    absence = tx.session.get(Absence, absence_id)
    if absence is None:
        raise not_found("absence %(absence)s", absence=absence_id)
    return absence


def _must_be_allowed(tx: Transaction, staff_id: int) -> None:
    member = staff.get(tx, staff_id)
    if tx.actor not in {member.subject, f"staff:{member.manager_id}"}:
        rights.demand(tx, "staff.manage")


def _check(
    tx: Transaction,
    staff_id: int,
    starts_at: datetime,
    ends_at: datetime,
    substitute_id: int | None,
) -> None:
    if ends_at <= starts_at:
        raise invalid("Expected an absence to end after it starts", field="ends_at")
    if substitute_id is None:
        return
    if substitute_id == staff_id:
        raise invalid("Expected somebody else as the substitute", field="substitute_id")
    if staff.get(tx, substitute_id).state != "active":
        raise invalid("Expected a substitute who works here", field="substitute_id")
