"""Sharing: one record shown to a colleague, a group or a team that would not see it otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from crm_entities import visibility
from crm_entities.records import Record
from crm_entities.visibility import Share
from ledger.event_log import Event
from ledger.rejection import invalid
from ledger.transaction import Transaction


def share(tx: Transaction, shared: Record, who: str) -> None:
    """Show one record to `staff:4`, `group:legal` or `team:2` as well; needs the right to write it."""
    visibility.record(tx, type(shared), shared.id, "record.write")
    if who.partition(":")[0] not in {"staff", "group", "team"}:
        raise invalid(
            "Expected staff:…, group:… or team:…, but got “%(who)s”", who=who, field="who"
        )
    if tx.session.get(Share, (shared.ENTITY, shared.id, who)) is None:
        tx.session.add(Share(entity=shared.ENTITY, record_id=shared.id, who=who))
        tx.session.flush()
        tx.note(Event(kind=f"{shared.ENTITY}_shared", subject=shared.subject, data={"with": who}))


def unshare(tx: Transaction, shared: Record, who: str) -> None:
    """Take a share back; needs the right to write the record."""
    visibility.record(tx, type(shared), shared.id, "record.write")
    is_it = (Share.entity == shared.ENTITY) & (Share.record_id == shared.id) & (Share.who == who)
    tx.session.execute(delete(Share).where(is_it))
    tx.note(Event(kind=f"{shared.ENTITY}_unshared", subject=shared.subject, data={"with": who}))


def shared_with(tx: Transaction, shared: Record) -> Sequence[str]:
    """Return with whom a record is shared."""
    question = select(Share.who).where(Share.entity == shared.ENTITY, Share.record_id == shared.id)
    return tx.session.scalars(question.order_by(Share.who)).all()
