"""A record's change reaches the processes: conditions that wait for it, and processes that start when it is so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from sqlalchemy import bindparam, cast, null, select, union_all

from engine import definitions, execution, ports, watching
from engine.bpmn.graph import Conditional
from engine.bpmn.graph import Event as EventElement
from engine.definitions.tables import entries
from engine.feel import Expression
from engine.plan import loading
from engine.waiting import jobs, watches
from ledger.event_log import Event
from ledger.transaction import RecordChange, Transaction

DEEPEST = 20
"""How long a chain of changes may be, each caused by the one before."""
_depth: ContextVar[int] = ContextVar("depth", default=0)
_watching = (
    select(
        watches.fields.c.case_id,
        cast(null(), entries.c.definition_id.type).label("definition_id"),
        cast(null(), entries.c.element.type).label("element"),
    )
    .distinct()
    .where(
        watches.fields.c.subject == bindparam("subject"),
        watches.fields.c.field.in_(bindparam("names", expanding=True)),
    )
)
_starting = select(
    cast(null(), watches.fields.c.case_id.type), entries.c.definition_id, entries.c.element
).where(entries.c.kind == "condition", entries.c.name == bindparam("kind"))
_hearing = union_all(_watching, _starting)


@contextmanager
def one_deeper(depth: int) -> Iterator[None]:
    """Count changes made in the body as caused by a change `depth` steps from the first."""
    kept = _depth.set(depth)
    try:
        yield
    finally:
        _depth.reset(kept)


def record_changed(tx: Transaction) -> None:
    """Write a delivery for every case that watches what changed, and for every process that starts by it.

    Called before each commit. A chain of changes longer than `DEEPEST` is cut and noted.
    """
    changes, tx.changes = tx.changes, []
    depth = _depth.get() + 1
    rows = [row for change in changes for row in _deliveries(tx, change, depth)]
    if rows and depth > DEEPEST:
        tx.note(Event("change_chain_cut", subject=changes[0].subject, data={"depth": DEEPEST}))
        return
    if rows:
        tx.execute(jobs.INSERT, rows)


def deliver(tx: Transaction, data: Mapping[str, Any]) -> None:
    """Ask the conditions of a case again that name a changed field."""
    plan = loading.lock_if_free(tx, data["case"])
    if plan is None or plan.case.state != "active":
        return
    execution.advance(plan, lambda: watching.look(plan, set(data["roots"])))


def _deliveries(tx: Transaction, change: RecordChange, depth: int) -> Iterator[dict[str, Any]]:
    kind = change.subject.split(":")[0]
    names = sorted({name.split(".")[0] for name in change.fields})
    given = {"subject": change.subject, "names": names, "kind": kind}
    for row in tx.execute(_hearing, given).all():
        if row.case_id is not None:
            roots = {"case": row.case_id, "roots": [kind], "depth": depth}
            yield jobs.delivery(tx, "record", roots)
        elif _becomes_true(tx, row.definition_id, row.element, change, kind):
            data = {
                "definition": row.definition_id,
                "element": row.element,
                "subject": change.subject,
                "depth": depth,
            }
            yield jobs.delivery(tx, "start", data)


def _becomes_true(
    tx: Transaction, definition: int, element: str | None, change: RecordChange, kind: str
) -> bool:
    """Say whether a start condition was not true before the change and is now."""
    for condition in _conditions(tx, definition, element):
        touched = {path[1] for path in condition.paths if path[0] == kind and len(path) > 1}
        if touched.isdisjoint(change.fields):
            continue
        now = dict(tx.port(ports.Subjects).fields(tx, change.subject, condition.paths))
        before = {name: values[0] for name, values in change.fields.items()}
        then = {**now, kind: {**now.get(kind, {}), **before}}  # type: ignore[dict-item]  # a record is a mapping
        if (
            condition.evaluate(now, now=tx.now) is True
            and condition.evaluate(then, now=tx.now) is not True
        ):
            return True
    return False


def _conditions(tx: Transaction, definition: int, element: str | None) -> list[Expression]:
    process = definitions.process(tx, definition)
    if element is None:
        return list(process.conditions)
    found = process.elements[element]
    events = found.definitions if isinstance(found, EventElement) else ()
    return [event.condition for event in events if isinstance(event, Conditional)]
