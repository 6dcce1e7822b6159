"""A process (BPMN 10.2) becomes a compiled graph; a global task (10.3.4) becomes a process of that one task."""

from __future__ import annotations

from dataclasses import replace

from engine.bpmn import (
    asked,
    clocks,
    containers,
    correlation,
    data,
    declarations,
    expressions,
    foreign,
    forms,
    scope,
    unknown_names,
)
from engine.bpmn.context import Context
from engine.bpmn.graph import Process
from engine.bpmn.problems import has_error
from engine.bpmn.scope import Scope
from engine.bpmn.vocabulary import BPMN, GLOBAL_TASKS, KONTOR, Node, extension, flag, kind
from ledger.words import say

MOST_NAMES = 5_000


def read(context: Context, node: Node) -> Process:
    """Compile one process. A process that says it is not executable is read as a drawing: nothing in it is an error."""
    context.drawing = not flag(node, "isExecutable", default=True)
    before = len(context.problems)
    _begin(context, node)
    found = clocks.ladders(context, node)
    around = scope.read(context, node, found)
    containers.read(context, around, node, None)
    if extension(node, KONTOR, "definition") is None:
        asked.fill(context, around)
    process = _process(context, node, around)
    unknown_names.report(context, node)
    executable = not context.drawing and _can_run(context, node, before)
    context.drawing = False
    if not executable:
        message = say(
            "The process '%(id)s' is not executable; it is kept as a drawing.", id=process.id
        )
        context.warning(node, "drawing", message)
    return replace(process, executable=executable)


def _can_run(context: Context, node: Node, before: int) -> bool:
    """A process that does not say whether it is executable (BPMN 10.2) is run where it can be, else drawn."""
    if node.get("isExecutable") is not None:
        return True
    mine = context.problems[before:]
    context.problems[before:] = [replace(problem, severity="warning") for problem in mine]
    return not has_error(mine)


def global_task(context: Context, node: Node) -> Process:
    """A global task as a process with one element, so that a call activity calls it like any other."""
    context.drawing = False
    _begin(context, node)
    around = scope.read(context, node, {})
    name = kind(node)
    node.tag = f"{{{BPMN}}}{GLOBAL_TASKS[name]}"
    try:
        element = containers.READERS[GLOBAL_TASKS[name]](context, around, node, None)
    finally:
        node.tag = f"{{{BPMN}}}{name}"
    around.elements[element.id] = element
    around.members[None].append(element.id)
    return _process(context, node, around)


def _begin(context: Context, node: Node) -> None:
    context.used, context.reads, context.assigned, context.paths = {}, {}, set(), set()
    names = data.known_names(context, node) | _form_names(node)
    if len(names) > MOST_NAMES:
        words = say(
            "The process declares %(count)s names of data and fields; at most %(most_names)s are read.",
            count=f"{len(names):,}",
            most_names=f"{MOST_NAMES:,}",
        )
        context.error(node, "limit.names", words)
        names = frozenset()
    context.know(names)
    context.subscriptions = correlation.subscriptions(context, node)


def _form_names(process: Node) -> frozenset[str]:
    """Names of variables that other parts of the file set; those with spaces are then known to expressions."""
    found = [field.get("name", "") for field in process.iter(f"{{{KONTOR}}}field")]
    for space in foreign.PLATFORM:
        found += [field.get("id", "") for field in process.iter(f"{{{space}}}formField")]
    return frozenset(name for name in found if name)


def _process(context: Context, node: Node, around: Scope) -> Process:
    said = declarations.read(context, node, around.ladders)
    containing = [
        None,
        *(each.id for each in around.elements.values() if each.id in around.members),
    ]
    triggered = {
        id for container in containing for id in containers.event_subprocesses(around, container)
    }
    properties, drawn = data.properties(context, node), data.objects(context, node)
    return Process(
        id=node.get("id", ""),
        name=node.get("name"),
        line=context.line(node),
        elements=around.elements,
        children={container: tuple(around.members[container]) for container in containing},
        starts={
            container: containers.starts(around, container, triggered) for container in containing
        },
        event_subprocesses={
            container: found
            for container in containing
            if (found := containers.event_subprocesses(around, container))
        },
        data=drawn,
        stores=frozenset(each.name for each in drawn if each.store),
        properties=properties,
        roles=said.roles,
        owner=said.owner,
        subject=said.subject,
        calendar=said.calendar,
        case_clock=said.case_clock,
        unique_per_subject=said.unique_per_subject,
        schedules=said.schedules,
        campaigns=said.campaigns,
        conditions=said.conditions,
        decisions=said.decisions,
        titles=forms.titles(node),
        paths=frozenset(path for path in context.paths if path[0] in expressions.SUBJECT_ROOTS),
    )
