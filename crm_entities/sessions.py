"""Sessions: rows that end when they should; the cookie is 256 random bits and is nowhere kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Select, String, bindparam, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities.records import Key
from ledger.base import Base, Instant
from ledger.event_log import Event
from ledger.transaction import Transaction

if TYPE_CHECKING:
    from crm_entities.visibility import Viewer

IDLE = timedelta(days=14)
"""A session that nobody used for so long is over."""
SEEN_EVERY = timedelta(minutes=5)
"""How exact `seen_at` is: a request that only reads should not write each time."""


class SessionRow(Base):
    """One login. `id` is the SHA-256 of the cookie's value."""

    __tablename__ = "crm_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_staff.id"), index=True)
    csrf: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant, index=True)


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds: who it is, what he may see, and the secret that his forms carry."""

    id: str
    viewer: Viewer
    csrf: str
    seen_at: datetime


def start(tx: Transaction, staff_id: int) -> str:
    """Write a session and return the cookie's value, which is known to nobody else."""
    cookie = secrets.token_urlsafe(32)
    row = {
        "id": _digest(cookie),
        "staff_id": staff_id,
        "csrf": secrets.token_urlsafe(32),
        "created_at": tx.now,
        "seen_at": tx.now,
    }
    tx.session.execute(insert(SessionRow), row)
    tx.note(Event(kind="session_started", subject=f"staff:{staff_id}"))
    return cookie


def find(tx: Transaction, cookie: str, *, idle: timedelta = IDLE) -> Session | None:
    """Return the session of a cookie with its viewer, in one select; None where it is over or the person has left."""
    from crm_entities import visibility  # noqa: PLC0415  # viewers are read from staff, and staff end sessions

    rows = tx.read(_question(), {"id": _digest(cookie), "since": tx.now - idle})
    if not rows:
        return None
    row = dict(zip(_names(), rows[0], strict=True))
    return Session(row["id"], visibility.viewer_of(row), row["csrf"], row["seen_at"])


def touch(tx: Transaction, session: Session) -> None:
    """Note that the session is used; asked for only where `is_stale`."""
    tx.session.execute(update(SessionRow).where(SessionRow.id == session.id).values(seen_at=tx.now))


def is_stale(session: Session, now: datetime) -> bool:
    """Say whether `seen_at` is old enough to be written again."""
    return now - session.seen_at > SEEN_EVERY


def end(tx: Transaction, cookie: str) -> None:
    """End one session."""
    tx.session.execute(delete(SessionRow).where(SessionRow.id == _digest(cookie)))


def end_all(tx: Transaction, staff_id: int) -> None:
    """End every session of a staff member, at once."""
    tx.session.execute(delete(SessionRow).where(SessionRow.staff_id == staff_id))


def sweep(tx: Transaction, *, idle: timedelta = IDLE) -> None:
    """Remove the rows of sessions that are over."""
    tx.session.execute(delete(SessionRow).where(SessionRow.seen_at <= tx.now - idle))


def _digest(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


@cache
def _names() -> Sequence[str]:
    return [column.name for column in _question().selected_columns]


@cache
def _question() -> Select[*tuple[Any, ...]]:
    from crm_entities import visibility  # noqa: PLC0415  # viewers are read from staff, and staff end sessions
    from crm_entities.staff import StaffMember  # noqa: PLC0415  # the same

    return (
        select(SessionRow.id, SessionRow.csrf, SessionRow.seen_at, *visibility.viewer_columns())
        .join(StaffMember, StaffMember.id == SessionRow.staff_id)
        .where(
            SessionRow.id == bindparam("id"), SessionRow.seen_at > bindparam("since", type_=Instant)
        )
        .where(StaffMember.state == "active")
    )
