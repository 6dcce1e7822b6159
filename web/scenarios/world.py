"""A throw-away store in which definitions are run: deploy, act, let time pass, and see what happened."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine import (
    clocks,
    conditions,
    definitions,
    instances,
    jobs,
    messages,
    ports,
    timing,
    user_tasks,
)
from engine.feel import Value
from engine.waiting import incidents, tasks
from engine.waiting import jobs as job_rows
from ledger import clock, rejection, transaction
from ledger.base import metadata
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import alerts, heartbeat
from scheduler import ports as scheduler_ports
from web import definition_files
from web.scenarios import stand_ins
from web.scenarios.stand_ins import Step, Trace

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
MOST_PASSES = 2_000
"""How often work is looked for between two steps: a definition that never comes to rest is an error."""


class World:
    """A store of its own with a clock that is moved. `auto` completes tasks and jobs by itself."""

    def __init__(self, *, auto: bool = False) -> None:
        self.clock = clock.VirtualClock(START)
        self.store = Store.open("sqlite://", clock=self.clock, durability="normal")
        make_tables(self.store)
        self.auto = auto
        self.trace = Trace()
        self.subjects = stand_ins.Subjects()
        self.store.ports.update({port: make() for port, make in stand_ins.PORTS.items()})
        self.store.ports[ports.Subjects] = self.subjects
        self.store.ports[ports.Consumer] = self.trace
        self.store.ports[scheduler_ports.Recipients] = stand_ins.Recipients()
        self.store.ports[scheduler_ports.Links] = stand_ins.Links()
        self.store.ports[scheduler_ports.Names] = stand_ins.Names()
        self.store.before_commit.append(conditions.record_changed)
        self.alerts = 0

    def close(self) -> None:
        """Throw everything away."""
        self.store.close()

    def deploy(self, files: Sequence[Path]) -> list[definitions.Definition]:
        """Deploy files by the endings of their names. Raises Rejection with what is wrong."""
        sources = [
            definition_files.deployable(definition_files.look(file.name, file.read_bytes()))
            for file in files
        ]
        return list(self._do(lambda tx: definitions.deploy(tx, sources)).definitions)

    def start(
        self,
        key: str,
        variables: Mapping[str, Value] | None = None,
        subject: Mapping[str, Any] | None = None,
    ) -> int:
        """Start a process, about a record that is made from `subject`."""
        about = self.subjects.put(subject) if subject else None
        case_id: int = self._do(lambda tx: instances.start(tx, key, variables or {}, about))
        self.settle()
        return case_id

    def complete(
        self, element: str, variables: Mapping[str, Value] | None = None, outcome: str | None = None
    ) -> None:
        """Complete the oldest open task of an element."""
        self._do(
            lambda tx: user_tasks.complete(tx, self._task(tx, element), variables or {}, outcome)
        )
        self.settle()

    def message(
        self,
        name: str,
        correlation: Mapping[str, Value] | None = None,
        variables: Mapping[str, Value] | None = None,
    ) -> None:
        """Send a message."""
        self._do(lambda tx: messages.correlate(tx, name, correlation or {}, variables or {}))
        self.settle()

    def signal(self, name: str, variables: Mapping[str, Value] | None = None) -> None:
        """Throw a signal."""
        self._do(lambda tx: messages.broadcast(tx, name, variables or {}))
        self.settle()

    def job(
        self, element: str, variables: Mapping[str, Value] | None = None, error: str | None = None
    ) -> None:
        """Report the oldest job of an element as done, or with an error of the business."""

        def report(tx: Transaction) -> None:
            number = self._job(tx, element)
            if error is None:
                jobs.complete(tx, number, variables or {})
            else:
                jobs.throw_error(tx, number, error, variables=variables)

        self._do(report)
        self.settle()

    def advance(self, duration: str) -> None:
        """Let time pass; whatever falls due meanwhile happens at its own instant."""
        until = timing.later(self.clock.now, duration)
        for _ in range(MOST_PASSES):
            with transaction.read(self.store, "worker") as tx:
                known = [
                    at for at in (heartbeat.next_at(tx), jobs.next_due(tx)) if at and at <= until
                ]
            upcoming = [max(at, self.clock.now) for at in known]
            if not upcoming:
                break
            at = min(upcoming)
            is_stuck = at == self.clock.now and not self._pass()
            self.clock.move_to(at)
            if is_stuck:
                break
            self.settle()
        self.clock.move_to(until)
        self.settle()

    def settle(self) -> None:
        """Let everything move that can move now."""
        for _ in range(MOST_PASSES):
            if not self._pass():
                return
        raise rejection.invalid_state(
            f"Expected the processes to come to rest, but they did not in {MOST_PASSES} passes"
        )

    def at(self, instance: int) -> list[str]:
        """Return the elements at which an instance waits."""
        process, case_id = self.trace.instances[instance]
        with transaction.read(self.store, "worker") as tx:
            found = [
                each
                for each in instances.positions(tx, case_id)
                if each.process == process
                and (each.phase != "inside" or each.kind == "callActivity")
            ]
        return sorted({each.element for each in found})

    def variables(self, instance: int) -> dict[str, Value]:
        """Return the variables of a case; a called process that has ended has none left."""
        _, case_id = self.trace.instances[instance]
        with transaction.read(self.store, "worker") as tx:
            return instances.variables_of(tx, case_id) if case_id == instance else {}

    def state(self, instance: int) -> str:
        """Return active, completed, terminated or suspended."""
        _, case_id = self.trace.instances[instance]
        with transaction.read(self.store, "worker") as tx:
            state = str(instances.get(tx, case_id).state)
        return (
            self.trace.states.get(instance, state)
            if case_id != instance and state == "active"
            else state
        )

    def incidents(self, instance: int) -> list[tuple[str, str]]:
        """Return element and message of the open incidents of a case."""
        _, case_id = self.trace.instances[instance]
        with transaction.read(self.store, "worker") as tx:
            rows = tx.execute(
                select(incidents.incidents).where(incidents.incidents.c.case_id == case_id)
            ).all()
        return [(row.element, row.message) for row in rows if case_id == instance]

    def _pass(self) -> bool:
        counts = heartbeat.tick(self.store)
        self._note_alerts()
        acted = self.auto and self._act()
        return bool(counts.clocks or counts.timers or counts.jobs or counts.started or acted)

    def _act(self) -> bool:
        """Complete every open task and job once."""
        with transaction.read(self.store, "worker") as tx:
            open_tasks = list(
                tx.execute(select(tasks.tasks.c.id).where(tasks.tasks.c.state == "open")).scalars()
            )
            waiting = list(
                tx.execute(
                    select(job_rows.jobs.c.id).where(
                        job_rows.jobs.c.kind == "service", job_rows.jobs.c.state == "ready"
                    )
                ).scalars()
            )
        for number in open_tasks:
            self._quietly(lambda tx, number=number: self._complete_any(tx, number))
        for number in waiting:
            self._quietly(lambda tx, number=number: jobs.complete(tx, number, {}))
        return bool(open_tasks or waiting)

    def _complete_any(self, tx: Transaction, number: int) -> None:
        """Complete a task by its first way out, with something in every field that must be filled."""
        form = user_tasks.form(tx, number)
        chosen = form.outcomes[0] if form.outcomes else None
        fields = (*form.fields, *(chosen.ask if chosen else ()))
        empty = (
            field for field in fields if field.required and form.values.get(field.name) is None
        )
        given = {field.name: stand_ins.answer(field, tx.now) for field in empty}
        user_tasks.complete(tx, number, given, chosen.id if chosen else None)

    def _quietly(self, command: Any) -> None:
        """Do what may have become void by what was done before it."""
        try:
            self._do(command)
        except rejection.Rejection as refused:
            if refused.reason not in ("not_found", "invalid_state"):
                raise

    def _note_alerts(self) -> None:
        """Take the alerts given since the last look into the trace, at the element whose clock gave them."""
        given = alerts.alerts
        question = select(given).where(given.c.id > self.alerts).order_by(given.c.id)
        with transaction.read(self.store, "worker") as tx:
            for row in tx.execute(question).all():
                self.alerts = row.id
                if row.case_id in self.trace.instances:
                    process, _ = self.trace.instances[row.case_id]
                    element = self._element(tx, row.source) or process
                    step = Step(row.created_at, process, row.case_id, element, "alerted")
                    self.trace.steps.append(step)

    @staticmethod
    def _element(tx: Transaction, source: str) -> str | None:
        """Return the element of a clock or a task, as an alert names it."""
        kind, _, number = source.partition(":")
        table = {"clock": clocks.clocks, "task": tasks.tasks}.get(kind)
        if table is None or not number.isdigit():
            return None
        return tx.execute(select(table.c.element).where(table.c.id == int(number))).scalar()

    def _task(self, tx: Transaction, element: str) -> int:
        question = select(tasks.tasks.c.id).where(
            tasks.tasks.c.element == element, tasks.tasks.c.state.in_(tasks.OPEN)
        )
        number = tx.execute(question.order_by(tasks.tasks.c.id).limit(1)).scalar()
        if number is None:
            raise rejection.invalid_state(f"Expected an open task at {element}, but there is none")
        return int(number)

    def _job(self, tx: Transaction, element: str) -> int:
        table = job_rows.jobs
        question = select(table.c.id).where(
            table.c.element == element, table.c.kind == "service", table.c.state == "ready"
        )
        number = tx.execute(question.order_by(table.c.id).limit(1)).scalar()
        if number is None:
            raise rejection.invalid_state(f"Expected a job at {element}, but there is none")
        return int(number)

    def _do(self, command: Any) -> Any:
        return transaction.run(self.store, "system", command)


def make_tables(store: Store) -> None:
    """Make the tables of the rooms that run here, and no other: a scenario has no clients and no screens."""
    for room in ("ledger", "engine", "scheduler"):
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            importlib.import_module(module.name)
    tables = [
        table
        for name, table in metadata.tables.items()
        if name.startswith(("ledger_", "bpmn_", "dmn_", "sla_"))
    ]
    metadata.create_all(store.engine, tables=tables)
