"""Compiled processes, kept in memory after the first time."""

from __future__ import annotations

from sqlalchemy import (
    bindparam,
    select,
)

from engine import bpmn
from engine.bpmn.graph import (
    Graph,
    Process,
)
from engine.definitions.tables import Refused
from engine.definitions.versions import get
from engine.deployments import deployments
from ledger.transaction import Transaction

_source = select(deployments.c.source, deployments.c.name).where(
    deployments.c.id == bindparam("id")
)


def process(tx: Transaction, definition_id: int) -> Process:
    """Return the compiled process of a definition, from memory after the first time."""
    return tx.store.remembered(("process", definition_id), lambda: _compiled(tx, definition_id))


def graph(tx: Transaction, deployment_id: int) -> Graph:
    """Return all that a deployed file defines, compiled, from memory after the first time."""
    return tx.store.remembered(("graph", deployment_id), lambda: _read(tx, deployment_id))


def receiver(tx: Transaction, definition_id: int, element: str) -> str | None:
    """Return the process that a message flow leads to from an element, or None."""
    around = graph(tx, get(tx, definition_id).deployment_id)
    for flow in around.message_flows:
        if flow.source == element:
            for candidate in around.processes.values():
                if flow.target == candidate.id or flow.target in candidate.elements:
                    return candidate.id
    return None


def _compiled(tx: Transaction, definition_id: int) -> Process:
    found = get(tx, definition_id)
    return graph(tx, found.deployment_id).processes[found.key]


def _read(tx: Transaction, deployment_id: int) -> Graph:
    row = tx.execute(_source, {"id": deployment_id}).one()
    reading = bpmn.read(row.source, name=row.name)
    if reading.graph is None:
        raise Refused({row.name: reading.problems})
    return reading.graph
