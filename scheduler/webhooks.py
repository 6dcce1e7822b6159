"""Receivers of webhooks: other programs that are told of deadlines and of what happens in cases.

For each receiver an alert is one row with `webhook:2` as its recipient, written in the transaction
of what it tells; `scheduler.delivery.hooks` brings it out of the house.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from ledger.base import Instant, Json, metadata
from ledger.event_log import Event, events
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction
from scheduler import alerts

KIND = "webhook:"
LEVELS = ("all", "asked", "none")
"""Which levels of ladders a receiver hears of: all, those that say `how: webhook`, none."""
KINDS = ("deadline_near", "deadline_due", "deadline_overdue", "pause_over_cap")
EVENTS = (
    "case_started",
    "case_completed",
    "case_terminated",
    "case_cancelled",
    "task_created",
    "task_assigned",
    "task_completed",
    "comment_written",
)
OLD_SECRET_FOR = timedelta(hours=24)
"""For how long a replaced secret signs too, so that a receiver can change over in peace."""
LONGEST_URL = 2000
LISTENING: Final = "who listens"
"""Under this key a process has in mind who listens."""

receivers = Table(
    "sla_webhook",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("title", String(120), nullable=False),
    Column("url", String(LONGEST_URL), nullable=False),
    Column("language", String(8), nullable=False),
    Column("levels", String(8), nullable=False),
    Column("kinds", Json, nullable=False),
    Column("events", Json, nullable=False),
    Column("definitions", Json, nullable=False),
    Column("is_naming", Boolean, nullable=False),
    Column("is_on", Boolean, nullable=False),
    Column("secret", String(64), nullable=False),
    Column("old_secret", String(64)),
    Column("old_until", Instant),
    Column("version", Integer, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
)
FIELDS = frozenset(
    {"title", "url", "language", "levels", "kinds", "events", "definitions", "is_naming", "is_on"}
)


class Made(NamedTuple):
    """A new receiver and its secret, which is never shown again."""

    id: int
    secret: str


def create(tx: Transaction, values: Mapping[str, Any]) -> Made:
    """Set up a receiver. Raises `Rejection(invalid_argument)` naming the field to mend."""
    made = Made(tx.new_id(), _new_secret())
    fixed = {"id": made.id, "secret": made.secret, "version": 1}
    row = _checked(values) | fixed | {"made_at": tx.now, "made_by": tx.actor}
    tx.execute(insert(receivers), row)
    _changed(tx, "webhook_created", made.id)
    return made


def change(tx: Transaction, id: int, values: Mapping[str, Any], *, version: int) -> None:
    """Change a receiver that still has this version; what waits for it goes where it leads from now on."""
    if _locked(tx, id).version != version:
        raise _overtaken(tx, id)
    row = _checked(values) | {"version": version + 1}
    tx.execute(update(receivers).where(receivers.c.id == id).values(**row))
    _changed(tx, "webhook_changed", id)


def renew_secret(tx: Transaction, id: int) -> str:
    """Return a new secret; the old one signs beside it for OLD_SECRET_FOR."""
    known, secret = _locked(tx, id), _new_secret()
    old = {"old_secret": known.secret, "old_until": tx.now + OLD_SECRET_FOR}
    tx.execute(update(receivers).where(receivers.c.id == id).values(secret=secret, **old))
    _changed(tx, "webhook_secret_renewed", id)
    return secret


def remove(tx: Transaction, id: int) -> None:
    """Take a receiver away; what still waits for it is not sent."""
    get(tx, id)
    tx.execute(delete(receivers).where(receivers.c.id == id))
    _changed(tx, "webhook_removed", id)


def attempt(tx: Transaction, id: int) -> None:
    """Send a receiver a trial, as any other delivery goes out."""
    get(tx, id)
    about = f"trial:{tx.new_id()}"
    trial = alerts.News(
        tx.now, about, "test", "test", data={}, state=alerts.PENDING, next_try_at=tx.now
    )
    alerts.write(tx, [trial.to(tx.new_id(), f"{KIND}{id}", alerts.WEBHOOK)])


def get(tx: Transaction, id: int) -> Row[Any]:
    """Return a receiver. Raises `Rejection(not_found)`."""
    found = tx.execute(select(receivers).where(receivers.c.id == id)).one_or_none()
    if found is None:
        raise not_found("the webhook %(id)s", id=id)
    return found


def _locked(tx: Transaction, id: int) -> Row[Any]:
    """Return a receiver that nobody else changes until this transaction ends."""
    tx.execute(select(receivers.c.id).where(receivers.c.id == id).with_for_update())
    return get(tx, id)


def of_recipient(tx: Transaction, recipient: str) -> Row[Any] | None:
    """Return the receiver that an alert's recipient names, or None where there is none any more."""
    id = int(recipient.removeprefix(KIND))
    return tx.execute(select(receivers).where(receivers.c.id == id)).one_or_none()


