"""A process definition as it is run: immutable, shared by all cases of its version.

The reader makes it from BPMN 2.0.2; behaviours only read it. Elements refer to
one another by id, because a graph has cycles and frozen objects cannot.
"""

from engine.bpmn.graph.activities import (
    CallActivity,
    DecisionTask,
    ExpressionTask,
    JobTask,
    MessageTask,
    ScriptTask,
    SubProcess,
    UserTask,
)
from engine.bpmn.graph.elements import Activity, Element, Event, Gateway
from engine.bpmn.graph.events import (
    Cancel,
    Compensation,
    Conditional,
    Error,
    Escalation,
    EventDefinition,
    Link,
    Message,
    Signal,
    Terminate,
    Timer,
)
from engine.bpmn.graph.loops import MultiInstance, StandardLoop
from engine.bpmn.graph.parts import (
    ClockRule,
    FormField,
    IoMapping,
    Outcome,
    Reference,
    SequenceFlow,
)
from engine.bpmn.graph.processes import Campaign, DataObject, Graph, MessageFlow, Process

__all__ = [
    "Activity",
    "CallActivity",
    "Campaign",
    "Cancel",
    "ClockRule",
    "Compensation",
    "Conditional",
    "DataObject",
    "DecisionTask",
    "Element",
    "Error",
    "Escalation",
    "Event",
    "EventDefinition",
    "ExpressionTask",
    "FormField",
    "Gateway",
    "Graph",
    "IoMapping",
    "JobTask",
    "Link",
    "Message",
    "MessageFlow",
    "MessageTask",
    "MultiInstance",
    "Outcome",
    "Process",
    "Reference",
    "ScriptTask",
    "SequenceFlow",
    "Signal",
    "StandardLoop",
    "SubProcess",
    "Terminate",
    "Timer",
    "UserTask",
]
