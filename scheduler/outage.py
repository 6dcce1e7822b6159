"""After an outage: every missed level is recorded, and each person gets one summary, once.

Alerts that are more than OUTAGE_AFTER late are held back while the sweeps catch up. When nothing
late is left, each person keeps the highest alert of every case in the inbox and gets one mail: the
alert itself where it is the only one, else a summary with a link to each. A webhook's receiver gets
the highest alert of every case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    insert,
    select,
    text,
    update,
)

from engine.clocks import sweeping
from ledger import transaction
from ledger.base import Instant, metadata
from ledger.event_log import Event
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import alerts, quiet, webhooks
from scheduler.alerts import INBOX, MAIL, RECORDED, WEBHOOK
from scheduler.ports import Recipients

OUTAGE_AFTER = timedelta(minutes=10)
MOST_LISTED = 30

outages = Table(
    "sla_outage",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("found_at", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("state", String(8), nullable=False),
    Column("closed_at", Instant),
    Index(
        "uq_sla_outage_open",
        "state",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)


def current(tx: Transaction, since: datetime) -> int:
    """Return the outage that is being caught up with; it begins with the first late alert."""
    known = tx.execute(OPEN).scalar()
    if known is not None:
        return int(known)
    number = tx.new_id()
    row = {"id": number, "found_at": tx.now, "since": since, "state": "open", "closed_at": None}
    tx.execute(insert(outages), row)
    tx.note(Event("outage_found", ref=f"outage:{number}", data={"since": since.isoformat()}))
    return number


def settle(store: Store) -> int:
    """Give each person the summary when nothing late is left; return how many people were told.

    Receivers of webhooks are let go too, and not counted. One transaction a
    recipient: what a crash leaves is settled the next time.
    """
    with transaction.read(store, "worker") as tx:
        found = tx.execute(OPEN).scalar()
        if found is None or sweeping.is_any_due(tx, tx.now - OUTAGE_AFTER):
            return 0
        people = tx.execute(_people, {"b_outage": found}).scalars().all()
    for person in people:
        transaction.run(store, "worker", partial(_tell, outage_id=found, person=person))
    transaction.run(store, "worker", lambda tx: _close(tx, found))
    return sum(not person.startswith(webhooks.KIND) for person in people)


def _tell(tx: Transaction, outage_id: int, person: str) -> None:
    known = {"b_outage": outage_id, "b_person": person}
    tx.execute(_drop_lower, known)
    tx.execute(_release_inbox, {**known, "b_now": tx.now})
    tx.execute(_release_calls, {**known, "b_now": tx.now})
    held = tx.execute(_held_mails, known).one()
    if not held.held:
        return
    address = tx.port(Recipients).address(tx, person)
    at = quiet.until(address, tx.now) if address else tx.now
    if held.held == 1:
        tx.execute(_release_mail, {**known, "b_now": at})
        return
    number = tx.new_id()
    summary = alerts.News(
        tx.now,
        f"outage:{outage_id}",
        "summary",
        "outage_summary",
        state=alerts.PENDING,
        due_at=held.due_at,
        next_try_at=at,
        data={"count": held.held, "alerts": list(tx.execute(_highest_mails, known).scalars())},
    )
    alerts.write(tx, [summary.to(number, person, MAIL)])
    tx.execute(_fold, {**known, "b_into": number})


def _close(tx: Transaction, outage_id: int) -> None:
    still = tx.execute(_people, {"b_outage": outage_id}).first()
    if still is None:
        change = update(outages).where(outages.c.id == outage_id, outages.c.state == "open")
        tx.execute(change.values(state="closed", closed_at=tx.now))


_a = alerts.alerts.c
OPEN = select(outages.c.id).where(text("sla_outage.state = 'open'"))
"""Asks for the outage that is being caught up with, by its number."""
# Literal, so that the partial index over held alerts serves.
_is_held = text("sla_alert.state = 'held'")
_people = (
    select(_a.recipient)
    .where(_is_held, _a.outage_id == bindparam("b_outage"))
    .distinct()
    .limit(500)
)
_of_person = and_(
    _is_held, _a.outage_id == bindparam("b_outage"), _a.recipient == bindparam("b_person")
)
_ranked = (
    select(
        _a.id,
        func.row_number()
        .over(
            partition_by=(_a.channel, _a.case_id, case((_a.case_id.is_(None), _a.id))),
            order_by=(_a.rank.desc(), _a.id.desc()),
        )
        .label("place"),
    )
    .where(_of_person)
    .subquery()
)
_drop_lower = (
    update(alerts.alerts)
    .where(_a.id.in_(select(_ranked.c.id).where(_ranked.c.place > 1)))
    .values(state=RECORDED)
)
_release_inbox = (
    update(alerts.alerts)
    .where(_of_person, _a.channel == INBOX)
    .values(state=alerts.DELIVERED, delivered_at=bindparam("b_now"))
)
_release_mail = (
    update(alerts.alerts)
    .where(_of_person, _a.channel == MAIL)
    .values(state=alerts.PENDING, next_try_at=bindparam("b_now"))
)
_release_calls = (
    update(alerts.alerts)
    .where(_of_person, _a.channel == WEBHOOK)
    .values(state=alerts.PENDING, next_try_at=bindparam("b_now"))
)
_held_mails = select(func.count().label("held"), func.min(_a.due_at).label("due_at")).where(
    _of_person, _a.channel == MAIL
)
_highest_mails = (
    select(_a.id)
    .where(_of_person, _a.channel == MAIL)
    .order_by(_a.rank.desc(), _a.id)
    .limit(MOST_LISTED)
)
_fold = (
    update(alerts.alerts)
    .where(_of_person, _a.channel == MAIL)
    .values(state=RECORDED, folded_into=bindparam("b_into"))
)
_count_held = select(func.count()).select_from(alerts.alerts).where(_is_held)


def held_count(tx: Transaction) -> int:
    """Return how many alerts wait for the end of a catch-up."""
    return int(tx.execute(_count_held).scalar_one())
