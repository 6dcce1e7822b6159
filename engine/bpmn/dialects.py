"""Says, in words, what became of each word that another program's namespace brought into the file."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn.context import Context
from engine.bpmn.document import Document
from engine.bpmn.foreign import PREFIXES
from engine.bpmn.vocabulary import BPMN, KONTOR, XSI, Node, kind, split
from ledger.words import say

UNDERSTOOD: Mapping[str, frozenset[str]] = {
    "attributes": frozenset(
        (
            "assignee", "candidateGroups", "candidateUsers", "dueDate", "followUpDate", "priority", "formKey",
            "formRef",
            "formRefBinding", "formRefVersion", "topic", "type", "class", "delegateExpression", "expression",
            "resultVariable", "resultVariableName", "asyncBefore", "asyncAfter", "async", "collection",
            "elementVariable", "decisionRef", "decisionRefBinding", "decisionRefVersion", "mapDecisionResult",
            "calledElementBinding", "calledElementVersion", "caseRef", "resource", "initiator", "errorCodeVariable",
            "errorMessageVariable", "escalationCodeVariable",
        )
    ),
    "elements": frozenset(
        (
            "inputOutput", "inputParameter", "outputParameter", "in", "out", "formData", "formField", "formProperty",
            "field", "string", "expression", "connector", "connectorId", "list", "map", "entry", "value",
            "script", "validation", "constraint",
            "taskDefinition", "ioMapping", "input", "output", "taskHeaders", "header", "assignmentDefinition",
            "formDefinition", "calledElement", "calledDecision", "loopCharacteristics", "subscription", "userTask",
            "serviceTaskOperator", "parameters", "parameter", "calledDecisionId", "failedJobRetryTimeCycle",
            "taskSchedule", "priorityDefinition",
        )
    ),
}  # fmt: skip
WITHOUT_EFFECT = {
    "historyTimeToLive": say("history is kept by Kontor's own settings"),
    "isStartableInTasklist": say("who may start a process is a right here"),
    "candidateStarterGroups": say("who may start a process is a right here"),
    "candidateStarterUsers": say("who may start a process is a right here"),
    "versionTag": say("versions are counted here"),
    "exclusive": say("the steps of a case never run at the same time here"),
    "jobPriority": say("jobs are done in the order they fall due"),
    "taskPriority": say("jobs are done in the order they fall due"),
    "executionListener": say("listeners are programs of another engine"),
    "taskListener": say("listeners are programs of another engine"),
    "variableName": say("every condition is asked again when a variable it names changes"),
    "variableEvents": say("every condition is asked again when a variable it names changes"),
    "properties": say("they mean nothing to this program"),
}


def report(context: Context, document: Document) -> None:
    """Add one warning for each foreign word: what it was taken as, or why it was left out."""
    for node in document.nodes():
        _attributes(context, node)
        _element(context, node)
    for (fate, word, meaning), nodes in context.vendors.words.items():
        times = "" if len(nodes) == 1 else say(" (%(count)s times)", count=len(nodes))
        words = (
            say(
                "%(word)s is taken as %(meaning)s%(times)s.",
                word=word,
                meaning=meaning,
                times=times,
            )
            if fate == "taken"
            else say(
                "%(word)s is left out%(times)s: %(meaning)s.",
                word=word,
                times=times,
                meaning=meaning,
            )
        )
        context.report(
            "warning", nodes[0], "foreign.taken" if fate == "taken" else "foreign.left-out", words
        )
    _other_programs(context, document)


def _attributes(context: Context, node: Node) -> None:
    for name in node.attrib:
        space, local = split(str(name))
        if space in PREFIXES and local not in UNDERSTOOD["attributes"]:
            why = WITHOUT_EFFECT.get(local, "it means nothing to this program")
            context.vendors.note("left out", f"{PREFIXES[space]}:{local}", why, node)


def _element(context: Context, node: Node) -> None:
    space, local = split(node.tag)
    above = node.getparent()
    if space not in PREFIXES or local in UNDERSTOOD["elements"] or above is None:
        return
    if kind(above) != "extensionElements":
        return
    why = WITHOUT_EFFECT.get(local, "it means nothing to this program")
    context.vendors.note("left out", f"{PREFIXES[space]}:{local}", why, node)


def _other_programs(context: Context, document: Document) -> None:
    ours = {BPMN, KONTOR, XSI, "", *PREFIXES}
    found: dict[str, Node] = {}
    for holder in document.root.iter(f"{{{BPMN}}}extensionElements"):
        for node in holder.iterchildren("*"):
            space = split(node.tag)[0]
            if space not in ours:
                found.setdefault(space, node)
    for space, node in found.items():
        context.report(
            "warning",
            node,
            "foreign.left-out",
            say("What the namespace %(space)s adds is kept and not read.", space=space),
        )
