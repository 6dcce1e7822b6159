"""Files become versions of processes and decisions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    func,
    insert,
    select,
)

from engine import bpmn, decisions, deployments
from engine.bpmn.graph import (
    DecisionTask,
    Graph,
    Process,
)
from engine.bpmn.problems import Problem, has_error
from engine.decisions import Decision
from engine.definitions.starting import enter
from engine.definitions.tables import (
    Definition,
    Deployment,
    Refused,
    definitions,
    of_row,
)
from engine.definitions.versions import NEWEST, get
from engine.deployments import Source
from ledger.event_log import Event
from ledger.transaction import Transaction


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
    problems |= _written_inside(tx, readings)
    if any(has_error(found) for found in problems.values()):
        raise Refused(problems)
    decided: list[Decision] = []
    for source in models:
        decided += decisions.deploy(tx, source, problems[source.name], state=state)
    made: list[Definition] = []
    for source, reading in readings:
        if reading.graph is not None:
            inside = _deploy_inside(tx, reading.graph)
            together = {each.key: each.id for each in (*decided, *inside)}
            made += _deploy(tx, source, reading.graph, reading.problems, state, together)
    return Deployment(tuple(made), problems, tuple(decided))


def check(source: Source, *, strict: bool = False) -> tuple[Problem, ...]:
    """Return what is wrong with a file, without deploying it."""
    if decisions.is_model(source.xml):
        return decisions.check(None, source.xml)
    return bpmn.read(source.xml, name=source.name, strict=strict).problems


def _deploy(
    tx: Transaction,
    source: Source,
    found: Graph,
    problems: tuple[Problem, ...],
    state: str,
    together: dict[str, int],
) -> list[Definition]:
    executable = [process for process in found.processes.values() if process.executable]
    bound = {key: together[key] for key in _bound_here(found) if key in together}
    same = _same(tx, executable, source.digest, bound) if state == "published" else []
    if same:
        return same
    number = deployments.store(tx, source, problems, bound or None)
    tx.on_commit(lambda: _remember(tx, number, found))
    return [_define(tx, number, process, state) for process in executable]


def _written_inside(
    tx: Transaction, readings: Iterable[tuple[Source, bpmn.Reading]]
) -> dict[str, tuple[Problem, ...]]:
    """Return what keeps the decisions that stand in a process's own text from being deployed."""
    return {
        inner.name: found
        for _, reading in readings
        for _, inner in _inside(reading.graph)
        if has_error(found := decisions.check(tx, inner.xml))
    }


def _deploy_inside(tx: Transaction, graph: Graph) -> list[Decision]:
    """Deploy the decisions that stand in a process's own text; only that process asks them."""
    found: list[Decision] = []
    for process, inner in _inside(graph):
        found += decisions.deploy(tx, inner, process=process.id)
    return found


def _inside(graph: Graph | None) -> Iterator[tuple[Process, Source]]:
    for process in graph.processes.values() if graph else ():
        if process.decisions is not None:
            yield process, Source(f"{process.id}.dmn", process.decisions.encode())


def _bound_here(graph: Graph) -> set[str]:
    """Return the decisions that are asked in the version deployed together with the file."""
    return {
        element.decision
        for process in graph.processes.values()
        for element in process.elements.values()
        if isinstance(element, DecisionTask)
        and element.binding == "deployment"
        and isinstance(element.decision, str)
    }


def _remember(tx: Transaction, deployment_id: int, found: Graph) -> None:
    """Keep what was compiled; only once it is durable, since a number may be given again after a rollback."""
    tx.store.remembered(("graph", deployment_id), lambda: found)


def _same(
    tx: Transaction, executable: Sequence[Process], digest: str, bound: dict[str, int]
) -> list[Definition]:
    """Return the newest versions where every process of the file comes from an equal file, with equal decisions."""
    rows = [tx.execute(NEWEST, {"key": process.id}).one_or_none() for process in executable]
    if not rows or any(row is None for row in rows):
        return []
    numbers = {row.deployment_id for row in rows if row is not None}
    found = [deployments.get(tx, number) for number in numbers]
    is_same = all(row.sha256 == digest and (row.decisions or {}) == bound for row in found)
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
