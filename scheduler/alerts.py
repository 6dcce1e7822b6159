"""Alerts: one row for each person and channel, which is the once-only key and the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Insert,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ledger.base import Instant, Json, metadata
from ledger.transaction import Transaction
from scheduler import choices
from scheduler.ports import Address, Recipients

INBOX, MAIL, WEBHOOK = "inbox", "mail", "webhook"
PENDING, SENDING, SENT, DELIVERED = "pending", "sending", "sent", "delivered"
DEAD, RECORDED, HELD, FOLDED = "dead", "none", "held", "folded"
LEAVING = frozenset({MAIL, WEBHOOK})
"""The channels that leave the house, and that can fail to."""

alerts = Table(
    "sla_alert",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger),
    Column("source", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("level", String(64), nullable=False),
    Column("recipient", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("subject", String(64)),
    Column("task_id", BigInteger),
    Column("kind", String(32), nullable=False),
    Column("data", Json),
    Column("due_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("late_seconds", Integer, nullable=False),
    Column("rank", BigInteger, nullable=False),
    Column("outage_id", BigInteger),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_at", Instant),
    Column("last_error", String(500)),
    Column("message_id", String(255)),
    Column("sent_at", Instant),
    Column("delivered_at", Instant),
    Column("seen_at", Instant),
    Column("acted_at", Instant),
    Column("folded_into", BigInteger),
    Column("holder", String(32)),
    UniqueConstraint("source", "epoch", "level", "recipient", "channel"),
    # who was told in a case
    Index("ix_sla_alert_case_id", "case_id", "id"),
)


def _part(name: str, condition: str, *columns: str) -> None:
    """Index the rows that a question is about, and no others."""
    where = text(condition)
    listed = [alerts.c[column] for column in columns]
    Index(name, *listed, sqlite_where=where, postgresql_where=where)


# what goes out next in a channel
_part("ix_sla_alert_next_try_at", "state IN ('pending', 'sending')", "channel", "next_try_at")
# what a worker that died had taken
_part("ix_sla_alert_claimed", "state = 'sending'", "channel", "holder")
# somebody's inbox, newest first
_part("ix_sla_alert_inbox", "channel = 'inbox' AND state = 'delivered'", "recipient", "id")
# how many entries of an inbox are unread
_part(
    "ix_sla_alert_unread",
    "channel = 'inbox' AND state = 'delivered' AND seen_at IS NULL",
    "recipient",
)
# whose digest is due
_part("ix_sla_alert_folded", "state = 'folded'", "next_try_at", "recipient")
# the dead letters, newest first
_part("ix_sla_alert_dead", "state = 'dead'", "id")
# how many mails somebody got of late
_part("ix_sla_alert_sent", "channel = 'mail' AND state = 'sent'", "recipient", "sent_at")
# the newest deliveries to a receiver
_part("ix_sla_alert_webhook", "channel = 'webhook'", "recipient", "id")
# what waits for the end of an outage, by person
_part("ix_sla_alert_held", "state = 'held'", "recipient", "channel", "case_id", "rank")


Entry = tuple[Any, ...]
"""An alert that is to be written: the values of COLUMNS."""


class News(NamedTuple):
    """What all alerts about one thing have in common: columns, with what they are where nobody says otherwise."""

    created_at: datetime
    source: str
    level: str
    kind: str
    epoch: int = 1
    case_id: int | None = None
    subject: str | None = None
    data: Mapping[str, Any] | None = None
    due_at: datetime | None = None
    late_seconds: int = 0
    rank: int = 0
    outage_id: int | None = None
    state: str = DELIVERED
    next_try_at: datetime | None = None
    last_error: str | None = None
    delivered_at: datetime | None = None
    acted_at: datetime | None = None

    def to(self, id: int, recipient: str, channel: str, task_id: int | None = None) -> Entry:
        """Return the alert that tells somebody in a channel."""
        return (id, recipient, channel, task_id, *self)

    def delivered(self, id: int, recipient: str, task_id: int | None) -> Entry:
        """Return the entry of somebody's inbox, which is delivered at once, for `write_inboxes`."""
        return (id, recipient, task_id, self.created_at, *self[:_SAID])

    def by_mail(self, address: Address) -> News | None:
        """Return the same as a mail, or None where the person wants none.

        It waits for the end of the person's quiet hours, or for the digest that he or she chose.
        """
        waits = choices.columns(address, self.kind, self.created_at)
        if waits is None:
            return None
        waits |= {"state": HELD} if self.state == HELD else {}
        return self._replace(delivered_at=None, **waits)


COLUMNS = ("id", "recipient", "channel", "task_id", *News._fields)
_SAID = News._fields.index("outage_id")
"""From this field on, entries of inboxes that are delivered at once have the same."""
_DELIVERED = ("id", "recipient", "task_id", "delivered_at", *News._fields[:_SAID])


