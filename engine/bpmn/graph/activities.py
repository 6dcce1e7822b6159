"""The activities that have something of their own (BPMN 10.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.graph.elements import Activity
from engine.bpmn.graph.events import Message
from engine.bpmn.graph.parts import FormField, Outcome, Reference
from engine.feel import Expression


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
