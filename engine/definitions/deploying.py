"""Files become versions of processes and decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    bindparam,
    func,
    insert,
    select,
)

from engine import bpmn, decisions
from engine.bpmn.graph import (
    Graph,
    Process,
)
from engine.bpmn.problems import Problem, has_error
from engine.definitions.starting import enter
from engine.definitions.tables import (
    Definition,
    Deployment,
    Refused,
    Source,
    definitions,
    deployments,
    of_row,
)
from engine.definitions.versions import NEWEST, get
from ledger.event_log import Event
from ledger.transaction import Transaction

_newest_digest = (
    select(deployments.c.sha256)
    .where(deployments.c.name == bindparam("name"))
    .order_by(deployments.c.id.desc())
    .limit(1)
)


def deploy(tx: Transaction, sources: Sequence[Source], *, state: str = "published") -> Deployment:
    """Deploy files: each executable process in them becomes the next version of its key.

    A file that says what the newest version says already makes no new one.
    Raises Refused, with nothing deployed, where any file has an error.
    """
    models = [source for source in sources if decisions.is_model(source.xml)]
    readings = [
        (source, bpmn.read(source.xml, name=source.name))
        for source in sources
        if source not in models
    ]
    problems = {source.name: reading.problems for source, reading in readings}
    problems |= {source.name: decisions.check(tx, source.xml) for source in models}
    if any(has_error(found) for found in problems.values()):
        raise Refused(problems)
    for source in models:
        _deploy_decisions(tx, source, problems[source.name])
    made: list[Definition] = []
    for source, reading in readings:
        if reading.graph is not None:
            made += _deploy(tx, source, reading.graph, reading.problems, state)
    return Deployment(tuple(made), problems)


def check(source: Source, *, strict: bool = False) -> tuple[Problem, ...]:
    """Return what is wrong with a file, without deploying it."""
    if decisions.is_model(source.xml):
        return decisions.check(None, source.xml)
    return bpmn.read(source.xml, name=source.name, strict=strict).problems


def _deploy(
    tx: Transaction, source: Source, found: Graph, problems: tuple[Problem, ...], state: str
) -> list[Definition]:
    digest = _digest(source)
    executable = [process for process in found.processes.values() if process.executable]
    same = _same(tx, executable, digest, state)
    if same:
        return same
    number = _store(tx, source, digest, problems)
    tx.on_commit(lambda: _remember(tx, number, found))
    return [_define(tx, number, process, state) for process in executable]


def _deploy_decisions(tx: Transaction, source: Source, problems: tuple[Problem, ...]) -> None:
    """Deploy a file of decisions, unless the newest of that name says the same already."""
    digest = _digest(source)
    if tx.execute(_newest_digest, {"name": source.name}).scalar() != digest:
        decisions.deploy(tx, _store(tx, source, digest, problems), source.xml)


def _digest(source: Source) -> str:
    return hashlib.sha256(source.xml + (source.origin or "").encode()).hexdigest()


def _remember(tx: Transaction, deployment_id: int, found: Graph) -> None:
    """Keep what was compiled; only once it is durable, since a number may be given again after a rollback."""
    tx.store.remembered(("graph", deployment_id), lambda: found)


def _store(tx: Transaction, source: Source, digest: str, problems: tuple[Problem, ...]) -> int:
    number = tx.new_id()
    row = {
        "id": number,
        "name": source.name,
        "source": source.xml,
        "origin": source.origin,
        "sha256": digest,
    }
    more = {"origin_format": source.origin_format, "at": tx.now, "by": tx.actor}
    report = [
        {"line": problem.line, "element": problem.element, "message": problem.message}
        for problem in problems
    ]
    tx.execute(insert(deployments), {**row, **more, "report": report})
    return number


def _same(
    tx: Transaction, executable: Sequence[Process], digest: str, state: str
) -> list[Definition]:
    """Return the newest versions where every process of the file comes from an equal file."""
    rows = [tx.execute(NEWEST, {"key": process.id}).one_or_none() for process in executable]
    if not rows or state != "published" or any(row is None for row in rows):
        return []
    numbers = {row.deployment_id for row in rows if row is not None}
    question = select(deployments.c.sha256).where(deployments.c.id.in_(numbers))
    is_same = set(tx.execute(question).scalars()) == {digest}
    return [of_row(row) for row in rows if row is not None] if is_same else []


def _define(tx: Transaction, deployment_id: int, process: Process, state: str) -> Definition:
    question = select(func.max(definitions.c.version)).where(definitions.c.key == process.id)
    version = (tx.execute(question).scalar() or 0) + 1
    row: dict[str, Any] = {
        "id": tx.new_id(),
        "key": process.id,
        "version": version,
        "deployment_id": deployment_id,
        "title": process.name or process.id,
        "titles": dict(process.titles) or None,
        "state": state,
        "subject": process.subject,
        "owner": process.owner,
    }
    tx.execute(insert(definitions), row)
    made = get(tx, row["id"])
    tx.note(
        Event(
            "definition_deployed",
            ref=f"definition:{made.id}",
            data={"key": made.key, "version": version},
        )
    )
    if state == "published":
        enter(tx, made, process)
    return made
