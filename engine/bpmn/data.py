"""Data (BPMN 10.4): objects, stores, properties, inputs and outputs are variables; associations move values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from engine.bpmn import expressions, languages, vocabulary
from engine.bpmn.context import Context
from engine.bpmn.graph import DataObject, IoMapping
from engine.bpmn.vocabulary import Node, child, children, kind, text
from engine.feel import Expression
from ledger.words import say

CARRIERS = (
    "dataObject",
    "dataObjectReference",
    "dataStore",
    "dataStoreReference",
    "dataInput",
    "dataOutput",
    "property",
    "inputDataItem",
    "outputDataItem",
)


def variable_name(context: Context, node: Node) -> str:
    """The variable that a data element stands for: of the object behind a reference, its name, else its id.

    What no expression can call so (`in`, `5 %`) is `data_` and the id.
    """
    known = context.variable_names.get(node)
    if known is None:
        known = context.variable_names[node] = _variable_name(context, node)
    return known


def _variable_name(context: Context, node: Node) -> str:
    target = _behind(context, node)
    for candidate in (target.get("name"), node.get("name"), target.get("id"), node.get("id")):
        name = " ".join((candidate or "").split())
        if name and expressions.is_name(name):
            return name
    return "data_" + re.sub(r"\W", "_", target.get("id") or "")


def _behind(context: Context, node: Node) -> Node:
    reference = node.get("dataObjectRef") or node.get("dataStoreRef")
    found = context.document.by_id.get(vocabulary.local_ref(reference)) if reference else None
    return node if found is None or found is node else found


def known_names(context: Context, process: Node) -> frozenset[str]:
    """Every name that data of the process bears; expressions know them first, so they may hold spaces."""
    found = (variable_name(context, node) for node in vocabulary.descendants(process, *CARRIERS))
    return frozenset(name for name in found if name)


def objects(context: Context, process: Node) -> tuple[DataObject, ...]:
    """The data objects of a process and the stores it refers to, each once."""
    found: dict[str, DataObject] = {}
    for node in vocabulary.descendants(
        process, "dataObject", "dataObjectReference", "dataStoreReference"
    ):
        target = _behind(context, node)
        identity = target.get("id") or node.get("id") or ""
        found[identity] = DataObject(
            identity,
            variable_name(context, node),
            is_collection=vocabulary.flag(target, "isCollection"),
            store=kind(node) == "dataStoreReference",
        )
    return tuple(found.values())


def properties(context: Context, node: Node) -> tuple[tuple[str, Expression | None], ...]:
    """The properties of a process or an activity, as local variables that begin as null."""
    names = [variable_name(context, found) for found in children(node, "property")]
    context.assigns(names)
    return tuple((name, None) for name in names)


def inputs(context: Context, node: Node) -> tuple[IoMapping, ...]:
    """What the data input associations of an activity or a throw event bring into it."""
    return tuple(_associations(context, node, "dataInputAssociation"))


def outputs(context: Context, node: Node) -> tuple[IoMapping, ...]:
    """What the data output associations of an activity or a catch event bring out of it."""
    return tuple(_associations(context, node, "dataOutputAssociation"))


def _associations(context: Context, node: Node, name: str) -> Iterator[IoMapping]:
    for association in children(node, name):
        yield from _moves(context, association)
        yield from _assignments(context, association)


def _moves(context: Context, association: Node) -> Iterator[IoMapping]:
    target = _end(context, association, "targetRef")
    sources = [
        found
        for ref in children(association, "sourceRef")
        if (found := _carrier(context, ref)) is not None
    ]
    if target is None or child(association, "assignment") is not None:
        return
    transformation = child(association, "transformation")
    to = variable_name(context, target)
    context.assigns([to])
    if transformation is not None:
        names = [variable_name(context, source) for source in sources]
        source = expressions.of(context, transformation, say("transformation"), names=names)
        if source is not None:
            yield IoMapping(to, source)
    elif sources and (name := variable_name(context, sources[0])) != to:
        yield IoMapping(to, expressions.variable(context, association, name), optional=True)


def _assignments(context: Context, association: Node) -> Iterator[IoMapping]:
    for assignment in children(association, "assignment"):
        source = expressions.of(context, child(assignment, "from"), say("assignment's source"))
        to = _assigned(child(assignment, "to"))
        if source is not None and to:
            context.assigns([to.partition(".")[0]])
            yield IoMapping(to, source)


def _assigned(node: Node | None) -> str:
    """The variable that an assignment's `to` names."""
    return languages.DATA_OBJECT.sub(r"\1", text(node)).lstrip("=").strip()


def _end(context: Context, association: Node, name: str) -> Node | None:
    reference = child(association, name)
    return None if reference is None else _carrier(context, reference)


def _carrier(context: Context, reference: Node) -> Node | None:
    return context.referred(reference, text(reference))


def source_of(context: Context, node: Node, data_input: str) -> str | None:
    """The variable outside the activity that feeds its data input (multi-instance collections)."""
    return _other_end(
        context, children(node, "dataInputAssociation"), "targetRef", data_input, "sourceRef"
    )


def target_of(context: Context, node: Node, data_output: str) -> str | None:
    """The variable outside the activity that its data output feeds."""
    return _other_end(
        context, children(node, "dataOutputAssociation"), "sourceRef", data_output, "targetRef"
    )


def _other_end(
    context: Context, associations: Iterable[Node], near: str, identity: str, far: str
) -> str | None:
    for association in associations:
        if any(text(found) == identity for found in children(association, near)):
            end = _end(context, association, far)
            return None if end is None else variable_name(context, end)
    return None
