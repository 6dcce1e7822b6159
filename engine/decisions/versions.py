"""Versions of decisions: found, listed, and bound to a task."""

from __future__ import annotations

from sqlalchemy import Select, bindparam, func, select

from engine import deployments
from engine.decisions.tables import Decision, decisions, of_row
from ledger import rejection
from ledger.transaction import Transaction

_by_id = select(decisions).where(decisions.c.id == bindparam("id"))
NEWEST = (
    select(decisions)
    .where(decisions.c.key == bindparam("key"), decisions.c.state == "published")
    .order_by(decisions.c.version.desc())
    .limit(1)
)
_version = select(decisions).where(
    decisions.c.key == bindparam("key"),
    decisions.c.version == bindparam("version"),
    decisions.c.state != "draft",
)


def get(tx: Transaction, decision_id: int) -> Decision:
    """Return a decision. Raises Rejection(not_found)."""
    found = _one(tx, _by_id, id=decision_id)
    if found is None:
        raise rejection.not_found("decision %(decision)s", decision=decision_id)
    return found


def latest(tx: Transaction, key: str) -> Decision | None:
    """Return the newest published version, None where there is none."""
    return _one(tx, NEWEST, key=key)


def find(tx: Transaction, key: str, binding: str, deployment_id: int) -> Decision | None:
    """Return the version that a task means; None where no decision of that id is published.

    `binding` is `latest`, `deployment` (what was deployed together with the process, else the latest) or a
    version's number. Raises Rejection(not_found) where that number does not exist, though others do.
    """
    if binding == "deployment":
        own = deployments.decisions_of(tx, deployment_id).get(key)
        if own is not None:
            return get(tx, own)
    if not binding.isdigit():
        return latest(tx, key)
    found = _one(tx, _version, key=key, version=int(binding))
    if found is None and versions(tx, key):
        raise rejection.not_found(
            "version %(binding)s of the decision %(key)s", binding=binding, key=key
        )
    return found


def listed(tx: Transaction) -> list[Decision]:
    """Return the newest version of every key, by name; drafts and retired ones too."""
    newest = select(decisions.c.key, func.max(decisions.c.version).label("version"))
    last = newest.group_by(decisions.c.key).subquery()
    join = (decisions.c.key == last.c.key) & (decisions.c.version == last.c.version)
    question = select(decisions).join(last, join).order_by(decisions.c.name, decisions.c.key)
    return [of_row(row) for row in tx.execute(question)]


def versions(tx: Transaction, key: str) -> list[Decision]:
    """Return every version of a key, newest first."""
    question = select(decisions).where(decisions.c.key == key).order_by(decisions.c.version.desc())
    return [of_row(row) for row in tx.execute(question)]


def _one(tx: Transaction, question: Select[tuple[object, ...]], **given: object) -> Decision | None:
    row = tx.execute(question, given).one_or_none()
    return None if row is None else of_row(row)
