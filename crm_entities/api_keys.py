"""API keys: shown once, kept as a digest, with an owner whose rights they never exceed, and topics of jobs."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import records
from crm_entities.records import Key, Record
from crm_entities.rights import RIGHTS
from ledger.base import Base, Instant, Json
from ledger.rejection import invalid, invalid_state, not_found
from ledger.transaction import Transaction

if TYPE_CHECKING:
    from crm_entities.visibility import Viewer

PREFIX = "kontor_"
SHOWN = 12
"""How many characters of a key are kept readable, so that people can tell keys apart."""
SEEN_EVERY = timedelta(minutes=1)
LONGEST_NAME, LONGEST_TOPIC, MOST_TOPICS = 80, 255, 50
EVERY_TOPIC = "*"


class ApiKey(Record, Base):
    """A key for a program. `rights` None means all that its owner holds; `topics` are the jobs it may take."""

    __tablename__ = "crm_api_key"
    __table_args__ = records.ONCE
    ENTITY: ClassVar[str] = "api_key"
    SILENT: ClassVar[frozenset[str]] = frozenset({"digest", "used_at"})

    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    prefix: Mapped[str] = mapped_column(String(SHOWN))
    owner_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_staff.id"), index=True)
    rights: Mapped[list[str] | None] = mapped_column(Json)
    topics: Mapped[list[str]] = mapped_column(Json, default=list)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who sent a request with a key: the owner, seeing and doing no more than the key may."""

    key_id: int
    name: str
    viewer: Viewer
    topics: frozenset[str]
    used_at: datetime | None

    def may_take(self, topic: str) -> bool:
        """Say whether jobs of `topic` may be claimed and reported with this key."""
        return EVERY_TOPIC in self.topics or topic in self.topics


def make(
    tx: Transaction,
    name: str,
    owner_id: int,
    *,
    rights: Iterable[str] | None = None,
    topics: Iterable[str] = (),
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """Write a key and return it with its value, which is known to nobody else from now on.

    Raises Rejection(invalid_argument) for a name, an owner, rights, topics or a date that cannot be.
    """
    value = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        name=_checked_name(name),
        digest=_digest(value),
        prefix=value[:SHOWN],
        owner_id=_checked_owner(tx, owner_id),
        rights=None if rights is None else _checked_rights(rights),
        topics=_checked_topics(topics),
        expires_at=expires_at,
    )
    if expires_at is not None and expires_at <= tx.now:
        raise invalid("Expected a day in the future for the key's end", field="expires_at")
    records.create(tx, key)
    return key, value


def revoke(tx: Transaction, key_id: int) -> None:
    """Let a key open nothing any more, at once and for good."""
    key = get(tx, key_id)
    if key.revoked_at is not None:
        raise invalid_state(
            "Expected a key that is still valid, but %(name)s was revoked", name=key.name
        )
    records.change(tx, key, {"revoked_at": tx.now}, verb="revoked")


def get(tx: Transaction, key_id: int) -> ApiKey:
    """Return a key. Raises Rejection(not_found)."""
    key = tx.session.get(ApiKey, key_id)
    if key is None:
        raise not_found("API key %(key)s", key=key_id)
    return key


def listing(tx: Transaction) -> Sequence[ApiKey]:
    """Return all keys, the newest first, revoked ones too."""
    return tx.session.scalars(select(ApiKey).order_by(ApiKey.id.desc())).all()


def names(tx: Transaction, refs: Iterable[str]) -> dict[str, str]:
    """Return the names of keys, revoked ones too, by references such as `api_key:7`."""
    wanted = [int(ref.partition(":")[2]) for ref in refs]
    rows = tx.session.execute(select(ApiKey.id, ApiKey.name).where(ApiKey.id.in_(wanted)))
    return {f"{ApiKey.ENTITY}:{row.id}": row.name for row in rows}


def prefixes(tx: Transaction) -> frozenset[str]:
    """Return how the keys begin that are not revoked: another beginning opens nothing."""
    return frozenset(tx.session.scalars(select(ApiKey.prefix).where(ApiKey.revoked_at.is_(None))))


def find(tx: Transaction, value: str) -> Bearer | None:
    """Return who a key's value stands for; None where it is unknown, over or revoked, or its owner has left."""
    from crm_entities import visibility  # noqa: PLC0415  # viewers are read from staff

    digest = _digest(value)
    key = tx.session.scalars(select(ApiKey).where(ApiKey.digest == digest)).one_or_none()
    # The index compares as it likes; what decides takes the same time for every wrong key.
    if key is None or not hmac.compare_digest(key.digest, digest) or not is_valid(key, tx.now):
        return None
    owner = visibility.of_actor(tx, f"staff:{key.owner_id}")
    if not owner.login:
        return None
    held = owner.rights
    if key.rights is not None:
        held = {right: reach for right, reach in held.items() if right in key.rights}
    viewer = replace(owner, rights=held)
    return Bearer(key.id, key.name, viewer, frozenset(key.topics), key.used_at)


def is_valid(key: ApiKey, now: datetime) -> bool:
    """Say whether a key is neither revoked nor over."""
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > now)


def is_stale(bearer: Bearer, now: datetime) -> bool:
    """Say whether the last use is old enough to be written again."""
    return bearer.used_at is None or now - bearer.used_at > SEEN_EVERY


def touch(tx: Transaction, key_id: int) -> None:
    """Note that a key is used; asked for only where `is_stale`."""
    get(tx, key_id).used_at = tx.now


def _checked_name(name: str) -> str:
    words = " ".join(name.split())
    if not words or len(words) > LONGEST_NAME:
        raise invalid(
            "Expected a name of 1 to %(most)s characters", most=LONGEST_NAME, field="name"
        )
    return words


def _checked_owner(tx: Transaction, owner_id: int) -> int:
    from crm_entities.staff import StaffMember  # noqa: PLC0415  # staff ask who looks at them

    member = tx.session.get(StaffMember, owner_id)
    if member is None or member.state != "active":
        raise invalid("Expected a colleague who works here as the key's owner", field="owner")
    return member.id


def _checked_rights(rights: Iterable[str]) -> list[str]:
    wanted = sorted(set(rights))
    for right in wanted:
        if right not in RIGHTS:
            raise invalid(
                "Expected a right such as case.read, but got %(right)s", right=right, field="rights"
            )
    return wanted


def _checked_topics(topics: Iterable[str]) -> list[str]:
    wanted = sorted({" ".join(topic.split()) for topic in topics} - {""})
    if len(wanted) > MOST_TOPICS or any(len(topic) > LONGEST_TOPIC for topic in wanted):
        raise invalid(
            "Expected at most %(most)s topics of at most %(longest)s characters each",
            most=MOST_TOPICS,
            longest=LONGEST_TOPIC,
            field="topics",
        )
    return wanted


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
