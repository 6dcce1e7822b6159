"""Imports (BPMN 8.2.1): the files a file refers to, where its reader can see them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.bpmn import document
from engine.bpmn.document import Document, Unreadable
from engine.bpmn.problems import Problem, Severity
from engine.bpmn.vocabulary import BPMN, Node, children
from ledger.words import say

Beside = Callable[[str], bytes | None]
"""Gives the bytes of a file by its location beside the one that is read; None where there is none."""
URL = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)


def broken(read: Document, beside: Beside, severity: Severity) -> Iterator[Problem]:
    """Imports that lead nowhere, or to a file of another namespace or with the same ids."""
    for node in children(read.root, "import"):
        location = node.get("location", "")
        if URL.match(location):
            continue  # nothing is fetched
        content = beside(location)
        if content is None:
            words = say(
                "The imported file '%(location)s' is not there (BPMN 2.0.2, 8.2.1).",
                location=location,
            )
            yield _problem(read, node, severity, "EXT001", words)
        elif node.get("importType") == BPMN:
            yield from _compared(read, node, content, severity)


def _compared(read: Document, node: Node, content: bytes, severity: Severity) -> Iterator[Problem]:
    try:
        other = document.parse(content)
    except Unreadable as fault:
        yield _problem(
            read,
            node,
            severity,
            "EXT001",
            say("The imported file: %(message)s", message=fault.problem.message),
        )
        return
    namespace, location = node.get("namespace"), node.get("location")
    found = other.root.get("targetNamespace")
    if found != namespace:
        words = say(
            "'%(location)s' is imported as %(namespace)s, but it is of %(found)s (BPMN 2.0.2, 8.2.1).",
            location=location,
            namespace=namespace,
            found=found,
        )
        yield _problem(read, node, severity, "EXT002", words)
    twice = sorted(read.by_id.keys() & other.by_id.keys())
    if twice and found == read.root.get("targetNamespace"):
        words = say(
            "'%(location)s' is of the same namespace and also has '%(twice)s' (BPMN 2.0.2, 8.2.1).",
            location=location,
            twice=twice[0],
        )
        yield _problem(read, node, severity, "EXT002", words)


def _problem(read: Document, node: Node, severity: Severity, rule: str, words: str) -> Problem:
    line, column = read.place(node)
    return Problem(severity, line, column, None, rule, words)
