"""Who does a user task: `kontor:responsible`, BPMN's resource roles (10.3.1), and the words of other engines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypedDict

from engine.bpmn import expressions, foreign, languages
from engine.bpmn.context import Context, identity
from engine.bpmn.graph import Reference
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
from ledger.words import say

CALL = re.compile(r"(user|group)\s*\(\s*([^()]+?)\s*\)")
Space = str
"""`staff` or `group`: what a bare name in a foreign model stands for."""


class People(TypedDict):
    """The part of a user task that says who may do it."""

    assignee: Reference | None
    candidate_groups: tuple[Reference, ...]
    candidate_users: tuple[Reference, ...]
    responsible: Reference | None
    excluded: tuple[Reference, ...]


def read(context: Context, node: Node) -> People:
    """All that the task says about who may do it. A bare name becomes `staff:name` or `group:name`."""
    assignees = [*_named(context, node, "assignee", "staff"), *_performers(context, node)]
    users, groups = _potential_owners(context, node)
    responsible = extension(node, KONTOR, "responsible")
    return People(
        assignee=assignees[0] if assignees else None,
        candidate_groups=(*_named(context, node, "candidateGroups", "group"), *groups),
        candidate_users=(*_named(context, node, "candidateUsers", "staff"), *users),
        responsible=None
        if responsible is None
        else reference(context, responsible, text(responsible), say("The responsible")),
        excluded=tuple(_excluded(context, node)),
    )


def reference(
    context: Context, node: Node, words: str, what: str, space: Space = ""
) -> Reference | None:
    """One person or group: literal words, or an expression that gives them when the task is reached."""
    if languages.is_dynamic(words):
        compiled = expressions.optional(context, node, words, what)
        return None if compiled is None else Reference(words, compiled)
    bare = space and ":" not in words
    return Reference(f"{space}:{words}" if bare else words)


def _excluded(context: Context, node: Node) -> Iterator[Reference]:
    for own in extensions(node, KONTOR, "exclude"):
        found = reference(context, own, text(own), say("The excluded person"))
        if found is not None:
            yield found


def _named(context: Context, node: Node, name: str, space: Space) -> Iterator[Reference]:
    platform = foreign.attribute(node, name)
    if platform:
        context.vendors.note("taken", f"camunda:{name}", say("who does the task"), node)
        yield from _list(context, node, platform, name, space)
    zeebe = extension(node, ZEEBE, "assignmentDefinition")
    if zeebe is not None and (value := zeebe.get(name)):
        context.vendors.note("taken", "zeebe:assignmentDefinition", say("who does the task"), zeebe)
        yield from _list(context, zeebe, value, name, space)


def _list(context: Context, node: Node, value: str, name: str, space: Space) -> Iterator[Reference]:
    parts = [value] if languages.is_dynamic(value) else value.split(",")
    for words in filter(None, (part.strip() for part in parts)):
        found = reference(context, node, words, f"camunda:{name}", space)
        if found is not None:
            yield found


def _performers(context: Context, node: Node) -> Iterator[Reference]:
    for performer in children(node, "humanPerformer", "performer"):
        for space, words in _resources(context, performer):
            found = reference(context, performer, words, say("The performer"), space or "staff")
            if found is not None:
                yield found


def _potential_owners(context: Context, node: Node) -> tuple[list[Reference], list[Reference]]:
    users: list[Reference] = []
    groups: list[Reference] = []
    for owner in children(node, "potentialOwner"):
        for space, words in _resources(context, owner):
            chosen = users if space == "staff" else groups
            found = reference(context, owner, words, say("The potential owner"), space or "group")
            if found is not None:
                chosen.append(found)
    return users, groups


def _resources(context: Context, role: Node) -> Iterator[tuple[Space, str]]:
    """(space, words) of each resource: `user(mary), group(sales)`, bare words, or the name of a BPMN resource."""
    for expression in descendants(role, "formalExpression", "expression"):
        written = text(expression)
        calls = CALL.findall(written)
        if calls:
            yield from (("staff" if which == "user" else "group", words) for which, words in calls)
        elif written:
            yield "", written
    resource = context.referred(role, text(child(role, "resourceRef")), "resource")
    if resource is not None and child(role, "resourceAssignmentExpression") is None:
        yield "", identity(resource)
