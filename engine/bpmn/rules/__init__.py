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
from ledger.words import say

FEW = 3
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
        yield from _broken(document, rule, list(rule.faults(facts)), severity)
    for node, words in references.astray(facts):
        yield _problem(document, node, severity, "reference", words)


def _broken(
    document: Document, rule: Rule, nodes: list[Node], severity: Severity
) -> Iterator[Problem]:
    """One problem a fault; of many warnings that say the same, one that counts them."""
    many = severity == "warning" and len(nodes) > FEW
    for node in nodes[:1] if many else nodes:
        others = say(" So do %(count)s more.", count=len(nodes) - 1) if many else ""
        words = say(
            "%(says)s %(which)s breaks this (BPMN 2.0.2, %(clause)s).%(others)s",
            says=rule.says,
            which=_which(node),
            clause=rule.clause,
            others=others,
        )
        yield _problem(document, node, severity, rule.id, words)


def _which(node: Node) -> str:
    name = called(node)
    if name == kind(node):
        return say("This %(kind)s", kind=kind(node))
    return f"{kind(node)} '{name}'"


def _problem(document: Document, node: Node, severity: Severity, rule: str, words: str) -> Problem:
    line, column = document.place(node)
    return Problem(severity, line, column, element_id(node), rule, words)
