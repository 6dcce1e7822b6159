"""What every element, event, gateway and activity has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.graph.events import EventDefinition
from engine.bpmn.graph.loops import MultiInstance, StandardLoop
from engine.bpmn.graph.parts import ClockRule, FormField, IoMapping, SequenceFlow
from engine.feel import Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A flow element with a place in its container. `kind` is BPMN's local name, e.g. `userTask`."""

    id: str
    kind: str
    name: str | None = None
    documentation: str | None = None
    """What the model says about it, for people."""
    line: int = 0
    parent: str | None = None
    """Id of the sub-process that holds it; None directly inside the process."""
    incoming: tuple[SequenceFlow, ...] = ()
    outgoing: tuple[SequenceFlow, ...] = ()
    default: str | None = None
    """Id of the default flow (activities, exclusive, inclusive and complex gateways)."""
    async_before: bool = False
    async_after: bool = False
    sets: tuple[IoMapping, ...] = ()
    """Subject fields or variables assigned when the element is entered (`kontor:set`); end events too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Element):
    """startEvent, endEvent, intermediateThrowEvent, intermediateCatchEvent, boundaryEvent."""

    definitions: tuple[EventDefinition, ...] = ()
    parallel_multiple: bool = False
    interrupting: bool = True
    """`cancelActivity` of a boundary event, `isInterrupting` of an event sub-process's start."""
    attached_to: str | None = None
    topic: str | None = None
    """A throw event that a foreign model implements by a class: the job's topic."""
    inputs: tuple[IoMapping, ...] = ()
    outputs: tuple[IoMapping, ...] = ()
    form: tuple[FormField, ...] = ()
    initiator: str | None = None
    """A start event of a foreign model: the variable that is set to who started the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway(Element):
    """exclusiveGateway, inclusiveGateway, parallelGateway, complexGateway, eventBasedGateway."""

    instantiate: bool = False
    parallel_events: bool = False
    activation: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity(Element):
    """What every activity has (BPMN 10.3); a plain `task` and `manualTask` have nothing more."""

    loop: StandardLoop | MultiInstance | None = None
    boundary: tuple[str, ...] = ()
    start_quantity: int = 1
    completion_quantity: int = 1
    is_for_compensation: bool = False
    compensation_handler: str | None = None
    inputs: tuple[IoMapping, ...] = ()
    outputs: tuple[IoMapping, ...] = ()
    properties: tuple[tuple[str, Expression | None], ...] = ()
    lane: str | None = None
    clocks: tuple[ClockRule, ...] = ()
    pauses_case_clock: str | None = None
    """The reason under which the whole-case clock stands still while the activity waits."""
    title: Mapping[str, str] = field(default_factory=dict)
    """Title by language code; empty: `name` serves all."""
