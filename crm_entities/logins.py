"""Logging in, in three steps: what is known is read, the password is checked, a login is noted.

Checking a password takes a tenth of a second on purpose, outside every transaction: nobody else waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from crm_entities import passwords, staff
from crm_entities.passwords import Hash
from crm_entities.staff import StaffMember
from ledger.rejection import Rejection, forbidden
from ledger.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of who wants to log in; nothing where nobody active has the login."""

    staff_id: int | None
    hash: Hash | None


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knew the password whose hash is `hash`; `fresh` replaces a hash that is out of date."""

    staff_id: int
    hash: Hash
    fresh: Hash | None = None


def look(tx: Transaction, login: str) -> Known:
    """Return what is known of a login."""
    return _known(staff.by_login(tx, login))


def of_member(tx: Transaction, staff_id: int) -> Known:
    """Return what is known of a staff member."""
    return _known(tx.session.get(StaffMember, staff_id))


def check(known: Known, password: str) -> Proof:
    """Return the proof of a right password. Call it outside a transaction: it is slow on purpose.

    Raises Rejection(forbidden) that does not tell what was wrong; an unknown login takes as long.
    """
    if not passwords.is_right(known.hash, password) or not known.staff_id or not known.hash:
        raise _refused()
    fresh = passwords.hashed(password) if passwords.is_outdated(known.hash) else None
    return Proof(known.staff_id, known.hash, fresh)


def enter(tx: Transaction, proof: Proof) -> StaffMember:
    """Return the staff member whom a proof lets in.

    Raises Rejection(forbidden) where he has left, or has another password, since it was checked.
    """
    question = select(StaffMember).where(StaffMember.id == proof.staff_id)
    member = tx.session.scalars(question.execution_options(populate_existing=True)).one_or_none()
    if member is None or member.state != "active" or member.password_hash != proof.hash:
        raise _refused()
    if proof.fresh is not None:
        member.password_hash = proof.fresh
        tx.session.flush()
    return member


def _known(member: StaffMember | None) -> Known:
    if member is None or member.state != "active" or member.password_hash is None:
        return Known(None, None)
    return Known(member.id, Hash(member.password_hash))


def _refused() -> Rejection:
    return forbidden("Expected a login and its password, but they do not belong together")
