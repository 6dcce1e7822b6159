"""What the readers of all families share: the document, the faults found, the names known, the root elements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce

from engine.bpmn import foreign, vocabulary
from engine.bpmn.document import Document
from engine.bpmn.problems import Problem, Severity
from engine.bpmn.vocabulary import FLOW_NODES, Node
from engine.feel import Expression
from ledger.words import say

WORD = re.compile(r"\w+")
OWNERS = FLOW_NODES | {"sequenceFlow"}
FEW_KINDS = 2
"""A list of kinds longer than this helps nobody."""


@dataclass(slots=True)
class Context:
    """One reading of one file. `drawing` is set while a process is read that nobody will run."""

    document: Document
    names: frozenset[str] = frozenset()
    everywhere: frozenset[str] = frozenset()
    """Names that every process of the file may use."""
    special_everywhere: Mapping[str, list[str]] = field(default_factory=dict)
    variable_names: dict[Node, str] = field(default_factory=dict)
    special: Mapping[str, list[str]] = field(default_factory=dict)
    """Those of the names that are no plain word, by their first word: expressions must be told of them."""
    problems: list[Problem] = field(default_factory=list)
    drawing: bool = False
    used: dict[str, Node] = field(default_factory=dict)
    """Each name that an expression of the current process reads, and where first."""
    reads: dict[str, list[Expression]] = field(default_factory=dict)
    """The expressions of each flow element and sequence flow of the current process."""
    assigned: set[str] = field(default_factory=set)
    """Each variable that something in the current process sets."""
    paths: set[tuple[str, ...]] = field(default_factory=set)
    roles: Mapping[str, str] = field(default_factory=dict)
    vendors: foreign.Report = field(default_factory=foreign.Report)
    properties: Mapping[str, Mapping[str, Node]] = field(default_factory=dict)
    """Correlation: message id → property name → expression over the message."""
    subscriptions: dict[str, Node] = field(default_factory=dict)
    """Correlation: property name → expression over the process's variables."""

    def know(self, names: frozenset[str]) -> None:
        """Begin a process with the names that its expressions may use beside those of the file."""
        self.names, self.special = names, by_first_word(names)

    def is_known(self, name: str) -> bool:
        """Say whether the file or the current process declares or sets the name."""
        return name in self.names or name in self.everywhere or name in self.assigned

    def error(
        self, node: Node, rule: str, message: str, place: tuple[int, int] | None = None
    ) -> None:
        """Note why the file cannot be deployed; in a drawing, that it could not be run."""
        self.report("warning" if self.drawing else "error", node, rule, message, place)

    def warning(self, node: Node, rule: str, message: str) -> None:
        """Note what a person should know; nothing about a drawing, which does nothing."""
        if not self.drawing:
            self.report("warning", node, rule, message)

    def report(
        self,
        severity: Severity,
        node: Node,
        rule: str,
        message: str,
        place: tuple[int, int] | None = None,
    ) -> None:
        """Note a fault at a node, or at a more exact place within it."""
        line, column = place or self.document.place(node)
        self.problems.append(Problem(severity, line, column, element_id(node), rule, message))

    def line(self, node: Node) -> int:
        return self.document.place(node)[0]

    def referred(self, node: Node, reference: str | None, *kinds: str) -> Node | None:
        """The element of the file that `reference` names. What is missing or of another kind is an error."""
        if not reference:
            return None
        known = self.document.by_id
        found = known.get(reference, known.get(vocabulary.local_ref(reference)))
        if found is None or (kinds and vocabulary.kind(found) not in kinds):
            wanted = one_of(kinds) if 0 < len(kinds) <= FEW_KINDS else say("element")
            self.error(
                node,
                "reference",
                say(
                    "%(kind)s refers to the %(wanted)s '%(reference)s', which is not in this file.",
                    kind=vocabulary.kind(node),
                    wanted=wanted,
                    reference=reference,
                ),
            )
            return None
        return found

    def assigns(self, names: Iterable[str | None]) -> None:
        """Note variables that the current process sets by itself."""
        self.assigned.update(name for name in names if name)


def by_first_word(names: Iterable[str]) -> dict[str, list[str]]:
    """Those names that are no plain word, by their first word."""
    found: dict[str, list[str]] = {}
    for name in names:
        first = WORD.search(name)
        if first is not None and first[0] != name:
            found.setdefault(first[0], []).append(name)
    return found


def element_id(node: Node) -> str | None:
    """The id of the element that a person sees: never that of an expression or of an event's definition."""
    current: Node | None = node
    while current is not None:
        above = current.getparent()
        is_part = vocabulary.kind(current) in vocabulary.PARTS and above is not None
        is_ours = bool(vocabulary.kind(current))
        if (
            is_ours
            and (found := current.get("id"))
            and not (is_part and above is not None and above.get("id"))
        ):
            return found
        current = above
    return None


def owner_id(node: Node) -> str | None:
    """The id of the flow element or sequence flow that the node is a part of."""
    current: Node | None = node
    while current is not None and vocabulary.kind(current) not in OWNERS:
        current = current.getparent()
    return None if current is None else current.get("id")


def identity(node: Node) -> str:
    """The name of a root element such as a message or a signal, else its id."""
    return node.get("name") or node.get("id") or ""


def called(node: Node) -> str:
    """How a person would call the element: its name, else its id, else what it is."""
    return " ".join((node.get("name") or node.get("id") or vocabulary.kind(node)).split())


def one_of(kinds: Iterable[str]) -> str:
    """Say kinds of elements with “or” between them."""
    return reduce(
        lambda first, second: say("%(first)s or %(second)s", first=first, second=second), kinds
    )
