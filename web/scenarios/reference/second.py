"""A case as SpiffWorkflow runs it: the same steps, and what it has completed and waits for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from engine import timing
from engine.bpmn.graph import Activity, Element, JobTask, Process, UserTask
from engine.feel import Expression, Value
from ledger import rejection
from web.scenarios.reference import spiff

MOST_ROUNDS = 5_000
DEEPEST = 900
"""How many elements one after another it can look at: its iterator stops at 1,000 and says nothing."""


class TooDeepError(Exception):
    """SpiffWorkflow cannot follow so long a path."""


class Second:
    """Workflows of SpiffWorkflow beside our cases, on one clock."""

    def __init__(
        self, processes: Mapping[str, Process], models: Iterable[bytes], now: datetime
    ) -> None:
        self.now = now
        self.elements: dict[str, Element] = {}
        known: dict[str, Expression] = {}
        kinds: dict[str, str] = {}
        for process in processes.values():
            self.elements |= process.elements
            known |= {key: each for key, each in spiff.expressions(process) if each is not None}
            for element in process.elements.values():
                kinds |= {f"timer {element.id}": each.kind for each in spiff.timers(element)}
        self.records: dict[str, Value] = {}
        self.engine = spiff.Engine(known, kinds, lambda: self.now, self.records)
        self.parser = spiff.Parser(known)
        for model in models:
            self.parser.add_bpmn_str(model)
        self.workflows: list[Any] = []

    def start(
        self, key: str, given: Mapping[str, Value], subject: Mapping[str, Any] | None = None
    ) -> None:
        """Start a process."""
        self.records |= dict(subject or {})
        spec = self.parser.get_spec(key)
        workflow = BpmnWorkflow(
            spec, self.parser.get_subprocess_specs(key), script_engine=self.engine
        )
        workflow.task_tree.data.update(given)
        self.workflows.append(workflow)
        self.settle()

    def complete(self, element: str, given: Mapping[str, Value]) -> None:
        """Complete the first open task of an element."""
        self._run(self._first(element, TaskState.READY, UserTask), given)

    def job(self, element: str, given: Mapping[str, Value]) -> None:
        """Report the first job of an element as done."""
        task = self._first(element, TaskState.STARTED, JobTask)
        task.data.update(given)
        task.complete()
        self.settle()

    def message(self, name: str, given: Mapping[str, Value]) -> None:
        """Send a message to every case."""
        self._throw(MessageEventDefinition(name), given)

    def signal(self, name: str, given: Mapping[str, Value]) -> None:
        """Throw a signal."""
        self._throw(SignalEventDefinition(name), given)

    def advance(self, duration: str) -> None:
        """Let time pass; each timer fires at its own instant."""
        until = timing.later(self.now, duration)
        for _ in range(MOST_ROUNDS):
            upcoming = min(self._dues(), default=None)
            if upcoming is None or upcoming > until:
                break
            self.now = max(upcoming, self.now)
            self.settle()
        self.now = until
        self.settle()

    def settle(self) -> None:
        """Let everything move that needs nobody; tasks done outside the program are done at once."""
        for _ in range(MOST_ROUNDS):
            for workflow in self.workflows:
                workflow.do_engine_steps()
            self._check_depth()
            idle = [
                task
                for task in self._tasks(TaskState.READY)
                if task.task_spec.manual and not isinstance(self._element(task), UserTask)
            ]
            if not idle:
                return
            idle[0].run()
        raise TooDeepError("it does not come to rest")

    def completed(self) -> Counter[str]:
        """Return how often each activity has completed, each round of a loop by itself."""
        return Counter(
            task.task_spec.bpmn_id
            for task in self._tasks(TaskState.COMPLETED)
            if isinstance(self._element(task), Activity)
            and not isinstance(task.task_spec, LoopTask)
        )

    def waiting(self) -> Counter[str]:
        """Return the tasks and events that are waited for."""
        found: Counter[str] = Counter()
        for task in self._tasks(TaskState.READY | TaskState.WAITING | TaskState.STARTED):
            element = self._element(task)
            is_work = isinstance(element, (UserTask, JobTask)) and not isinstance(
                task.task_spec, LoopTask
            )
            is_event = isinstance(task.task_spec, CatchingEvent) and task.state == TaskState.WAITING
            if (is_work or is_event) and element is not None and element.kind != "boundaryEvent":
                found[element.id] += 1
        return found

    def states(self) -> list[str]:
        """Return `completed` or `active` for each case."""
        return ["completed" if each.completed else "active" for each in self.workflows]

    def _first(self, name: str, state: int, kind: type[Element]) -> Any:
        for task in self._tasks(state):
            is_meant = task.task_spec.bpmn_id == name and isinstance(self._element(task), kind)
            if is_meant and not isinstance(task.task_spec, LoopTask):
                return task
        raise rejection.invalid_state(f"Expected SpiffWorkflow to wait at {name}, but it does not")

    def _run(self, task: Any, given: Mapping[str, Value]) -> None:
        task.data.update(given)
        task.run()
        self.settle()

    def _throw(self, definition: Any, given: Mapping[str, Value]) -> None:
        for workflow in self.workflows:
            workflow.catch(BpmnEvent(definition, payload=dict(given)))
        self.settle()

    def _dues(self) -> list[datetime]:
        return [
            task.task_spec.event_definition.due_at(task)
            for task in self._tasks(TaskState.WAITING)
            if isinstance(getattr(task.task_spec, "event_definition", None), spiff.Due)
        ]

    def _tasks(self, state: int) -> list[Any]:
        levels = [level for each in self.workflows for level in (each, *each.subprocesses.values())]
        return [task for level in levels for task in level.tasks.values() if task.has_state(state)]

    def _element(self, task: Any) -> Element | None:
        return self.elements.get(getattr(task.task_spec, "bpmn_id", None) or "")

    def _check_depth(self) -> None:
        for workflow in self.workflows:
            level, depth = [workflow.task_tree], 0
            while level:
                level, depth = [child for task in level for child in task.children], depth + 1
            if depth > DEEPEST:
                raise TooDeepError(
                    f"its iterator stops after 1,000 elements in a row; here are {depth}"
                )
