"""Parallel joins of the next version that would wait for ever: a branch of theirs that no token can come along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.behaviours import inclusive
from engine.bpmn.graph import Element, Gateway, Process
from engine.migration import fitting, mapping
from engine.migration.passage import Passage
from engine.waiting.state import Scope, Token
from ledger import words

Standing = list[tuple[str, str | None]]
"""Where tokens stand: the element, and for one that waits to be joined the flow it came along."""


def check(passage: Passage) -> None:
    """Note every join that tokens lead to, but not along each of its flows, unless it was so before."""
    for scope in passage.scopes():
        before = [
            (token.element, token.flow if token.phase == "join" else None)
            for token in scope.tokens.values()
        ]
        after = list(_after(passage, scope))
        container = passage.mapping.get(scope.container or "")
        for join in joins(passage.target, container):
            missing = _missing(passage.target, join, after)
            if missing and not _was_missing(passage, join, before):
                sources = [fitting.title(passage.target.elements[each]) for each in missing]
                passage.findings.block(
                    "join_stuck",
                    join.id,
                    words.say(
                        "“%(element)s” would wait for ever: nothing can come to it from %(sources)s any more",
                        element=fitting.title(join),
                        sources=sources,
                    ),
                )


def joins(process: Process, container: str | None) -> Iterator[Gateway]:
    """Yield the parallel joins of a process level."""
    for number in process.children.get(container, ()):
        element = process.elements[number]
        if (
            isinstance(element, Gateway)
            and element.kind == "parallelGateway"
            and len(element.incoming) > 1
        ):
            yield element


def flow_of(passage: Passage, token: Token) -> str | None:
    """Return the flow of the new version by which a token that waits to be joined has come, or None."""
    old = passage.source.elements[token.element]
    new = passage.target.elements.get(passage.mapping.get(token.element, ""))
    if new is None or token.flow is None:
        return None
    return mapping.flows(passage.target, old, new, passage.mapping).get(token.flow)


def _after(passage: Passage, scope: Scope) -> Iterator[tuple[str, str | None]]:
    for token in scope.tokens.values():
        element = passage.mapping.get(token.element)
        if element is not None:
            yield element, flow_of(passage, token) if token.phase == "join" else None


def _was_missing(passage: Passage, join: Element, before: Standing) -> bool:
    olds: Mapping[str, str] = {new: old for old, new in passage.mapping.items()}
    old = passage.source.elements.get(olds.get(join.id, ""))
    return isinstance(old, Gateway) and bool(_missing(passage.source, old, before))


def _missing(process: Process, join: Gateway, standing: Standing) -> list[str]:
    """Return the sources of the flows that no token can come along, where one comes along another."""
    reach = inclusive.reaching(process, join)
    filled: set[str] = set()
    for element, flow in standing:
        if element == join.id and flow is not None:
            filled.add(flow)
        else:
            filled |= reach.get(element, frozenset())
    if not filled:
        return []
    return [flow.source for flow in join.incoming if flow.id not in filled]
