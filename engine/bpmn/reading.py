"""From a file's bytes to a graph or to a list of problems: the order in which a file is read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.bpmn import (
    collaborations,
    correlation,
    dialects,
    document,
    imports,
    processes,
    rules,
    schema,
)
from engine.bpmn.context import Context, by_first_word, identity
from engine.bpmn.document import Document, Unreadable
from engine.bpmn.graph import Graph, Process
from engine.bpmn.imports import Beside
from engine.bpmn.problems import Problem, Severity, has_error, in_order
from engine.bpmn.vocabulary import BPMN, FLOW_NODES, GLOBAL_TASKS, Node, children, kind
from ledger.words import say

MOST_FLOW_NODES = 10_000
LONGEST_ID = 255
NCNAME = re.compile(r"[^\W\d][\w.·-]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says: `graph` where it can be deployed, else None; `problems` in order of place."""

    name: str
    graph: Graph | None
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """Say whether the file can be deployed."""
        return self.graph is not None


def read(
    xml: bytes,
    *,
    name: str,
    strict: bool = False,
    names: Iterable[str] = (),
    beside: Beside | None = None,
) -> Reading:
    """Read a BPMN 2.0.2 file.

    `name` is the file's, for messages; `names` are variables known beforehand; `beside` gives imported
    files, which are not looked for without it. With `strict`, whatever breaks a rule of the standard is
    an error, else only what cannot be run. Never raises for bad input.
    """
    try:
        parsed = document.parse(xml)
    except Unreadable as fault:
        return Reading(name, None, (fault.problem,))
    context = Context(parsed, properties=correlation.properties(parsed.root))
    graph = _read(context, parsed, frozenset(names))
    severity: Severity = "error" if strict else "warning"
    found = [*context.problems, *schema.faults(parsed, severity), *rules.broken(parsed, severity)]
    if beside is not None:
        found += imports.broken(parsed, beside, severity)
    problems = in_order(_without_echo(found))
    return Reading(name, None if graph is None or has_error(problems) else graph, problems)


def _read(context: Context, parsed: Document, names: frozenset[str]) -> Graph | None:
    if not _is_bpmn(context, parsed) or not _ids_are_sound(context, parsed):
        return None
    messages = (identity(node) for node in children(parsed.root, "message"))
    context.everywhere = names | frozenset(messages)
    context.special_everywhere = by_first_word(context.everywhere)
    found: dict[str, Process] = {}
    for node in children(parsed.root, "process", *GLOBAL_TASKS):
        process = (processes.read if kind(node) == "process" else processes.global_task)(
            context, node
        )
        found[process.id] = process
    collaborations.check(context, parsed.root)
    dialects.report(context, parsed)
    return Graph(processes=found, message_flows=collaborations.message_flows(context, parsed.root))


def _is_bpmn(context: Context, parsed: Document) -> bool:
    root = parsed.root
    if parsed.draft:
        words = say(
            "The file uses the namespace of a draft of BPMN 2.0; it is read as the final one."
        )
        context.warning(root, "namespace.draft", words)
    if kind(root) != "definitions":
        words = say(
            "The file begins with '%(tag)s'; a BPMN 2.0 file begins with 'definitions' in %(bpmn)s.",
            tag=root.tag,
            bpmn=BPMN,
        )
        context.error(root, "no-bpmn", words)
        return False
    if (
        next(children(root, "process", "collaboration", "choreography", *GLOBAL_TASKS), None)
        is None
    ):
        context.error(root, "no-process", say("The file holds no process."))
        return False
    nodes = sum(kind(node) in FLOW_NODES for node in parsed.nodes())
    if nodes > MOST_FLOW_NODES:
        words = say(
            "The file has %(nodes)s flow elements; at most %(most_flow_nodes)s are run. Split the process.",
            nodes=f"{nodes:,}",
            most_flow_nodes=f"{MOST_FLOW_NODES:,}",
        )
        context.error(root, "limit.elements", words)
        return False
    return True


def _ids_are_sound(context: Context, parsed: Document) -> bool:
    sound = True
    for node in parsed.nodes():
        identity = node.get("id")
        if identity is None or not kind(node):
            continue
        if not identity or len(identity) > LONGEST_ID or not NCNAME.fullmatch(identity):
            words = say(
                "%(identity)s is no id: letters, digits, '_', '-' and '.', not beginning with a digit.",
                identity=repr(identity[:60]),
            )
            context.error(node, "id.form", words)
            sound = False
        elif parsed.by_id[identity] is not node:
            line = context.line(parsed.by_id[identity])
            context.error(
                node,
                "id.twice",
                say(
                    "The id '%(identity)s' is already used in line %(line)s.",
                    identity=identity,
                    line=line,
                ),
            )
            sound = False
    return _processes_have_ids(context, parsed.root) and sound


def _processes_have_ids(context: Context, root: Node) -> bool:
    nameless = [node for node in children(root, "process", *GLOBAL_TASKS) if not node.get("id")]
    for node in nameless:
        context.error(
            node,
            "id.missing",
            say("The %(kind)s has no id, so it cannot be deployed.", kind=kind(node)),
        )
    return not nameless


def _without_echo(found: Iterable[Problem]) -> Iterable[Problem]:
    """Two rules that say the same of one element are one problem: the sterner one."""
    sternest: dict[tuple[int, int, str, str], Problem] = {}
    for problem in found:
        key = (problem.line, problem.column, problem.rule, problem.message)
        if key not in sternest or problem.severity == "error":
            sternest[key] = problem
    return sternest.values()
