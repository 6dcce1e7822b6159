"""Decisions: deployed as DMN files, numbered by version, asked by business rule tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    bindparam,
    func,
    insert,
    select,
)

from engine import dmn
from engine.bpmn.problems import Problem
from engine.dmn import reader
from engine.feel import Value
from ledger import rejection
from ledger.base import metadata
from ledger.event_log import Event
from ledger.transaction import Transaction

decisions = Table(
    "bpmn_decision",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", BigInteger, nullable=False, index=True),
    Column("namespace", String(512), nullable=False, index=True),
    UniqueConstraint("key", "version"),
)
DMN = b"/DMN/"
"""Stands in the namespace of every version of the standard."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision gave, with the version asked and the rules that matched."""

    value: Value
    key: str
    version: int
    fired: tuple[dmn.Fired, ...]


_latest = (
    select(decisions)
    .where(decisions.c.key == bindparam("key"))
    .order_by(decisions.c.version.desc())
    .limit(1)
)
_version = select(decisions).where(
    decisions.c.key == bindparam("key"), decisions.c.version == bindparam("version")
)
_beside = select(decisions).where(
    decisions.c.key == bindparam("key"), decisions.c.deployment_id == bindparam("deployment_id")
)
_importable = (
    select(decisions.c.deployment_id)
    .where(decisions.c.namespace == bindparam("namespace"))
    .order_by(decisions.c.id.desc())
    .limit(1)
)


def is_model(xml: bytes) -> bool:
    """Say whether a file is a decision model."""
    return DMN in xml[:4096] and b"/BPMN/" not in xml[:4096]


def check(tx: Transaction | None, xml: bytes) -> tuple[Problem, ...]:
    """Return what is wrong with a file of decisions."""
    try:
        found = dmn.read(xml, _imports(tx, xml) if tx else {}).problems
    except dmn.DmnError as refused:
        found = list(refused.problems)
    return tuple(
        Problem(each.severity, each.line, each.column, each.element, each.rule, each.message)
        for each in found
    )


def deploy(tx: Transaction, deployment_id: int, xml: bytes) -> None:
    """Make every decision of a deployed file the next version of its id."""
    model = dmn.read(xml, _imports(tx, xml))
    for decision in model.decisions:
        key = decision.id or decision.name
        question = select(func.max(decisions.c.version)).where(decisions.c.key == key)
        version = (tx.execute(question).scalar() or 0) + 1
        row = {"id": tx.new_id(), "key": key, "name": decision.name, "version": version}
        tx.execute(
            insert(decisions), {**row, "deployment_id": deployment_id, "namespace": model.namespace}
        )
        data = {"key": key, "version": version}
        tx.note(Event("decision_deployed", ref=f"decision:{row['id']}", data=data))


def find(tx: Transaction, key: str, binding: str, deployment_id: int) -> Row[Any] | None:
    """Return the version that a task means: `latest`, `deployment` (the process's own) or a number; None: unknown."""
    if binding == "deployment":
        own = tx.execute(_beside, {"key": key, "deployment_id": deployment_id}).one_or_none()
        if own is not None:
            return own
    if binding.isdigit():
        return tx.execute(_version, {"key": key, "version": int(binding)}).one_or_none()
    return tx.execute(_latest, {"key": key}).one_or_none()


def decide(tx: Transaction, row: Row[Any], given: Mapping[str, Value]) -> Decided:
    """Evaluate a decision. What could not be computed is null, and a ValueError where all of it could not."""
    model = _model(tx, row.deployment_id)
    decision = model.decision(row.key)
    if decision is None:
        raise rejection.not_found(f"the decision {row.key}")
    outcome = model.decide(decision, given, now=tx.now)
    if outcome.value is None and outcome.problems:
        raise ValueError(f"The decision {row.key} gives nothing: {outcome.problems[0]}")
    return Decided(outcome.value, row.key, row.version, outcome.fired)


def _model(tx: Transaction, deployment_id: int) -> dmn.Model:
    def make() -> dmn.Model:
        from engine import definitions  # noqa: PLC0415  # files of both kinds are deployed there

        xml = definitions.deployment(tx, deployment_id).source
        return dmn.read(xml, _imports(tx, xml))

    return tx.store.remembered(("decisions", deployment_id), make)


def _imports(tx: Transaction, xml: bytes) -> dict[str, dmn.Model]:
    """Return the newest deployed models of the namespaces that a file imports."""
    found = {}
    for namespace, _ in reader.imported_namespaces(xml):
        number = tx.execute(_importable, {"namespace": namespace}).scalar()
        if number is not None:
            found[namespace] = _model(tx, number)
    return found