def listed(tx: Transaction) -> Sequence[Row[Any]]:
    """Return every receiver by title."""
    return tx.execute(select(receivers).order_by(receivers.c.title, receivers.c.id)).all()


def listening(tx: Transaction) -> Sequence[Row[Any]]:
    """Return the receivers that are switched on."""
    return tx.execute(_on).all()


def secrets_of(row: Row[Any], now: datetime) -> list[str]:
    """Return the secrets that sign for a receiver now, the newest first."""
    is_both = row.old_secret is not None and row.old_until is not None and now < row.old_until
    return [row.secret, row.old_secret] if is_both else [row.secret]


def hears_level(row: Row[Any], how: Sequence[str], kind: str, definition: str) -> bool:
    """Say whether a receiver is told of a level of that kind, in a process of that key."""
    is_asked = row.levels == "all" or (row.levels == "asked" and "webhook" in how)
    return is_asked and (not row.kinds or kind in row.kinds) and _is_of(row, definition)


def hears_event(row: Row[Any], kind: str, definition: str) -> bool:
    """Say whether a receiver is told of what happens in a case."""
    return kind in row.events and _is_of(row, definition)


def _is_of(row: Row[Any], definition: str) -> bool:
    return not row.definitions or definition in row.definitions


def _new_secret() -> str:
    return f"whsec_{secrets.token_hex(24)}"


def _overtaken(tx: Transaction, id: int) -> Rejection:
    is_it = (events.c.ref == f"{KIND}{id}") & (events.c.kind == "webhook_changed")
    question = select(events.c.actor, events.c.at).where(is_it).order_by(events.c.id.desc())
    last = tx.execute(question.limit(1)).one()
    return Rejection(
        "conflict",
        "Expected to change this webhook as you saw it, but %(who)s changed it at %(touched_at)s; "
        "save again to put yours in its place",
        who=last.actor,
        touched_at=last.at,
    )


def _changed(tx: Transaction, kind: str, id: int) -> None:
    # the address may hold a secret of the other side, so it is not told
    tx.note(Event(kind, ref=f"{KIND}{id}"))
    tx.on_commit(lambda: tx.store.forget(LISTENING))


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    row = {name: values[name] for name in FIELDS}
    row["title"] = str(row["title"]).strip()
    if not row["title"]:
        raise invalid("Please give the webhook a name", field="title")
    row["url"] = _address(str(row["url"]).strip())
    for name, known in (("kinds", KINDS), ("events", EVENTS)):
        if unknown := sorted(set(row[name]) - set(known)):
            raise invalid("Expected a kind of news, but got “%(got)s”", got=unknown[0], field=name)
        row[name] = sorted(set(row[name]))
    if row["levels"] not in LEVELS:
        raise invalid("Expected all, asked or none, but got “%(got)s”", got=row["levels"])
    if row["levels"] == "none" and not row["events"]:
        raise invalid("Please choose what the webhook tells of", field="events")
    return row


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_right = is_right and "@" not in parts.netloc and (parts.port is None or parts.port > 0)
    except ValueError:
        is_right = False
    if not is_right or len(url) > LONGEST_URL or any(char.isspace() for char in url):
        raise invalid(
            "Expected an address such as https://example.com/hook, but got “%(got)s”",
            got=url[:100],
            field="url",
        )
    return url


_on = select(receivers).where(receivers.c.is_on.is_(True)).order_by(receivers.c.id)
