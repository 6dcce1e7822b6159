"""One rule of the standard: of which elements it speaks, what it says, and when it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.bpmn.rules.facts import Facts
from engine.bpmn.vocabulary import Node

Test = Callable[[Facts, Node], object]


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is the number in Geiger's list of BPMN's constraints where it has one; `clause` that of BPMN 2.0.2.

    `is_broken` is asked for each element of the kinds in `over`; anything true breaks the rule.
    """

    id: str
    clause: str
    says: str
    over: tuple[str, ...]
    is_broken: Test

    def faults(self, facts: Facts) -> Iterator[Node]:
        """The elements that break it."""
        return (node for node in facts.all(*self.over) if self.is_broken(facts, node))
