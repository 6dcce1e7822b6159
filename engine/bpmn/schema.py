"""The OMG's XML schema of BPMN 2.0.2, with each fault at its exact place and in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from threading import Lock
from typing import Protocol, cast

from lxml import etree

from engine.bpmn.context import element_id
from engine.bpmn.document import Document
from engine.bpmn.problems import Problem, Severity
from engine.bpmn.vocabulary import Node
from ledger.words import say

NAMESPACE = re.compile(r"\{[^}]*\}")
STEP = re.compile(r"/([^/\[]+)(?:\[(\d+)\])?")
MOST_FAULTS = 100


class LogEntry(Protocol):
    """What lxml says of one fault; its own class has no public name."""

    message: str
    path: str | None


_turn = Lock()  # an XMLSchema keeps its error log in itself


@cache
def _schema() -> etree.XMLSchema:
    # only who deploys needs it: half a hundred modules come with it
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator  # noqa: PLC0415  # see above

    schema: etree.XMLSchema = BpmnValidator().validator
    return schema


def faults(document: Document, severity: Severity) -> list[Problem]:
    """What the schema does not allow in the file."""
    with _turn:
        schema = _schema()
        if schema.validate(document.root):
            return []
        entries = list(cast("Iterable[LogEntry]", schema.error_log))[:MOST_FAULTS]
    return [_problem(document, entry, severity) for entry in entries]


def _problem(document: Document, entry: LogEntry, severity: Severity) -> Problem:
    node = _node(document, entry)
    line, column = document.place(node)
    words = NAMESPACE.sub("", entry.message).rstrip(".")
    message = say("The schema of BPMN does not allow this: %(words)s.", words=words)
    return Problem(severity, line, column, element_id(node), "schema", message)


def _node(document: Document, entry: LogEntry) -> Node:
    """Follow the entry's path (`/a:b/*[2]/a:c[1]`); its prefixes are those of the file, so XPath cannot."""
    node = document.root
    for step in STEP.findall(entry.path or "")[1:]:
        name, number = step[0], int(step[1] or 1)
        same = [each for each in node.iterchildren("*") if name == "*" or _prefixed(each) == name]
        if number > len(same):
            break
        node = same[number - 1]
    return node


def _prefixed(node: Node) -> str:
    local = node.tag.rpartition("}")[2]
    return f"{node.prefix}:{local}" if node.prefix else local
