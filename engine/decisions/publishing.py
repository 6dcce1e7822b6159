"""Versions of decisions are let to decide, or no longer; the decisions of one file go together."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from engine import deployments, lifecycle
from engine.decisions.deploying import next_version
from engine.decisions.tables import Decision, decisions, of_row
from engine.decisions.versions import get
from ledger.event_log import Event
from ledger.transaction import Transaction


def publish(tx: Transaction, decision_id: int) -> None:
    """Let a draft, with all decisions of its file, or a retired version decide from now on.

    A draft becomes the next version, also where another was published since it was begun.
    """
    chosen = get(tx, decision_id)
    for each in _with(tx, chosen) if chosen.state == "draft" else [chosen]:
        values: dict[str, object] = {"state": _after(each, "publish")}
        following = next_version(tx, each.key)
        if each.state == "draft" and following > each.version + 1:
            values["version"] = following
        _change(tx, each, values)
        _note(tx, each, "decision_published")


def retire(tx: Transaction, decision_id: int) -> None:
    """Ask a version no longer; the one before it is asked again where it is published."""
    chosen = get(tx, decision_id)
    _change(tx, chosen, {"state": _after(chosen, "retire")})
    _note(tx, chosen, "decision_retired")


def discard(tx: Transaction, decision_id: int) -> None:
    """Throw a draft away, with all decisions of its file."""
    chosen = get(tx, decision_id)
    _after(chosen, "discard")
    for each in _with(tx, chosen):
        tx.execute(delete(decisions).where(decisions.c.id == each.id))
        _note(tx, each, "decision_discarded")
    table = deployments.deployments
    tx.execute(delete(table).where(table.c.id == chosen.deployment_id))


def _with(tx: Transaction, chosen: Decision) -> list[Decision]:
    question = select(decisions).where(decisions.c.deployment_id == chosen.deployment_id)
    return [of_row(row) for row in tx.execute(question)]


def _after(each: Decision, step: str) -> str:
    what = f"version {each.version} of the decision {each.key}"
    return lifecycle.after("definition", each.state, step, what)


def _change(tx: Transaction, each: Decision, values: dict[str, object]) -> None:
    tx.execute(update(decisions).where(decisions.c.id == each.id).values(**values))


def _note(tx: Transaction, each: Decision, kind: str) -> None:
    tx.note(Event(kind, ref=f"decision:{each.id}", data={"key": each.key}))
