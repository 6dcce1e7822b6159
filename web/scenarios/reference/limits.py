"""What SpiffWorkflow 3.2 cannot read, or reads otherwise than the standard says: found in a process, by name.

A process in which something is found is not compared, because the answer would say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.graph import (
    Activity,
    CallActivity,
    Element,
    Error,
    Event,
    ExpressionTask,
    Gateway,
    JobTask,
    Message,
    MessageTask,
    MultiInstance,
    Process,
    ScriptTask,
    StandardLoop,
    SubProcess,
    Timer,
)
from engine.feel import Expression
from web.scenarios.reference import joins

LONGEST = 250
"""How many elements a process may have: their reader calls itself once an element."""
OWN_NAMES = frozenset({"Start", "End", "Root", "StartEventSplit", "StartEventJoin"})
KINDS = frozenset(
    {
        "userTask", "manualTask", "task", "serviceTask", "scriptTask", "sendTask", "receiveTask",
        "subProcess", "callActivity", "exclusiveGateway", "parallelGateway", "inclusiveGateway",
        "eventBasedGateway", "startEvent", "endEvent", "intermediateThrowEvent",
        "intermediateCatchEvent", "boundaryEvent",
    }
)  # fmt: skip
EVENTS = {
    "startEvent": frozenset[str](),
    "endEvent": frozenset({"Message", "Error", "Escalation", "Terminate"}),
    "intermediateThrowEvent": frozenset({"Message", "Escalation", "Signal"}),
    "intermediateCatchEvent": frozenset({"Message", "Signal", "Timer"}),
    "boundaryEvent": frozenset({"Message", "Signal", "Timer", "Error", "Escalation"}),
}
"""The event definitions that it runs as the standard says, by the place."""


def found(process: Process) -> Iterator[str]:
    """Yield a sentence for each part of a process that SpiffWorkflow does not run as drawn."""
    if len(process.elements) > LONGEST:
        yield f"{process.id} has more than {LONGEST} elements: its reader calls itself once an element"
    yield from _starts(process)
    if process.data:
        yield f"{process.id} has data objects: it moves them at other moments, and a nested one hangs"
    for element in process.elements.values():
        yield from (
            f"{element.id} (line {element.line}): {words}" for words in _of(process, element)
        )
    catchers = [each.id for each in process.elements.values() if _catches_errors(each)]
    if len(catchers) > 1:
        yield f"{', '.join(catchers)}: it does not keep errors to the scope that they are thrown in"
    yield from joins.found(process)


def _starts(process: Process) -> Iterator[str]:
    levels = [
        None,
        *(each.id for each in process.elements.values() if isinstance(each, SubProcess)),
    ]
    for level in levels:
        inside = [process.elements[number] for number in process.children.get(level, ())]
        starts = [each for each in inside if each.kind == "startEvent"]
        if len(starts) != 1 or not any(each.kind == "endEvent" for each in inside):
            yield f"{level or process.id}: it needs exactly one start event and an end event"


def _of(process: Process, element: Element) -> Iterator[str]:
    if element.id in OWN_NAMES:
        yield "an element of its own has this id"
    if element.kind not in KINDS:
        yield f"it cannot read {element.kind}, or runs it otherwise"
        return
    if any(flow.id.removeprefix(f"flow__{flow.source}__").isdecimal() for flow in element.outgoing):
        yield "a flow without an id is dropped"
    if element.sets:
        yield "assignments are not read"
    if isinstance(element, Activity):
        yield from _activity(element)
    elif isinstance(element, Event):
        yield from _event(process, element)
    elif isinstance(element, Gateway):
        yield from _gateway(element)


def _activity(element: Activity) -> Iterator[str]:
    if len(element.outgoing) > 1 or any(flow.condition for flow in element.outgoing):
        yield "several flows out of an activity, or one with a condition, are not read"
    if element.start_quantity != 1 or element.completion_quantity != 1:
        yield "start and completion quantities are ignored"
    if element.is_for_compensation or element.compensation_handler:
        yield "compensation is ignored"
    if element.inputs or element.outputs or element.properties:
        yield "mappings and properties are not read"
    yield from _loop(element)
    yield from _kind(element)


def _loop(element: Activity) -> Iterator[str]:
    loop = element.loop
    if isinstance(loop, StandardLoop) and loop.condition is None and loop.maximum is None:
        yield "a loop needs a condition or a maximum"
    if isinstance(loop, MultiInstance):
        if loop.cardinality is None or loop.item or loop.output_collection:
            yield "a collection is read in its own way, and merging lists breaks them"
        if loop.behaviour != "all":
            yield "multi-instance behaviours are ignored"


def _kind(element: Activity) -> Iterator[str]:
    if isinstance(element, SubProcess) and element.triggered_by_event:
        yield "event sub-processes: isInterrupting, error and escalation starts are ignored"
    if isinstance(element, CallActivity) and isinstance(element.called, Expression):
        yield "a called process cannot be computed"
    if isinstance(element, CallActivity) and not (element.all_in and element.all_out):
        yield "a call hands over every variable both ways"
    if isinstance(element, ScriptTask) and element.result_variable:
        yield "a result variable is not read"
    if isinstance(element, ExpressionTask):
        yield "a service that is an expression is not read"
    if isinstance(element, JobTask) and element.kind not in ("serviceTask", "sendTask"):
        yield "work for a program is read for service tasks alone"
    if isinstance(element, MessageTask):
        yield from _message(element.message)


def _event(process: Process, element: Event) -> Iterator[str]:
    if len(element.definitions) > 1:
        yield "several event definitions at one event are read as one"
    if element.inputs or element.outputs or element.topic or element.form:
        yield "mappings of events are not read"
    for definition in element.definitions:
        name = type(definition).__name__
        if name not in EVENTS[element.kind]:
            yield f"{name.lower()} at a {element.kind} is ignored, or happens at other moments"
        elif name == "Terminate" and element.parent is not None:
            yield "a terminate end inside a sub-process leaves the sub-process open"
        elif isinstance(definition, Timer) and definition.kind not in ("date", "duration"):
            yield "a cycle or a clock of a stage never interrupts"
        elif isinstance(definition, Message):
            yield from _message(definition)
    is_thrown = element.kind == "endEvent" and _has_error(element)
    if is_thrown and not any(_catches_errors(each) for each in process.elements.values()):
        yield "an error that nobody catches does not end the case"


def _message(message: Message | None) -> Iterator[str]:
    if message is None:
        yield "a task without a message waits in another way"
    elif message.correlation or message.retrieval or message.outputs:
        yield "correlation is evaluated as Python text"
    elif isinstance(message.name, Expression):
        yield "a name cannot be computed"


def _gateway(element: Gateway) -> Iterator[str]:
    is_choice = (
        element.kind in ("exclusiveGateway", "inclusiveGateway") and len(element.outgoing) > 1
    )
    if is_choice and any(
        flow.condition is None and flow.id != element.default for flow in element.outgoing
    ):
        yield "a flow without a condition is refused"
    if element.instantiate:
        yield "a gateway that starts a process is not read"


def _catches_errors(element: Element) -> bool:
    return isinstance(element, Event) and element.kind == "boundaryEvent" and _has_error(element)


def _has_error(element: Event) -> bool:
    return any(isinstance(each, Error) for each in element.definitions)
