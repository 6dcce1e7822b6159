"""Every element of BPMN 2.0.2 and what becomes of it here; `docs/bpmn-support.md` shows the same table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Fate = Literal["run", "read", "drawn", "refused"]


@dataclass(frozen=True, slots=True)
class Row:
    """Elements with one fate.

    `run`: they do something; `read`: others need them; `drawn`: kept, without effect; `refused`: an error.
    """

    fate: Fate
    words: str
    names: tuple[str, ...]


def _row(fate: Fate, words: str, names: str) -> Row:
    return Row(fate, words, tuple(names.split()))


TABLE: tuple[Row, ...] = (
    _row("run",
         "begins a case or a sub-process: none, message, timer, signal, conditional; in an event sub-process "
         "also error, escalation, compensation; multiple and parallel multiple",
         "startEvent"),
    _row("run",
         "ends a path: none, message, signal, error, escalation, cancel, compensation, terminate, multiple",
         "endEvent"),
    _row("run",
         "throws a message, a signal, an escalation, a compensation or a link, or marks a place",
         "intermediateThrowEvent"),
    _row("run",
         "waits for a message, a timer, a signal, a condition or a link; multiple and parallel multiple",
         "intermediateCatchEvent"),
    _row("run",
         "interrupting or not: message, timer, signal, condition, error, escalation, compensation, cancel, "
         "multiple",
         "boundaryEvent"),
    _row("run", "one way out, by condition or default", "exclusiveGateway"),
    _row("run", "every way out whose condition holds; joins by the rule of BPMN 13.4.3", "inclusiveGateway"),
    _row("run", "all ways out; joins all ways in", "parallelGateway"),
    _row("run", "joins by its activation condition, which may read activationCount", "complexGateway"),
    _row("run", "the first event decides; may begin a case, also by all of its events", "eventBasedGateway"),
    _row("run", "nothing to do; the token goes on", "task manualTask"),
    _row("run", "work for a person", "userTask"),
    _row("run", "a job for a worker, or an expression", "serviceTask"),
    _row("run", "sends its message; with an implementation, a job for a worker", "sendTask"),
    _row("run", "waits for its message; may begin a case", "receiveTask"),
    _row("run",
         "a FEEL context whose entries are assigned; in another language, a job for a worker",
         "scriptTask"),
    _row("run",
         "a decision (DMN), by a person while none is deployed; without a decision, a job for a worker",
         "businessRuleTask"),
    _row("run", "embedded, or triggered by an event", "subProcess"),
    _row("run", "with cancel and compensation", "transaction"),
    _row("run", "parallel or sequential, with completion condition", "adHocSubProcess"),
    _row("run",
         "a process or a global task, in the latest version, the deployment's own or a numbered one",
         "callActivity"),
    _row("run",
         "called like a process",
         "globalTask globalUserTask globalManualTask globalScriptTask globalBusinessRuleTask"),
    _row("run", "with its condition", "sequenceFlow conditionExpression"),
    _row("run", "between the pools of one file", "messageFlow"),
    _row("run",
         'a definition that can be deployed; with isExecutable="false" it is kept as a drawing',
         "process"),
    _row("run", "repeats while its condition holds", "standardLoopCharacteristics loopCondition"),
    _row("run",
         "parallel or sequential; by number or over a collection",
         "multiInstanceLoopCharacteristics loopCardinality loopDataInputRef loopDataOutputRef inputDataItem "
         "outputDataItem completionCondition"),
    _row("run", "events of a multi-instance activity", "complexBehaviorDefinition condition event"),
    _row("run", "by name and correlation", "messageEventDefinition"),
    _row("run", "wall-clock: ISO 8601, cron or FEEL", "timerEventDefinition"),
    _row("run", "to every catcher, in all cases", "signalEventDefinition"),
    _row("run", "by code; without one, every error", "errorEventDefinition"),
    _row("run", "by code; without one, every escalation", "escalationEventDefinition"),
    _row("run", "when its condition becomes true", "conditionalEventDefinition"),
    _row("run", "in reverse order of completion", "compensateEventDefinition"),
    _row("run", "of a transaction", "cancelEventDefinition"),
    _row("run", "ends the process at once", "terminateEventDefinition"),
    _row("run", "by name or by source and target, on one level", "linkEventDefinition"),
    _row("run",
         "a date, a duration, a cycle: ISO 8601, a cron line, or FEEL that gives one; "
         "what an endless cycle missed while the program stood still is made up for once",
         "timeDate timeDuration timeCycle"),
    _row("run", "an event definition of the root, shared by events", "eventDefinitionRef"),
    _row("run", "of a complex gateway", "activationCondition"),
    _row("run", "an incoming message by its name", "message"),
    _row("run", "by name", "signal error escalation"),
    _row("run",
         "finds the case of a message",
         "correlationKey correlationProperty correlationPropertyRetrievalExpression correlationSubscription "
         "correlationPropertyBinding correlationPropertyRef messagePath dataPath"),
    _row("run",
         "a variable, by its name where that is unique in form, else by its id",
         "dataObject dataObjectReference dataInput dataOutput property"),
    _row("run",
         "a value that outlives the case: what one case writes, every later reader finds, by the store's name",
         "dataStore dataStoreReference"),
    _row("run",
         "moves data into and out of activities and events",
         "dataInputAssociation dataOutputAssociation assignment from to transformation"),
    _row("run",
         "by a performer's or owner's expression or resource: user(x), group(x), a name",
         "performer humanPerformer potentialOwner resourceRef resourceAssignmentExpression formalExpression "
         "expression resource"),
    _row("run",
         "the task's lane is kept; it says who is meant where nothing else does",
         "lane laneSet childLaneSet flowNodeRef"),
    _row("run", "a script task's text", "script"),
    _row("run", "connects a compensation event with its handler", "association"),
    _row("read",
         "checked by the rules; without effect of its own at run time",
         "ioSpecification inputSet outputSet dataInputRefs dataOutputRefs optionalInputRefs optionalOutputRefs "
         "whileExecutingInputRefs whileExecutingOutputRefs inputSetRefs outputSetRefs ioBinding itemDefinition "
         "dataState supportedInterfaceRef incoming outgoing sourceRef targetRef source target "
         "resourceParameter resourceParameterBinding participantMultiplicity"),
    _row("read",
         "its operation names the worker's topic and the message",
         "interface operation operationRef inMessageRef outMessageRef errorRef"),
    _row("read", "the root of the file", "definitions"),
    _row("read", "a pool: which process it shows", "collaboration participant"),
    _row("read",
         "kontor, Camunda, Flowable, Activiti, Zeebe and SpiffWorkflow words are read; others are kept",
         "extensionElements"),
    _row("drawn",
         "kept in the diagram",
         "textAnnotation text group category categoryValue documentation categoryValueRef"),
    _row("drawn",
         "kept in the file",
         "import extension relationship monitoring auditing rendering partnerEntity partnerRole endPoint "
         "endPointRef interfaceRef resourceRole supports partitionElement participantRef implicitThrowEvent"),
    _row("drawn",
         "conversations and choreographies are not processes; a file with nothing else has nothing to run",
         "conversation subConversation callConversation globalConversation conversationLink "
         "conversationAssociation participantAssociation messageFlowAssociation messageFlowRef "
         "innerParticipantRef outerParticipantRef choreography globalChoreographyTask choreographyRef"),
    _row("refused", "a process cannot hold it (BPMN 10.2)", "choreographyTask subChoreography callChoreography"),
)  # fmt: skip

ELEMENTS: Mapping[str, Row] = {name: row for row in TABLE for name in row.names}
