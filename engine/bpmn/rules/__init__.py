"""The rules of the standard (BPMN 2.0.2) that its schema cannot say, one family a file."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.context import called, element_id
from engine.bpmn.document import Document
from engine.bpmn.problems import Problem, Severity
from engine.bpmn.rules import (
    activities,
    collaborations,
    data,
    event_definitions,
    events,
    flows,
    gateways,
    loops,
    references,
)
from engine.bpmn.rules.facts import Facts
from engine.bpmn.rules.rule import Rule
from engine.bpmn.vocabulary import Node, kind

ALL: tuple[Rule, ...] = (
    *flows.RULES,
    *collaborations.RULES,
    *events.RULES,
    *event_definitions.RULES,
    *gateways.RULES,
    *activities.RULES,
    *loops.RULES,
    *data.RULES,
)
"""Every rule, by family."""


def broken(document: Document, severity: Severity) -> Iterator[Problem]:
    """Every rule that the file breaks, where."""
    facts = Facts(document)
    for rule in ALL:
        for node in rule.faults(facts):
            words = f"{rule.says} {_which(node)} breaks this (BPMN 2.0.2, {rule.clause})."
            yield _problem(document, node, severity, rule.id, words)
    for node, words in references.astray(facts):
        yield _problem(document, node, severity, "reference", words)


def _which(node: Node) -> str:
    name = called(node)
    return f"{kind(node)} '{name}'" if name != kind(node) else f"This {kind(node)}"


def _problem(document: Document, node: Node, severity: Severity, rule: str, words: str) -> Problem:
    line, column = document.place(node)
    return Problem(severity, line, column, element_id(node), rule, words)
