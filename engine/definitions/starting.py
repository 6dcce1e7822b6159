"""What starts a process: messages, signals, instants, changes of records."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import (
    bindparam,
    delete,
    insert,
    select,
)

from engine import timing
from engine.bpmn.graph import (
    Conditional,
    Element,
    EventDefinition,
    Gateway,
    Message,
    MessageTask,
    Process,
    Signal,
    Timer,
)
from engine.bpmn.graph import Event as EventElement
from engine.definitions.tables import Definition, definitions, entries
from engine.waiting.timers import timers
from ledger.transaction import Transaction

_starts = select(entries).where(
    entries.c.kind == bindparam("kind"), entries.c.name == bindparam("name")
)


def starts(tx: Transaction, kind: str, name: str) -> list[tuple[int, str | None]]:
    """Return (definition, element) of every newest process that a message or signal of that name starts."""
    return [
        (row.definition_id, row.element)
        for row in tx.execute(_starts, {"kind": kind, "name": name})
    ]


def enter(tx: Transaction, definition: Definition, process: Process) -> None:
    """Let messages, signals, instants and changes start the newest version, and none before it."""
    withdraw(tx, definition.key)
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


def withdraw(tx: Transaction, key: str) -> None:
    """Let nothing start a process any more but a person."""
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
