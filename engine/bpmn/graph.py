"""A process definition as it is run: immutable, shared by all cases of its version.

The reader makes it from BPMN 2.0.2; behaviours only read it. Elements refer to
one another by id, because a graph has cycles and frozen objects cannot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.calendar import Deadline
from engine.feel import Expression
from engine.ladder import Ladder


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """A sequence flow (BPMN 8.4.13); without an id in the file it is `flow__<source>__<n>`."""

    id: str
    source: str
    target: str
    name: str | None = None
    condition: Expression | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class IoMapping:
    """One input or output: evaluate `source`, assign `target`."""

    target: str
    source: Expression
    optional: bool = False
    """A data association: where the source has no value yet, nothing moves and the target keeps its own."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A person or group, resolved when needed: words (`group:legal`, `manager of deal.owner`) or FEEL."""

    text: str
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A deadline in working time with its ladder; compiled data, never copied into rows."""

    kind: Literal["stage", "response", "case"]
    deadline: Deadline | Expression
    ladder: Ladder | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form.

    `type`: text, number, money, percent, date, datetime, boolean, choice, person, file.
    """

    name: str
    type: str
    label: str | None = None
    required: bool = False
    of: tuple[str, ...] = ()
    default: Expression | None = None
    help: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    """The label by language code."""
    option_titles: Mapping[str, str] = field(default_factory=dict)
    """What a person reads for each value in `of`; a value that is missing is shown as it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A named way out of a stage, shown as a button; `ask` are the fields asked for when it is chosen."""

    id: str
    title: str
    ask: tuple[FormField, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title by language code."""


# Event definitions (BPMN 10.5.5). An expression that the file leaves out is None.


@dataclass(frozen=True, slots=True)
class Timer:
    """`timeDate`, `timeDuration`, `timeCycle` by the wall clock; `clock` binds it to the stage clock instead."""

    kind: Literal["date", "duration", "cycle", "clock"]
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message by name; `correlation` maps a key's property to the expression over the waiting case's variables."""

    name: str | Expression
    correlation: Mapping[str, Expression] = field(default_factory=dict)
    retrieval: Mapping[str, Expression] = field(default_factory=dict)
    outputs: tuple[IoMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal by name: every catcher hears it (BPMN 10.5.4)."""

    name: str | Expression


@dataclass(frozen=True, slots=True)
class Error:
    """`code` None catches every error; thrown, it is the error's code."""

    code: str | None
    name: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """`code` None catches every escalation."""

    code: str | None
    name: str | None = None
    code_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    """Fires when the condition becomes true."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Compensation:
    """Undoes `activity`, or every completed activity of the scope; `waits` as `waitForCompletion` says."""

    activity: str | None = None
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancels the transaction around it (BPMN 13.4.5)."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """Ends its process at once."""


@dataclass(frozen=True, slots=True)
class Link:
    """Goes on at the catch event of the same name, in the same scope."""

    name: str


EventDefinition = (
    Timer
    | Message
    | Signal
    | Error
    | Escalation
    | Conditional
    | Compensation
    | Cancel
    | Terminate
    | Link
)


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """BPMN 13.3.6: repeat while `condition`, asked before (`test_before`) or after each round."""

    condition: Expression | None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """BPMN 13.3.7. One of `cardinality` and `collection`; the events are those that `behaviour` throws."""

    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: Expression | None = None
    completion: Expression | None = None
    behaviour: Literal["all", "one", "none", "complex"] = "all"
    none_event: EventDefinition | None = None
    one_event: EventDefinition | None = None
    complex_events: tuple[tuple[Expression, EventDefinition], ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Activity):
    """Work for a person, shown in a task list."""

    assignee: Reference | None = None
    candidate_groups: tuple[Reference, ...] = ()
    candidate_users: tuple[Reference, ...] = ()
    responsible: Reference | None = None
    """`kontor:responsible`: a person becomes the assignee, a group a candidate."""
    excluded: tuple[Reference, ...] = ()
    """Who may not do it (`not: [starter]`)."""
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form: tuple[FormField, ...] = ()
    form_key: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    requires: tuple[str, ...] = ()
    """Subject fields that must be filled before it may be completed."""
    stage: str | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    """Title by language code; empty: `name` serves all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Activity):
    """serviceTask, sendTask with an implementation, businessRuleTask done by a worker: a job of `topic`."""

    topic: str = ""
    retries: int = 3
    result_variable: str | None = None
    message: Message | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the model tells the worker beside variables: task headers, a script and its language, fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionTask(Activity):
    """businessRuleTask with a decision: `decision` id, bound to a version as `binding` says."""

    decision: str | Expression = ""
    binding: str = "latest"
    result_variable: str | None = None
    shape: str = "resultList"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Activity):
    """A FEEL context whose entries are assigned; with `result_variable`, any FEEL whose value is."""

    script: Expression | None = None
    result_variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTask(Activity):
    """receiveTask and sendTask of a BPMN message."""

    message: Message | None = None
    instantiate: bool = False
    requires_outcome: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressionTask(Activity):
    """A service task whose implementation is an expression that could be translated (`${…}`)."""

    expression: Expression
    result_variable: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Activity):
    """subProcess, transaction, adHocSubProcess; `triggered_by_event` makes it an event sub-process."""

    triggered_by_event: bool = False
    sequential: bool = False
    completion: Expression | None = None
    cancel_remaining: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CallActivity(Activity):
    """Runs another process or a global task and waits for its end."""

    called: str | Expression = ""
    binding: str = "latest"
    """`latest`, `deployment`, or a version number."""
    all_in: bool = False
    all_out: bool = False
    business_key: Expression | None = None


@dataclass(frozen=True, slots=True)
class DataObject:
    """A variable that the model draws; `store`: one that outlives the case."""

    id: str
    name: str
    is_collection: bool = False
    store: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One executable process of a file. `elements` holds every element, also those inside sub-processes."""

    id: str
    name: str | None = None
    line: int = 0
    executable: bool = True
    elements: Mapping[str, Element]
    children: Mapping[str | None, tuple[str, ...]]
    """Ids of the elements directly inside a sub-process; under None, inside the process."""
    starts: Mapping[str | None, tuple[str, ...]]
    """Where a token enters: none start events, else elements without incoming flows (BPMN 13.2)."""
    event_subprocesses: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)
    data: tuple[DataObject, ...] = ()
    properties: tuple[tuple[str, Expression | None], ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    """`kontor:role`: name used in references → person in words."""
    owner: str | None = None
    subject: str | None = None
    """`client`, `deal` or None."""
    calendar: str | None = None
    case_clock: ClockRule | None = None
    unique_per_subject: bool = False
    schedules: tuple[str, ...] = ()
    """`start: every`, cron lines in the calendar's zone."""
    conditions: tuple[Expression, ...] = ()
    """`start: when`, asked when a record of the subject's kind changes."""
    titles: Mapping[str, str] = field(default_factory=dict)
    paths: frozenset[tuple[str, ...]] = frozenset()
    """Every subject field that an expression of the process names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFlow:
    """A message flow between two pools: from an element or pool to an element or pool (BPMN 9.4)."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All that one file defines; `processes` by id, executable ones and drawings."""

    processes: Mapping[str, Process]
    message_flows: tuple[MessageFlow, ...] = ()
