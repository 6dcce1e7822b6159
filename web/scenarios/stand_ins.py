"""A company that stands in for the real one: everybody exists, nobody is away, and the week is Monday to Friday."""

# ruff: noqa: ARG002 - a port's form names what a stand-in does not ask

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine import calendars, ports
from engine.bpmn.graph import FormField
from engine.feel import Value
from ledger import rejection
from ledger.transaction import RecordChange, Transaction
from scheduler.ports import Address

WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDAR = {"timezone": "UTC", "week": WEEK}


class People:
    """A person for each name and one in each group; all may do everything."""

    def person(self, tx: Transaction, login: str) -> str | None:
        return f"staff:{login}"

    def members(self, tx: Transaction, group: str) -> Sequence[str]:
        return [f"staff:{group.removeprefix('group:')}"]

    def lead(self, tx: Transaction, group: str) -> str | None:
        return f"staff:{group.removeprefix('group:')}"

    def groups_of(self, tx: Transaction, person: str) -> Sequence[str]:
        return [f"group:{person.removeprefix('staff:')}"]

    def manager(self, tx: Transaction, person: str) -> str | None:
        return f"staff:manager of {person.removeprefix('staff:')}"

    def stand_in(self, tx: Transaction, person: str, at: datetime) -> str:
        return person

    def is_active(self, tx: Transaction, person: str) -> bool:
        return True

    def teams(self, tx: Transaction, persons: Iterable[str]) -> Mapping[str, str]:
        return {}

    def has_right(
        self, tx: Transaction, actor: str, right: str, subject: str | None = None
    ) -> bool:
        return True


class Subjects:
    """Records as nested mappings, made by a scenario: `deal:1` → {"amount": 500}."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Any]] = {}
        self.set: dict[str, Any] = {}

    def fields(
        self, tx: Transaction, subject: str, paths: Iterable[tuple[str, ...]]
    ) -> Mapping[str, Value]:
        kind = subject.split(":", maxsplit=1)[0]
        found = {kind: self.records.get(subject, {})}
        for other, record in self.records.items():
            found.setdefault(other.split(":")[0], record)
        return found

    def set_fields(
        self, tx: Transaction, subject: str, values: Mapping[tuple[str, ...], Value]
    ) -> None:
        for path, value in values.items():
            name = next((each for each in self.records if each.split(":")[0] == path[0]), subject)
            record: dict[str, Any] = self.records.setdefault(name, {})
            for part in path[1:-1]:
                record = record.setdefault(part, {})
            before = record.get(path[-1])
            record[path[-1]] = value
            self.set[".".join(path)] = value
            tx.changes.append(
                RecordChange(name, {path[1] if len(path) > 1 else path[0]: (before, value)})
            )

    def exists(self, tx: Transaction, subject: str) -> bool:
        return subject in self.records

    def put(self, given: Mapping[str, Any]) -> str:
        """Make records from `{"deal": {…}, "client": {…}}` and return the first's name."""
        kinds = {kind: record for kind, record in given.items() if isinstance(record, Mapping)}
        if not kinds:
            raise rejection.invalid(
                "Expected the subject as {'deal': {…}} or {'client': {…}}", field="subject"
            )
        names = []
        for kind, record in kinds.items():
            number = record.get("id") or 1
            self.records[f"{kind}:{number}"] = {"id": number, **record}
            names.append(f"{kind}:{number}")
        return names[0]


class WorkingTime:
    """One calendar for all: Monday to Friday, nine to five, UTC."""

    def calendar_for(
        self,
        tx: Transaction,
        subject: str | None,
        team_of: str | None,
        definition: str | None,
    ) -> tuple[int, int]:
        return calendars.latest(tx, "stand-in") or calendars.define(
            tx, "stand-in", CALENDAR, title="Stand-in"
        )


class Recipients:
    """Everybody has an inbox and no mail."""

    def address(self, tx: Transaction, person: str) -> Address | None:
        return Address(person.removeprefix("staff:"), None)


class Links:
    """Addresses that lead nowhere."""

    def task(self, task_id: int) -> str:
        return f"task:{task_id}"

    def case(self, case_id: int) -> str:
        return f"case:{case_id}"

    def inbox(self) -> str:
        return "inbox"


class Names:
    """A record is called by its own name."""

    def subject(self, tx: Transaction, subject: str, reader: str) -> str | None:
        return subject


@dataclass(slots=True)
class Step:
    """One step of an instance."""

    at: datetime
    process: str
    instance: int
    element: str
    event: str


@dataclass(slots=True)
class Trace:
    """What happened, in order; `processes` are the instances that began, with their process and case."""

    steps: list[Step] = field(default_factory=list)
    instances: dict[int, tuple[str, int]] = field(default_factory=dict)
    states: dict[int, str] = field(default_factory=dict)

    def __call__(
        self, tx: Transaction, kind: str, case_id: int, process: str, instance: int, element: str
    ) -> None:
        self.instances.setdefault(instance, (process, case_id))
        if element == process:
            self.states[instance] = "active" if kind == "activated" else kind
            return
        self.steps.append(Step(tx.now, process, instance, element, kind))


PORTS: Mapping[type, type] = {
    ports.People: People,
    ports.Subjects: Subjects,
    ports.WorkingTime: WorkingTime,
    ports.Consumer: Trace,
}


def answer(field: FormField, now: datetime) -> Value:
    """Return a value that a field accepts."""
    if field.of:
        return field.of[0]
    by_type: dict[str, Value] = {"boolean": True, "date": now.date(), "datetime": now}
    return by_type.get(
        field.type, 0 if field.type in ("number", "money", "percent") else field.name
    )
