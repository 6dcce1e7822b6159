"""A small company for deadlines: four people, one process, and cases that wait at its first stage.

Cases are put into the tables as a step would leave them, so that these tests are about time alone.
"""

# ruff: noqa: ARG002  # the methods of ports say what may be asked, not what is used
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row, insert, select

from engine import calendars, clocks, definitions, ports
from engine.clocks.rows import CASE_TOKEN, is_bound, rule_of
from engine.waiting.cases import cases
from engine.waiting.tasks import tasks
from ledger import transaction
from ledger.clock import VirtualClock
from ledger.event_log import events
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import alerts, heartbeat
from scheduler import ports as scheduler_ports
from scheduler.ports import Address

OFFICE = {
    "timezone": "UTC",
    "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
}
ANNA, BEN, CLARA, DORA = "staff:1", "staff:2", "staff:3", "staff:4"
NAMES = {ANNA: "anna", BEN: "ben", CLARA: "clara", DORA: "dora"}
GENTLE = """
<kontor:ladder id="gentle">
  <kontor:level id="warn" at="75%" notify="responsible"/>
  <kontor:level id="due" at="due" notify="responsible, manager of responsible"/>
  <kontor:level id="late" at="due + PT4H" notify="manager of responsible"/>
</kontor:ladder>"""

CHAT: dict[str, Any] = {
    "title": "Chat",
    "language": "en",
    "levels": "all",
    "kinds": [],
    "events": [],
    "definitions": [],
    "is_naming": False,
    "is_on": True,
}
"""A receiver of webhooks that hears every level and no event."""


def model(key: str = "sale", ladder: str = GENTLE, deadline: str = "PT4H", case: str = "") -> bytes:
    """Return a process of one stage with a deadline."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:kontor="urn:kontor:1"
  targetNamespace="urn:kontor:test" id="file">
  <process id="{key}" name="Sale" isExecutable="true">
    <extensionElements>
      <kontor:definition subject="deal" owner="staff:dora"/>{ladder}{case}
    </extensionElements>
    <startEvent id="start"><outgoing>f1</outgoing></startEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="contact"/>
    <userTask id="contact" name="First contact">
      <extensionElements>
        <kontor:clock kind="stage" deadline="{deadline}" ladder="gentle"/>
      </extensionElements>
      <incoming>f1</incoming><outgoing>f2</outgoing>
    </userTask>
    <sequenceFlow id="f2" sourceRef="contact" targetRef="end"/>
    <endEvent id="end"><incoming>f2</incoming></endEvent>
  </process>
</definitions>""".encode()


@dataclass
class Staff:
    """Who works here: everybody's manager is Clara, hers is Dora."""

    absent: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    leads: dict[str, str] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    addresses: dict[str, Address] = field(default_factory=dict)

    def person(self, tx: Transaction, login: str) -> str | None:
        return next((id for id, name in NAMES.items() if name == login), None)

    def members(self, tx: Transaction, group: str) -> Sequence[str]:
        return self.groups.get(group, [])

    def lead(self, tx: Transaction, group: str) -> str | None:
        return self.leads.get(group)

    def groups_of(self, tx: Transaction, person: str) -> Sequence[str]:
        return [group for group, members in self.groups.items() if person in members]

    def manager(self, tx: Transaction, person: str) -> str | None:
        return {ANNA: CLARA, BEN: CLARA, CLARA: DORA}.get(person)

    def stand_in(self, tx: Transaction, person: str, at: datetime) -> str:
        return self.absent.get(person, person)

    def is_active(self, tx: Transaction, person: str) -> bool:
        return person in NAMES and person not in self.gone

    def teams(self, tx: Transaction, persons: Iterable[str]) -> Mapping[str, str]:
        return dict.fromkeys(persons, "team:1")

    def has_right(
        self, tx: Transaction, actor: str, right: str, subject: str | None = None
    ) -> bool:
        return actor != BEN

    def address(self, tx: Transaction, person: str) -> Address | None:
        name = NAMES.get(person)
        known = Address(name.title(), f"{name}@example.org") if name else None
        return self.addresses.get(person, known)

    def calendar_for(
        self, tx: Transaction, subject: str | None, team_of: str | None, definition: str | None
    ) -> tuple[int, int]:
        return calendars.latest(tx, "office") or calendars.define(tx, "office", OFFICE)

    def fields(
        self, tx: Transaction, subject: str, paths: Iterable[tuple[str, ...]]
    ) -> Mapping[str, Any]:
        return {"deal": {"owner": BEN}}

    def set_fields(
        self, tx: Transaction, subject: str, values: Mapping[tuple[str, ...], Any]
    ) -> None:
        raise AssertionError

    def exists(self, tx: Transaction, subject: str) -> bool:
        return True


class Links:
    """Where mails lead."""

    def task(self, task_id: int) -> str:
        return f"http://kontor.test/tasks/{task_id}"

    def case(self, case_id: int) -> str:
        return f"http://kontor.test/cases/{case_id}"

    def inbox(self) -> str:
        return "http://kontor.test/inbox"

    def unsubscribe(self, tx: Transaction, person: str) -> str:
        return f"http://kontor.test/unsubscribe/{person}"


