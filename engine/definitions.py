"""Process definitions: deployed as files, numbered by version, compiled once in each process of the program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from engine import bpmn, decisions, lifecycle, timing
from engine.bpmn.graph import (
    Conditional,
    Element,
    EventDefinition,
    Gateway,
    Graph,
    Message,
    MessageTask,
    Process,
    Signal,
    Timer,
)
from engine.bpmn.graph import Event as EventElement
from engine.bpmn.problems import Problem, has_error
from engine.waiting.timers import timers
from ledger import rejection
from ledger.base import Instant, Json, metadata
from ledger.event_log import Event
from ledger.rejection import Rejection
from ledger.transaction import Transaction

deployments = Table(
    "bpmn_deployment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(255), nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("origin", Text),
    Column("origin_format", String(16)),
    Column("sha256", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("report", Json),
)
definitions = Table(
    "bpmn_definition",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("version", Integer, nullable=False),
    Column("deployment_id", BigInteger, nullable=False),
    Column("title", Text, nullable=False),
    Column("titles", Json),
    Column("state", String(16), nullable=False),
    Column("subject", String(32)),
    Column("owner", String(255)),
    UniqueConstraint("key", "version"),
    Index("ix_bpmn_definition_deployment_id", "deployment_id"),
)
entries = Table(
    "bpmn_start",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("definition_id", BigInteger, nullable=False, index=True),
    Column("key", String(255), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("name", String(255), nullable=False),
    Column("element", String(255)),
    Index("ix_bpmn_start_kind_name", "kind", "name"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to deploy. `origin` is the text that the BPMN was made from, `origin_format` its language (yaml)."""

    name: str
    xml: bytes
    origin: str | None = None
    origin_format: str | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of a process."""

    id: int
    key: str
    version: int
    title: str
    state: str = "published"
    deployment_id: int = 0
    subject: str | None = None
    owner: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deployment:
    """What was deployed; `problems` are warnings by the name of the file."""

    definitions: tuple[Definition, ...]
    problems: Mapping[str, tuple[Problem, ...]]


class Refused(Rejection):
    """Files that cannot be deployed; `problems` says why, by the name of the file."""

    def __init__(self, problems: Mapping[str, tuple[Problem, ...]]) -> None:
        errors = [
            f"{name}:{problem}"
            for name, found in problems.items()
            for problem in found
            if problem.severity == "error"
        ]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        super().__init__(
            "invalid_argument", f"Expected a process that can be run, but {errors[0]}{more}"
        )
        self.problems = problems


_by_id = select(definitions).where(definitions.c.id == bindparam("id"))
_latest = (
    select(definitions)
    .where(definitions.c.key == bindparam("key"), definitions.c.state == "published")
    .order_by(definitions.c.version.desc())
    .limit(1)
)
_version = select(definitions).where(
    definitions.c.key == bindparam("key"), definitions.c.version == bindparam("version")
)
_beside = select(definitions).where(
    definitions.c.key == bindparam("key"), definitions.c.deployment_id == bindparam("deployment_id")
)
_starts = select(entries).where(
    entries.c.kind == bindparam("kind"), entries.c.name == bindparam("name")
)
_newest_digest = (
    select(deployments.c.sha256)
    .where(deployments.c.name == bindparam("name"))
    .order_by(deployments.c.id.desc())
    .limit(1)
)
_source = select(deployments.c.source, deployments.c.name).where(
    deployments.c.id == bindparam("id")
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


def latest(tx: Transaction, key: str) -> Definition:
    """Return the newest published version. Raises Rejection(not_found)."""
    row = tx.execute(_latest, {"key": key}).one_or_none()
    if row is None:
        raise rejection.not_found(f"a published process {key}")
    return _definition(row)


def bound(tx: Transaction, key: str, binding: str, deployment_id: int) -> Definition:
    """Return the version a call means: `latest`, `deployment` (the caller's own) or a number."""
    row = None
    if binding == "deployment":
        row = tx.execute(_beside, {"key": key, "deployment_id": deployment_id}).one_or_none()
    elif binding.isdigit():
        row = tx.execute(_version, {"key": key, "version": int(binding)}).one_or_none()
        if row is None:
            raise rejection.not_found(f"version {binding} of process {key}")
    return latest(tx, key) if row is None else _definition(row)


def get(tx: Transaction, definition_id: int) -> Definition:
    """Return a definition. Raises Rejection(not_found)."""
    row = tx.execute(_by_id, {"id": definition_id}).one_or_none()
    if row is None:
        raise rejection.not_found(f"process definition {definition_id}")
    return _definition(row)


def listed(tx: Transaction) -> list[Definition]:
    """Return the newest version of every key, by title; retired ones too."""
    newest = select(definitions.c.key, func.max(definitions.c.version).label("version")).group_by(
        definitions.c.key
    )
    last = newest.subquery()
    join = (definitions.c.key == last.c.key) & (definitions.c.version == last.c.version)
    return [
        _definition(row)
        for row in tx.execute(select(definitions).join(last, join).order_by(definitions.c.title))
    ]


def versions(tx: Transaction, key: str) -> list[Definition]:
    """Return every version of a key, newest first."""
    question = (
        select(definitions).where(definitions.c.key == key).order_by(definitions.c.version.desc())
    )
    return [_definition(row) for row in tx.execute(question)]


def deployment(tx: Transaction, deployment_id: int) -> Row[Any]:
    """Return a deployment's row with its source and origin. Raises Rejection(not_found)."""
    row = tx.execute(select(deployments).where(deployments.c.id == deployment_id)).one_or_none()
    if row is None:
        raise rejection.not_found(f"deployment {deployment_id}")
    return row


def publish(tx: Transaction, definition_id: int) -> None:
    """Let new cases start from a draft or retired version."""
    _step(tx, definition_id, "publish")
    found = get(tx, definition_id)
    if latest(tx, found.key).id == definition_id:
        _enter(tx, found, process(tx, definition_id))
    tx.note(
        Event("definition_published", ref=f"definition:{definition_id}", data={"key": found.key})
    )


def retire(tx: Transaction, definition_id: int) -> None:
    """Let no new case start from a version; the version before it is used again where it is published."""
    _step(tx, definition_id, "retire")
    found = get(tx, definition_id)
    _leave(tx, found.key)
    before = tx.execute(_latest, {"key": found.key}).one_or_none()
    if before is not None:
        _enter(tx, _definition(before), process(tx, before.id))
    tx.note(Event("definition_retired", ref=f"definition:{definition_id}", data={"key": found.key}))


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


def starts(tx: Transaction, kind: str, name: str) -> list[tuple[int, str | None]]:
    """Return (definition, element) of every newest process that a message or signal of that name starts."""
    return [
        (row.definition_id, row.element)
        for row in tx.execute(_starts, {"kind": kind, "name": name})
    ]


def _compiled(tx: Transaction, definition_id: int) -> Process:
    found = get(tx, definition_id)
    return graph(tx, found.deployment_id).processes[found.key]


def _read(tx: Transaction, deployment_id: int) -> Graph:
    row = tx.execute(_source, {"id": deployment_id}).one()
    reading = bpmn.read(row.source, name=row.name)
    if reading.graph is None:
        raise Refused({row.name: reading.problems})
    return reading.graph


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
    rows = [tx.execute(_latest, {"key": process.id}).one_or_none() for process in executable]
    if not rows or state != "published" or any(row is None for row in rows):
        return []
    numbers = {row.deployment_id for row in rows if row is not None}
    question = select(deployments.c.sha256).where(deployments.c.id.in_(numbers))
    is_same = set(tx.execute(question).scalars()) == {digest}
    return [_definition(row) for row in rows if row is not None] if is_same else []


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
        _enter(tx, made, process)
    return made


def _enter(tx: Transaction, definition: Definition, process: Process) -> None:
    """Let messages, signals, instants and changes start the newest version, and none before it."""
    _leave(tx, definition.key)
    for kind, name, element in _entries(process):
        row = {
            "definition_id": definition.id,
            "key": definition.key,
            "kind": kind,
            "name": name,
            "element": element,
        }
        tx.execute(insert(entries), {"id": tx.new_id(), **row})
    for begun in _begun_by_events(process):
        for nth, event in enumerate(_waited_for(begun)):
            if isinstance(event, Timer) and event.expression is not None:
                _enter_timer(tx, definition, begun.id, nth, event)


def _enter_timer(
    tx: Transaction, definition: Definition, element: str, nth: int, timer: Timer
) -> None:
    assert timer.expression is not None  # noqa: S101  # asked by the caller
    first = timing.first(timer.kind, timer.expression.evaluate({}, now=tx.now), tx.now)
    if first is not None:
        row = {"definition_id": definition.id, "element": element, "nth": nth, "due_at": first.at}
        more = {"cycle": first.cycle, "left": first.left, "tries": 0, "is_held": False}
        tx.execute(insert(timers), {"id": tx.new_id(), **row, **more})


def _leave(tx: Transaction, key: str) -> None:
    tx.execute(delete(entries).where(entries.c.key == key))
    older = select(definitions.c.id).where(definitions.c.key == key)
    tx.execute(delete(timers).where(timers.c.case_id.is_(None), timers.c.definition_id.in_(older)))


def _entries(process: Process) -> Iterator[tuple[str, str, str | None]]:
    for element in _begun_by_events(process):
        for event in _waited_for(element):
            if isinstance(event, Message) and isinstance(event.name, str):
                yield "message", event.name, element.id
            elif isinstance(event, Signal) and isinstance(event.name, str):
                yield "signal", event.name, element.id
            elif isinstance(event, Conditional):
                yield "condition", process.subject or "", element.id
    if process.conditions:
        yield "condition", process.subject or "", None
    for line in process.schedules:
        yield "schedule", line, None


def _begun_by_events(process: Process) -> Iterator[Element]:
    """Yield what begins a case: start events, instantiating tasks, events behind instantiating gateways."""
    for number in process.children.get(None, ()):
        element = process.elements[number]
        if element.kind == "startEvent" or (
            isinstance(element, MessageTask) and element.instantiate
        ):
            yield element
        elif isinstance(element, Gateway) and element.instantiate:
            yield from (process.elements[flow.target] for flow in element.outgoing)


def _waited_for(element: Element) -> tuple[EventDefinition, ...]:
    if isinstance(element, EventElement):
        return element.definitions
    if isinstance(element, MessageTask) and element.message is not None:
        return (element.message,)
    return ()


def _step(tx: Transaction, definition_id: int, step: str) -> None:
    found = get(tx, definition_id)
    state = lifecycle.after(
        "definition", found.state, step, f"version {found.version} of {found.key}"
    )
    tx.execute(update(definitions).where(definitions.c.id == definition_id).values(state=state))


def _definition(row: Row[Any]) -> Definition:
    return Definition(
        id=row.id,
        key=row.key,
        version=row.version,
        title=row.title,
        state=row.state,
        deployment_id=row.deployment_id,
        subject=row.subject,
        owner=row.owner,
        titles=row.titles or {},
    )
