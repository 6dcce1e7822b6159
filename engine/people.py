"""Who is meant: persons and groups in the owner's words become `staff:4` and `group:legal`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from engine import definitions, ports
from engine.bpmn.graph import Process
from engine.waiting import cases
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import rejection
from ledger.transaction import Transaction

MANAGER_OF = "manager of "
PARTS = frozenset({"starter", "responsible", "subject"})
"""The parts of a context that differ from case to case."""
DEEPEST = 8
"""How many roles may stand for one another before it is taken for a circle."""


@dataclass(frozen=True, slots=True)
class Context:
    """Where the words are said: `responsible` are who holds the task or the case's open tasks now."""

    process: Process | None = None
    subject: str | None = None
    starter: str | None = None
    responsible: tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Fields of the record that were read already."""


_holders = select(tasks.c.assignee, tasks.c.candidates).where(
    tasks.c.case_id == bindparam("case_id"), IS_OPEN
)


def resolve(tx: Transaction, words: str, context: Context, depth: int = 0) -> list[str]:
    """Return who is meant, each once, in order; empty where nobody is.

    Words: `group:legal`, `staff:anna`, a role of the process, `starter`, `responsible`,
    `process owner`, `manager of …`, a field of the record (`deal.owner`), or a login.
    """
    words = words.strip()
    if not words or depth > DEEPEST:
        return []
    if words.startswith(MANAGER_OF):
        persons = resolve(tx, words.removeprefix(MANAGER_OF), context, depth + 1)
        managers = (_manager(tx, person) for person in persons)
        return list(dict.fromkeys(manager for manager in managers if manager))
    known = _known(context, words)
    if known is not None:
        found = (each for said in known for each in resolve(tx, said, context, depth + 1))
        return list(dict.fromkeys(found))
    return _named(tx, words, context)


def parts_asked(process: Process, words: str, depth: int = 0) -> frozenset[str]:
    """Return which parts of a context words may ask: of `starter`, `responsible` and `subject`.

    Words mean the same wherever these parts are the same and hold references of `resolve`.
    """
    words = words.strip().removeprefix(MANAGER_OF)
    if depth > DEEPEST or words in ("starter", "responsible"):
        return PARTS if depth > DEEPEST else frozenset((words,))
    said = process.owner if words == "process owner" else process.roles.get(words)
    if said and said != words:
        return parts_asked(process, said, depth + 1)
    is_reference = words.startswith(("group:", "staff:"))
    return frozenset(() if is_reference or "." not in words else ("subject",))


def every(tx: Transaction, references: Iterable[str], context: Context) -> list[str]:
    """Return who is meant by several words, each once, in order."""
    return list(
        dict.fromkeys(person for words in references for person in resolve(tx, words, context))
    )


def context_of_case(tx: Transaction, case_id: int, clock: Any = None) -> Context:
    """Return the context of a case; with a clock's row, `responsible` are the holders of that stage alone."""
    row = cases.row(tx, case_id)
    if row is None:
        raise rejection.not_found("case %(case)s", case=case_id)
    question = _holders
    if clock is not None and clock.kind != "case":
        question = question.where(tasks.c.clock_id == clock.id)
    holders: list[str] = []
    for task in tx.execute(question, {"case_id": case_id}):
        holders += [task.assignee] if task.assignee else (task.candidates or [])
    process = definitions.process(tx, row.definition_id)
    return Context(process, row.subject, row.started_by, tuple(dict.fromkeys(holders)))


def _known(context: Context, words: str) -> Sequence[str] | None:
    """Return what a word of the process stands for; None where it is none."""
    if words == "starter":
        return [context.starter] if context.starter else []
    if words == "responsible":
        return context.responsible
    process = context.process
    if words == "process owner":
        return [process.owner] if process and process.owner else []
    if process and words in process.roles and process.roles[words] != words:
        return [process.roles[words]]
    return None


def _named(tx: Transaction, words: str, context: Context) -> list[str]:
    kind, _, name = words.partition(":")
    if kind == "group":
        return [words]
    if kind == "staff":
        if name.isdigit():
            return [words]
        person = tx.port(ports.People).person(tx, name)
        return [person] if person else []
    if words in ("system", "worker"):
        return []
    root, _, path = words.partition(".")
    if path and context.subject:
        return _of_record(tx, (root, *path.split(".")), context)
    return [tx.port(ports.People).person(tx, words) or words]


def _of_record(tx: Transaction, path: tuple[str, ...], context: Context) -> list[str]:
    found: Any = context.fields or tx.port(ports.Subjects).fields(tx, context.subject or "", [path])
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return [found] if isinstance(found, str) and found else []


def _manager(tx: Transaction, person: str) -> str | None:
    people = tx.port(ports.People)
    return people.lead(tx, person) if person.startswith("group:") else people.manager(tx, person)