def write(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Write alerts; one whose once-only key is already there is left as it is."""
    if entries:
        tx.write_values(_insert[tx.store.is_sqlite], COLUMNS, entries)


def write_inboxes(tx: Transaction, entries: Sequence[Entry]) -> None:
    """Write what `News.delivered` returned: the same as `write`, where there are many a third cheaper."""
    if entries:
        tx.write_values(_deliver[tx.store.is_sqlite], _DELIVERED, entries)


def channels(
    tx: Transaction, person: str, address: Address | None, news: News, task_id: int | None = None
) -> list[Entry]:
    """Return the entries that tell one person: the inbox always, a mail where there is an address."""
    inbox = news._replace(delivered_at=tx.now)
    mail = news.by_mail(address) if address and address.mail else None
    told = ((INBOX, inbox), (MAIL, mail))
    return [each.to(tx.new_id(), person, channel, task_id) for channel, each in told if each]


def tell(  # noqa: PLR0913  # each keyword is a column
    tx: Transaction,
    person: str,
    *,
    source: str,
    level: str,
    kind: str,
    epoch: int = 1,
    case_id: int | None = None,
    task_id: int | None = None,
    subject: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tell a person something once: a new task, a mention, a hand-over.

    `source` is what it is about (`task:42`, `comment:9`), `level` what about it; a second call with
    the same source, epoch and level tells nobody anything.
    """
    address = tx.port(Recipients).address(tx, person)
    news = News(tx.now, source, level, kind, epoch, case_id, subject, dict(data or {}))
    write(tx, channels(tx, person, address, news, task_id))


def inbox(  # each keyword narrows the list
    tx: Transaction,
    person: str,
    *,
    before: int | None = None,
    most: int = 50,
    unread: bool = False,
    kinds: Iterable[str] = (),
) -> Sequence[Row[Any]]:
    """Return a person's newest alerts, newest first, older than the alert `before`, of all kinds or these."""
    question = select(alerts).where(_is_inbox, alerts.c.recipient == person)
    if before is not None:
        question = question.where(alerts.c.id < before)
    if unread:
        question = question.where(alerts.c.seen_at.is_(None))
    if chosen := list(kinds):
        question = question.where(alerts.c.kind.in_(chosen))
    return tx.execute(question.order_by(alerts.c.id.desc()).limit(most)).all()


def mails_of(
    tx: Transaction, person: str, rows: Iterable[Row[Any]]
) -> dict[tuple[str, int, str], Row[Any]]:
    """Return the mails beside entries of a person's inbox, by source, epoch and level."""
    sources = sorted({row.source for row in rows})
    if not sources:
        return {}
    question = select(alerts).where(
        alerts.c.source.in_(sources), alerts.c.recipient == person, alerts.c.channel == MAIL
    )
    return {(row.source, row.epoch, row.level): row for row in tx.execute(question)}


def unread_count(tx: Transaction, person: str) -> int:
    """Return how many alerts of a person's inbox were not seen yet."""
    return int(tx.execute(_unread, {"b_person": person}).scalar_one())


def seen(tx: Transaction, person: str, ids: Iterable[int] | None = None) -> None:
    """Take note that a person saw these alerts, or all of the inbox."""
    change = update(alerts).where(
        _is_inbox, alerts.c.recipient == person, alerts.c.seen_at.is_(None)
    )
    if ids is not None:
        change = change.where(alerts.c.id.in_(list(ids)))
    tx.execute(change.values(seen_at=tx.now))


def acted(tx: Transaction, person: str, task_id: int) -> None:
    """Take note that a person acted on what the alerts about a task asked for."""
    tx.write(_acted, [{"b_person": person, "b_task": task_id, "b_now": tx.now}])


def of_case(tx: Transaction, case_id: int) -> Sequence[Row[Any]]:
    """Return every alert and action of a case, oldest first, with its receipt."""
    question = select(alerts).where(alerts.c.case_id == case_id)
    return tx.execute(question.order_by(alerts.c.id)).all()


def of_receiver(tx: Transaction, recipient: str, *, most: int = 20) -> Sequence[Row[Any]]:
    """Return the newest deliveries to a webhook, newest first."""
    is_its = text("channel = 'webhook'") & (alerts.c.recipient == recipient)
    return tx.execute(select(alerts).where(is_its).order_by(alerts.c.id.desc()).limit(most)).all()


_keys = ["source", "epoch", "level", "recipient", "channel"]


def _once(**said: Any) -> Mapping[bool, Insert]:
    """Return what writes a row unless its key is there, on SQLite and not; what is `said` stands in it literally."""
    values = {"attempts": literal_column("0"), **said}
    return {
        True: sqlite.insert(alerts).values(values).on_conflict_do_nothing(index_elements=_keys),
        False: postgresql.insert(alerts)
        .values(values)
        .on_conflict_do_nothing(index_elements=_keys),
    }


_insert = _once()
# What is bound costs the database again for each row.
_deliver = _once(channel=literal_column(f"'{INBOX}'"), state=literal_column(f"'{DELIVERED}'"))
# Literal, not bound: else no planner knows that the partial index serves.
_is_inbox = text("channel = 'inbox' AND state = 'delivered'")
_unread = (
    select(func.count())
    .select_from(alerts)
    .where(_is_inbox, alerts.c.seen_at.is_(None), alerts.c.recipient == bindparam("b_person"))
)
_acted = (
    update(alerts)
    .where(
        alerts.c.recipient == bindparam("b_person"),
        alerts.c.task_id == bindparam("b_task"),
        alerts.c.acted_at.is_(None),
    )
    .values(acted_at=bindparam("b_now"))
)
