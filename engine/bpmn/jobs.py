"""Service and send tasks, and all that only a worker can do: classes, beans, connectors, scripts of other languages."""

from __future__ import annotations

import re
from collections.abc import Mapping

from engine import ports
from engine.bpmn import activities, correlation, expressions, foreign, languages
from engine.bpmn.context import Context, called
from engine.bpmn.graph import Element, ExpressionTask, JobTask, Message, MessageTask
from engine.bpmn.scope import Scope
from engine.bpmn.vocabulary import KONTOR, SPIFF, ZEEBE, Node, child, extension, split, text
from engine.feel import Expression, FeelError
from ledger.words import say

UNSPECIFIED = frozenset(("", "##unspecified", "##webservice", "webservice"))
RETRIES = 3


def service(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """A job of the topic that the task names, in whatever words."""
    own = extension(node, KONTOR, "topic")
    expression = foreign.attribute(node, "expression")
    if own is None and expression is not None:
        translated = _expression(context, node, expression)
        if translated is not None:
            result = _result(context, node)
            parts = activities.parts(context, around, node, parent)
            return ExpressionTask(**parts, expression=translated, result_variable=result)
    topic, why = _topic(context, node)
    if topic.startswith("kontor:") and topic not in ports.OWN_TOPICS:
        known = ", ".join(sorted(ports.OWN_TOPICS))
        words = f"'{called(node)}' asks for the topic '{topic}', which nobody does: write one of {known}."
        context.error(node, "own-topic", words)
    if own is None:
        context.warning(
            node,
            "foreign.job",
            say(
                "'%(called)s' %(why)s: a worker for the topic '%(topic)s' does it.",
                called=called(node),
                why=why,
                topic=topic,
            ),
        )
    return _job(context, around, node, parent, topic, _headers(node))


def send(context: Context, around: Scope, node: Node, parent: str | None) -> Element:
    """Sends the BPMN message it names; with an implementation, or without a message, it is a job."""
    worker = _platform_topic(node) is not None or any(
        extension(node, space, name) is not None
        for space, name in ((KONTOR, "topic"), (ZEEBE, "taskDefinition"))
    )
    if worker or not (node.get("messageRef") or node.get("operationRef")):
        return service(context, around, node, parent)
    return MessageTask(
        **activities.parts(context, around, node, parent),
        message=correlation.message(context, node, node),
    )


def script(
    context: Context, around: Scope, node: Node, parent: str | None, language: str, body: str
) -> Element:
    """A script that is not FEEL is never run here; a worker gets it in the job's headers."""
    definition = extension(node, ZEEBE, "taskDefinition")
    topic = (
        definition.get("type", "")
        if definition is not None
        else f"script:{language.lower() or 'external'}"
    )
    spoken = language or "another language"
    words = say(
        "The script of '%(called)s' is in %(spoken)s: a worker for the topic '%(topic)s' does it.",
        called=called(node),
        spoken=spoken,
        topic=topic,
    )
    context.warning(node, "foreign.job", words)
    resource = foreign.attribute(node, "resource")
    headers = {"language": language, "script": body, **({"resource": resource} if resource else {})}
    return _job(context, around, node, parent, topic, headers)


def event_topic(context: Context, event: Node, definition: Node) -> str | None:
    """The topic of a throw event that a foreign model implements by a class, a bean or an external task."""
    found = _platform_topic(definition) or _platform_topic(event) or _zeebe_topic(event)
    if found is None:
        return None
    topic, why = found
    context.warning(
        event,
        "foreign.job",
        say(
            "'%(called)s' %(why)s: a worker for the topic '%(topic)s' does it.",
            called=called(event),
            why=why,
            topic=topic,
        ),
    )
    return topic


def _job(
    context: Context,
    around: Scope,
    node: Node,
    parent: str | None,
    topic: str,
    headers: Mapping[str, str],
) -> Element:
    parts = activities.parts(context, around, node, parent)
    message: Message | None = (
        correlation.message(context, node, node) if node.get("messageRef") else None
    )
    return JobTask(
        **parts,
        topic=topic,
        retries=_retries(node),
        result_variable=_result(context, node),
        message=message,
        headers=headers,
    )


def _topic(context: Context, node: Node) -> tuple[str, str]:
    own = extension(node, KONTOR, "topic")
    if own is not None:
        return own.get("name") or called(node), ""
    found = (
        _platform_topic(node)
        or _zeebe_topic(node)
        or _spiff_topic(node)
        or _standard_topic(context, node)
    )
    return found or (node.get("id") or called(node), say("does not say how it is done"))


def _platform_topic(node: Node) -> tuple[str, str] | None:
    if topic := foreign.attribute(node, "topic"):
        return topic, say("is an external task")
    if name := foreign.attribute(node, "class"):
        return name, say(
            "is done by the Java class %(rpartition)s", rpartition=name.rpartition(".")[2]
        )
    if bean := foreign.attribute(node, "delegateExpression") or foreign.attribute(
        node, "expression"
    ):
        return _bean(bean), say("is done by %(bean)s", bean=bean)
    connector = foreign.element(node, "connector")
    if connector is not None:
        name = next((text(found) for found in foreign.inner(connector, "connectorId")), "connector")
        return name, say("is done by the connector %(name)s", name=name)
    if kind := foreign.attribute(node, "type"):
        return kind, say("is of the type %(kind)s", kind=kind)
    return None


def _bean(expression: str) -> str:
    inner = re.sub(r"^[$#]\{\s*|\s*\}$", "", expression)
    return inner.partition("(")[0].strip() or expression


def _zeebe_topic(node: Node) -> tuple[str, str] | None:
    definition = extension(node, ZEEBE, "taskDefinition")
    return None if definition is None else (definition.get("type", ""), say("is a Zeebe job"))


def _spiff_topic(node: Node) -> tuple[str, str] | None:
    operator = extension(node, SPIFF, "serviceTaskOperator")
    return None if operator is None else (operator.get("id", ""), say("is a SpiffWorkflow service"))


def _standard_topic(context: Context, node: Node) -> tuple[str, str] | None:
    reference = node.get("operationRef") or text(child(node, "operationRef"))
    operation = context.referred(node, reference, "operation") if reference else None
    if operation is not None:
        name = called(operation)
        return name, say("calls the operation %(name)s", name=name)
    implementation = node.get("implementation", "").strip()
    if implementation.lower() in UNSPECIFIED:
        return None
    return _bean(implementation), say(
        "is implemented by %(implementation)s", implementation=implementation
    )


def _expression(context: Context, node: Node, written: str) -> Expression | None:
    try:
        compiled = expressions.compile_text(context, written)
    except (FeelError, languages.Untranslatable):
        return None
    expressions.note(context, node, compiled)
    context.vendors.note("taken", "camunda:expression", "FEEL", node)
    return compiled


def _result(context: Context, node: Node) -> str | None:
    found = foreign.attribute(node, "resultVariable") or foreign.attribute(
        node, "resultVariableName"
    )
    context.assigns([found])
    return found


def _retries(node: Node) -> int:
    """How often it is tried: the job's own word, or how often Camunda's cycle repeats (`R5/PT10M`)."""
    own, zeebe = extension(node, KONTOR, "topic"), extension(node, ZEEBE, "taskDefinition")
    definition = zeebe if own is None else own
    written = "" if definition is None else definition.get("retries", "")
    if written.isdecimal():
        return int(written)
    cycle = foreign.element(node, "failedJobRetryTimeCycle")
    repeats = None if cycle is None else re.match(r"R(\d{1,3})/", text(cycle))
    return int(repeats[1]) if repeats else RETRIES


def _headers(node: Node) -> dict[str, str]:
    """What the model tells a worker beside variables."""
    headers = {
        header.get("key", ""): header.get("value", "")
        for header in _below(extension(node, ZEEBE, "taskHeaders"))
    }
    for field in foreign.elements(node, "field"):
        value = field.get("stringValue") or field.get("expression") or text(field)
        headers[field.get("name", "")] = value
    operator = extension(node, SPIFF, "serviceTaskOperator")
    for parameter in [] if operator is None else operator.iter(f"{{{SPIFF}}}parameter"):
        headers[parameter.get("id", "")] = parameter.get("value", "")
    return headers


def _below(holder: Node | None) -> list[Node]:
    return (
        []
        if holder is None
        else [node for node in holder.iterchildren("*") if split(node.tag)[1] == "header"]
    )
