"""Files of decisions become versions; a draft takes the place of the draft before it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, delete, func, insert, select

from engine import deployments, dmn
from engine.bpmn.problems import Problem
from engine.decisions import evaluating
from engine.decisions.tables import Decision, decisions, of_row
from engine.decisions.versions import NEWEST
from engine.deployments import Source
from engine.dmn import check as checking
from ledger.event_log import Event
from ledger.rejection import invalid
from ledger.transaction import Transaction

DMN = b"/DMN/"
"""Stands in the namespace of every version of the standard."""
_last = select(func.max(decisions.c.version)).where(decisions.c.key == bindparam("key"))


def is_model(xml: bytes) -> bool:
    """Say whether a file is a decision model."""
    return DMN in xml[:4096] and b"/BPMN/" not in xml[:4096]


def check(tx: Transaction | None, xml: bytes) -> tuple[Problem, ...]:
    """Return what is wrong with a file of decisions, and as warnings what its tables leave open."""
    try:
        found = checking.model(dmn.read(xml, evaluating.imports(tx, xml) if tx else {}))
    except dmn.DmnError as refused:
        found = refused.problems
    return tuple(
        Problem(each.severity, each.line, each.column, each.element, each.rule, each.message)
        for each in found
    )


def deploy(
    tx: Transaction,
    source: Source,
    problems: Sequence[Problem] = (),
    *,
    state: str = "published",
    process: str | None = None,
) -> tuple[Decision, ...]:
    """Make every decision of a file without errors the next version of its id.

    A file that says what is published already makes no new versions. `process` is the process in whose
    text the decisions are written.
    """
    model = dmn.read(source.xml, evaluating.imports(tx, source.xml))
    keys = [decision.id or decision.name for decision in model.decisions]
    if not keys:
        raise invalid(
            "Expected a decision in %(source)s, but there is none", source=source.name, field="file"
        )
    for key in sorted(keys):
        tx.take_turn(f"decision {key}")
    same = _same(tx, keys, source)
    if state == "published" and same:
        return same
    if state == "draft":
        _forget_drafts(tx, keys)
    number = deployments.store(tx, source, problems)
    common = {"deployment_id": number, "namespace": model.namespace, "state": state}
    return tuple(
        _define(tx, {**common, "key": key, "name": decision.name, "process": process})
        for key, decision in zip(keys, model.decisions, strict=True)
    )


def next_version(tx: Transaction, key: str) -> int:
    """Return the number that comes after all there are."""
    return (tx.execute(_last, {"key": key}).scalar() or 0) + 1


def _define(tx: Transaction, parts: dict[str, object]) -> Decision:
    key = str(parts["key"])
    row = {**parts, "id": tx.new_id(), "version": next_version(tx, key)}
    tx.execute(insert(decisions), row)
    made = Decision(**row)  # type: ignore[arg-type]  # the columns are its fields
    data = {"key": key, "version": made.version, "state": made.state}
    tx.note(Event("decision_deployed", ref=f"decision:{made.id}", data=data))
    return made


def _same(tx: Transaction, keys: Sequence[str], source: Source) -> tuple[Decision, ...]:
    """Return the newest versions where every one of them comes from an equal file."""
    rows = [tx.execute(NEWEST, {"key": key}).one_or_none() for key in keys]
    found = tuple(of_row(row) for row in rows if row is not None)
    numbers = {each.deployment_id for each in found}
    table = deployments.deployments
    question = select(table.c.sha256).where(table.c.id.in_(numbers))
    is_same = len(found) == len(keys) and set(tx.execute(question).scalars()) == {source.digest}
    return found if is_same else ()


def _forget_drafts(tx: Transaction, keys: Sequence[str]) -> None:
    """Nothing has used a draft, so the one before leaves no trace but its event."""
    drafts = decisions.c.state == "draft"
    question = select(decisions.c.deployment_id).where(decisions.c.key.in_(keys), drafts)
    numbers = set(tx.execute(question).scalars())
    tx.execute(delete(decisions).where(decisions.c.deployment_id.in_(numbers), drafts))
    table = deployments.deployments
    tx.execute(delete(table).where(table.c.id.in_(numbers)))
