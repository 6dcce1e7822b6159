"""A process in a test: `run.deploy(…).start(…)`, `run.complete("approve", ok=True)`, `run.at() == {"escalate"}`.

Each call is a transaction of its own on a real database, so every step is stored and loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import event, select

from engine import (
    conditions,
    definitions,
    incidents,
    instances,
    jobs,
    messages,
    ports,
    timers,
    user_tasks,
)
from engine.waiting import jobs as job_rows
from engine.waiting.tasks import OPEN, tasks
from ledger import event_log, transaction
from ledger.clock import VirtualClock
from ledger.store import Store
from ledger.transaction import Transaction
from web.scenarios import stand_ins

MOST_PASSES = 500
Report = Callable[[Transaction], Any]


class Run:
    """A store with stand-ins for the company, and the case that was started last."""

    def __init__(self, store: Store, actor: str = "system") -> None:
        self.store = store
        self.actor = actor
        self.case = 0
        self.trace = stand_ins.Trace()
        self.subjects = stand_ins.Subjects()
        self.people = stand_ins.People()
        store.ports.update(
            {
                ports.People: self.people,
                ports.Subjects: self.subjects,
                ports.WorkingTime: stand_ins.WorkingTime(),
                ports.Consumer: self.trace,
            }
        )
        store.before_commit.append(conditions.record_changed)

    def do(self, command: Report, actor: str | None = None) -> Any:
        """Run a command in a transaction of its own."""
        return transaction.run(self.store, actor or self.actor, command)

    def ask(self, question: Report) -> Any:
        """Read something."""
        with transaction.read(self.store, self.actor) as tx:
            return question(tx)

    def deploy(self, *files: bytes) -> Self:
        sources = [
            definitions.Source(f"model{number}.bpmn", xml) for number, xml in enumerate(files)
        ]
        self.do(lambda tx: definitions.deploy(tx, sources))
        return self

    def start(
        self,
        key: str = "p",
        *,
        subject: str | None = None,
        business_key: str | None = None,
        **variables: Any,
    ) -> Self:
        self.case = self.do(lambda tx: instances.start(tx, key, variables, subject, business_key))
        return self

    def complete(
        self,
        element: str,
        *,
        outcome: str | None = None,
        actor: str | None = None,
        **variables: Any,
    ) -> Self:
        number = self.task(element)
        self.do(lambda tx: user_tasks.complete(tx, number, variables, outcome), actor)
        return self

    def task(self, element: str) -> int:
        """The oldest open task of an element, in the case."""
        question = select(tasks.c.id).where(
            tasks.c.case_id == self.case, tasks.c.element == element, tasks.c.state.in_(OPEN)
        )
        found: int | None = self.ask(
            lambda tx: tx.execute(question.order_by(tasks.c.id).limit(1)).scalar()
        )
        assert found is not None, f"no open task at {element}; the case is at {sorted(self.at())}"
        return found

    def message(
        self, name: str, correlation: dict[str, Any] | None = None, **variables: Any
    ) -> Self:
        self.do(lambda tx: messages.correlate(tx, name, correlation or {}, variables))
        return self

    def signal(self, name: str, **variables: Any) -> Self:
        self.do(lambda tx: messages.broadcast(tx, name, variables))
        return self.work()

    def job(self, element: str) -> int:
        """The oldest job of an element, in the case."""
        table = job_rows.jobs
        question = select(table.c.id).where(
            table.c.case_id == self.case, table.c.element == element
        )
        found: int | None = self.ask(
            lambda tx: tx.execute(question.order_by(table.c.id).limit(1)).scalar()
        )
        assert found is not None, f"no job at {element}; the case is at {sorted(self.at())}"
        return found

    def done(self, element: str, **variables: Any) -> Self:
        """A worker reports a job of the element as done."""
        number = self.job(element)
        self.do(lambda tx: jobs.complete(tx, number, variables))
        return self

    def work(self) -> Self:
        """Workers do what can be done now."""
        for _ in range(MOST_PASSES):
            if not jobs.work_due(self.store) + timers.fire_due(self.store):
                return self
        raise AssertionError("the case does not come to rest")

    def later(self, **duration: float) -> None:
        """Move the clock, and let nobody work yet."""
        clock = self.store.clock
        assert isinstance(clock, VirtualClock)
        clock.move_to(clock.now + timedelta(**duration))

    def wait(self, **duration: float) -> Self:
        """Let time pass; each timer fires at its own instant."""
        clock = self.store.clock
        assert isinstance(clock, VirtualClock)
        until = clock.now + timedelta(**duration)
        for _ in range(MOST_PASSES):
            upcoming = self.ask(
                lambda tx: min(filter(None, (timers.next_due(tx), jobs.next_due(tx))), default=None)
            )
            if upcoming is None or upcoming > until:
                break
            clock.move_to(upcoming)
            self.work()
        clock.move_to(until)
        return self.work()

    def at(self) -> set[str]:
        """Where tokens wait, in every scope; what only holds others is left out."""
        found = self.ask(lambda tx: instances.positions(tx, self.case))
        return {each.element for each in found if each.phase not in ("inside", "multi")}

    def tokens(self) -> list[str]:
        """The same with each token counted."""
        found = self.ask(lambda tx: instances.positions(tx, self.case))
        return sorted(each.element for each in found if each.phase not in ("inside", "multi"))

    @property
    def state(self) -> str:
        return str(self.ask(lambda tx: instances.get(tx, self.case).state))

    @property
    def variables(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask(lambda tx: instances.variables_of(tx, self.case))
        return found

    def incidents(self) -> list[str]:
        """The messages of open incidents, each behind its element."""
        return [
            f"{row.element}: {row.message}"
            for row in self.ask(lambda tx: incidents.of_case(tx, self.case))
        ]

    def path(self) -> list[str]:
        """The elements that completed, in order."""
        return [step.element for step in self.trace.steps if step.event == "completed"]

    def events(self) -> list[str]:
        """The kinds of the case's events, in order."""
        return [row.kind for row in self.ask(lambda tx: event_log.of_case(tx, self.case))]

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """Collect the statements that reach the database."""
        found: list[str] = []

        def keep(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            found.append(statement)

        event.listen(self.store.engine, "before_cursor_execute", keep)
        try:
            yield found
        finally:
            event.remove(self.store.engine, "before_cursor_execute", keep)
