"""The rules of the standard (BPMN 2.0.2) that its schema cannot say, one family a file."""

from __future__ import annotations

from engine.bpmn.document import Document
from engine.bpmn.problems import Problem, Severity


def broken(document: Document, severity: Severity) -> list[Problem]:
    """Every rule that the file breaks, where."""
    return []