class Names:
    """What deals are called; Ben may not see deal 7."""

    def subject(self, tx: Transaction, subject: str, reader: str) -> str | None:
        return None if (subject, reader) == ("deal:7", BEN) else f"Order no. {subject[5:]}"


@dataclass
class Company:
    """The company in a store, with words for what tests do."""

    store: Store
    staff: Staff = field(default_factory=Staff)

    def __post_init__(self) -> None:
        given = self.store.ports
        for protocol in (ports.People, ports.Subjects, ports.WorkingTime):
            given[protocol] = self.staff
        given[scheduler_ports.Recipients] = self.staff
        given[scheduler_ports.Links] = Links()
        given[scheduler_ports.Names] = Names()

    def deploy(self, xml: bytes) -> int:
        with transaction.begin(self.store, "system") as tx:
            made = definitions.deploy(tx, [definitions.Source("sale.bpmn", xml)])
            return made.definitions[0].id

    def open_case(self, definition_id: int, assignee: str | None = ANNA, **more: Any) -> Waiting:
        with transaction.begin(self.store, "system") as tx:
            return _waiting(tx, definition_id, assignee, **more)

    def pass_time(self, **amount: float) -> None:
        clock = cast("VirtualClock", self.store.clock)
        clock.move_to(clock.now + timedelta(**amount))

    def until(self, text: str) -> None:
        clock = cast("VirtualClock", self.store.clock)
        clock.move_to(datetime.fromisoformat(text))

    def tick(self) -> heartbeat.Counts:
        return heartbeat.tick(self.store)

    def rows(self, **columns: Any) -> list[Any]:
        """Return the alert rows with these values, oldest first."""
        with transaction.read(self.store, "system") as tx:
            question = select(alerts.alerts).order_by(alerts.alerts.c.id)
            for name, value in columns.items():
                question = question.where(alerts.alerts.c[name] == value)
            return list(tx.execute(question).all())

    def told(self, channel: str = "inbox", state: str = "delivered") -> list[tuple[str, str]]:
        """Return (level, login) of every alert in that channel and state."""
        found = self.rows(channel=channel, state=state)
        return [(row.level, NAMES[row.recipient]) for row in found]

    def clock(self, clock_id: int) -> Row[Any]:
        with transaction.read(self.store, "system") as tx:
            return tx.execute(select(clocks.clocks).where(clocks.clocks.c.id == clock_id)).one()

    def happened(self, kind: str) -> list[Any]:
        with transaction.read(self.store, "system") as tx:
            question = select(events).where(events.c.kind == kind).order_by(events.c.id)
            return list(tx.execute(question).all())


@dataclass(frozen=True)
class Waiting:
    """A case that waits at its stage."""

    case: int
    task: int
    clock: int


def _waiting(
    tx: Transaction,
    definition_id: int,
    assignee: str | None,
    *,
    subject: str = "deal:17",
    candidates: Sequence[str] = (),
    whole: bool = False,
) -> Waiting:
    process = definitions.process(tx, definition_id)
    calendar_id, version = tx.port(ports.WorkingTime).calendar_for(tx, subject, None, process.id)
    hours = clocks.calendar(tx, calendar_id, version)
    case_id, task_id, clock_id, token = (tx.new_id() for _ in range(4))
    tx.execute(
        insert(cases),
        {
            "id": case_id, "definition_id": definition_id, "key": process.id, "state": "active",
            "subject": subject, "business_key": None, "priority": 50, "seq": 3, "watches": 0,
            "started_at": tx.now, "started_by": BEN, "touched_at": tx.now, "ended_at": None,
            "end_element": None, "tokens": "{}", "variables": None,
        },
    )  # fmt: skip
    for kind, element, holder in (("stage", "contact", token), ("case", None, CASE_TOKEN)):
        rule = rule_of(process, element, kind)
        if rule is not None and (kind == "stage" or whole):
            row = clocks.entered(
                rule, id=clock_id if kind == "stage" else tx.new_id(), case_id=case_id,
                definition_id=definition_id, element=element, token_id=holder, subject=subject,
                calendar_id=calendar_id, calendar_version=version, calendar=hours, now=tx.now,
                bound=is_bound(process, element),
            )  # fmt: skip
            tx.execute(clocks.INSERT, row)
    task = {"id": task_id, "case_id": case_id, "scope_id": case_id, "token_id": token}
    more = {"definition_id": definition_id, "clock_id": clock_id, "subject": subject}
    _offer(tx, {**task, **more, "assignee": assignee, "candidates": list(candidates) or None})
    return Waiting(case_id, task_id, clock_id)


def _offer(tx: Transaction, known: dict[str, Any]) -> None:
    fixed = {
        "element": "contact", "title": "First contact", "stage": "contact", "state": "open",
        "owner": None, "excluded": None, "priority": 50, "created_at": tx.now, "due_at": None,
    }  # fmt: skip
    tx.execute(insert(tasks), {**fixed, **known})
