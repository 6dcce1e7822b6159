"""SpiffWorkflow 3.2, taught our expressions and our clock: its parser and script engine, subclassed.

Nothing of a file is evaluated as Python: each expression in the tree is replaced by a key, under
which the compiled expression of our own graph is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import (
    BoundaryEventParser,
    IntermediateCatchEventParser,
)
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine import timing
from engine.bpmn.graph import (
    Activity,
    Event,
    MultiInstance,
    Process,
    ScriptTask,
    StandardLoop,
    Timer,
)
from engine.feel import Expression, Value

Clock = Callable[[], datetime]
HOLDERS = {
    "conditionExpression": 1,
    "script": 1,
    "loopCondition": 2,
    "loopCardinality": 2,
    "completionCondition": 2,
}
"""Tags of expressions, and how many steps up the element with the id stands."""


class Parser(BpmnParser):  # type: ignore[misc]  # the library has no types
    """Their parser, with our keys for expressions and our clock for timers."""

    def __init__(self, known: Mapping[str, Expression]) -> None:
        super().__init__()
        self.known = known

    def add_bpmn_xml(self, bpmn: Any, filename: str | None = None) -> None:
        """Put a key in the place of each expression, then read the tree as they do."""
        for tag, steps in HOLDERS.items():
            for node in bpmn.iter(full_tag(tag)):
                holder = node
                for _ in range(steps):
                    holder = holder.getparent()
                key = f"{tag} {holder.get('id')}"
                node.text = key if key in self.known else None
        super().add_bpmn_xml(bpmn, filename)


class Due(TimerEventDefinition):  # type: ignore[misc]  # the library has no types
    """A timer by our clock: due when our reading of its text says so."""

    def due_at(self, task: Any) -> datetime:
        """Return when it is due, reckoned at the first look."""
        engine = task.workflow.script_engine
        found = task._get_internal_data("due_at")  # noqa: SLF001  # their way to keep something with a task
        if found is None:
            first = timing.first(
                engine.kinds[self.expression], engine.value(task, self.expression), engine.clock()
            )
            found = engine.clock() if first is None else first.at
            task._set_internal_data(due_at=found)  # noqa: SLF001  # the same
        return found  # type: ignore[no-any-return]  # kept two lines above

    def has_fired(self, task: Any) -> bool:
        """Say whether it is due."""
        return bool(self.due_at(task) <= task.workflow.script_engine.clock())


class _Timed:
    def parse_timer_event(self, _event: Any) -> Due:
        name = self.node.get("id")  # type: ignore[attr-defined]  # theirs
        return Due(name, f"timer {name}")


class _Catch(_Timed, IntermediateCatchEventParser):  # type: ignore[misc]  # the library has no types
    pass


class _Border(_Timed, BoundaryEventParser):  # type: ignore[misc]  # the library has no types
    pass


Parser.OVERRIDE_PARSER_CLASSES = {
    full_tag("intermediateCatchEvent"): (_Catch, IntermediateCatchEvent),
    full_tag("boundaryEvent"): (_Border, BoundaryEvent),
}


class Nothing:
    """An environment in which no Python text is evaluated."""

    def evaluate(self, *_: Any) -> NoReturn:
        """Refuse."""
        raise ValueError("Expected an expression that was compiled, but got Python text")

    execute = call_service = evaluate


class Engine(PythonScriptEngine):  # type: ignore[misc]  # the library has no types
    """A script engine that evaluates our compiled expressions."""

    def __init__(
        self,
        known: Mapping[str, Expression],
        kinds: Mapping[str, str],
        clock: Clock,
        records: Mapping[str, Value],
    ) -> None:
        super().__init__(environment=Nothing())
        self.known, self.kinds, self.clock, self.records = known, kinds, clock, records

    def value(self, task: Any, key: str) -> Value:
        """Return an expression's value at a task; a whole number as int."""
        expression = self.known[key]
        seen = {name: task.data[name] for name in expression.names if name in task.data}
        value = expression.evaluate({**self.records, **seen}, now=self.clock())
        is_whole = key.startswith("loopCardinality") and value is not None
        return int(value) if is_whole else value  # type: ignore[arg-type]  # a number, as ours would insist

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Value:  # noqa: ARG002  # their form
        """Return a condition's or a number's value."""
        return self.value(task, expression)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:  # noqa: ARG002  # their form
        """Assign what a script gives."""
        given = self.value(task, script)
        if isinstance(given, dict):
            task.data.update(given)
        return True


def expressions(process: Process) -> Iterator[tuple[str, Expression | None]]:
    """Yield the expressions of a process by the keys that stand in the tree."""
    for element in process.elements.values():
        for flow in element.outgoing:
            yield f"conditionExpression {flow.id}", flow.condition
        if isinstance(element, ScriptTask):
            yield f"script {element.id}", element.script
        loop = element.loop if isinstance(element, Activity) else None
        if isinstance(loop, StandardLoop):
            yield f"loopCondition {element.id}", loop.condition
        elif isinstance(loop, MultiInstance):
            yield f"loopCardinality {element.id}", loop.cardinality
            yield f"completionCondition {element.id}", loop.completion
        for timer in timers(element):
            yield f"timer {element.id}", timer.expression


def timers(element: object) -> list[Timer]:
    """Return the timers of an event."""
    definitions = element.definitions if isinstance(element, Event) else ()
    return [each for each in definitions if isinstance(each, Timer)]
