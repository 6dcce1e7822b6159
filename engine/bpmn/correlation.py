"""Messages and how they find their case (BPMN 8.4.2, 8.4.11): keys, properties, subscriptions, `kontor:correlation`."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn import data, expressions, languages, vocabulary
from engine.bpmn.context import Context, called, identity
from engine.bpmn.graph import Message
from engine.bpmn.vocabulary import (
    KONTOR,
    ZEEBE,
    Node,
    child,
    children,
    descendants,
    extension,
    extensions,
    text,
)
from engine.feel import Expression
from ledger.words import say


def properties(root: Node) -> dict[str, dict[str, Node]]:
    """For each message, the correlation properties with the expression that finds them in it."""
    found: dict[str, dict[str, Node]] = {}
    for prop in children(root, "correlationProperty"):
        for retrieval in children(prop, "correlationPropertyRetrievalExpression"):
            path = child(retrieval, "messagePath", "formalExpression")
            if path is not None:
                message = vocabulary.local_ref(retrieval.get("messageRef"))
                found.setdefault(message, {})[_key(prop)] = path
    return found


def subscriptions(context: Context, process: Node) -> dict[str, Node]:
    """For each correlation property, the expression over the process's variables that it must equal."""
    found: dict[str, Node] = {}
    for binding in descendants(process, "correlationPropertyBinding"):
        prop = context.referred(
            binding, binding.get("correlationPropertyRef"), "correlationProperty"
        )
        path = child(binding, "dataPath")
        if prop is not None and path is not None:
            found[_key(prop)] = path
    return found


def message(context: Context, node: Node, event: Node) -> Message:
    """The message of an event definition, a receive or a send task."""
    found = context.referred(node, node.get("messageRef"), "message")
    if found is None:
        found = _of_operation(context, node)
    name = _name(context, node, event, found)
    identity = found.get("id", "") if found is not None else ""
    retrieval = _compiled(context, context.properties.get(identity, {}))
    return Message(
        name=name,
        correlation=_correlation(context, event, found, retrieval),
        retrieval=retrieval,
        outputs=data.outputs(context, event),
    )


def _key(prop: Node) -> str:
    return identity(prop)


def _of_operation(context: Context, node: Node) -> Node | None:
    """An operation's incoming message (BPMN 8.4.3) serves where no message is named."""
    reference = node.get("operationRef") or text(child(node, "operationRef"))
    operation = context.referred(node, reference, "operation") if reference else None
    return (
        None
        if operation is None
        else context.referred(operation, text(child(operation, "inMessageRef")), "message")
    )


def _name(context: Context, node: Node, event: Node, found: Node | None) -> str | Expression:
    if found is None:
        if not node.get("messageRef"):
            words = say(
                "The %(kind)s names no message; it uses one called '%(called)s'.",
                kind=vocabulary.kind(event),
                called=called(event),
            )
            context.warning(event, "message.unnamed", words)
        return called(event)
    name = identity(found)
    if languages.is_dynamic(name):
        return expressions.attribute(context, found, name, "name") or name
    return name


def _compiled(context: Context, nodes: Mapping[str, Node]) -> dict[str, Expression]:
    found = {key: expressions.of(context, node, say("message path")) for key, node in nodes.items()}
    return {key: compiled for key, compiled in found.items() if compiled is not None}


def _correlation(
    context: Context, event: Node, found: Node | None, retrieval: Mapping[str, Expression]
) -> dict[str, Expression]:
    result = _compiled(
        context, {key: node for key, node in context.subscriptions.items() if key in retrieval}
    )
    for own in extensions(event, KONTOR, "correlation"):
        compiled = expressions.attribute(context, own, own.get("value", ""), "value")
        if compiled is not None:
            result[own.get("key", "key")] = compiled
    subscription = None if found is None else extension(found, ZEEBE, "subscription")
    key = None if subscription is None else subscription.get("correlationKey")
    if subscription is not None and key:
        context.vendors.note(
            "taken", "zeebe:subscription", say("what the message is matched by"), subscription
        )
        compiled = expressions.attribute(context, subscription, key, "correlationKey")
        if compiled is not None:
            result["correlationKey"] = compiled
    return result
