"""What a file made for another engine says in that engine's own words: taken, made a job, or left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from engine.bpmn.vocabulary import (
    ACTIVITI,
    CAMUNDA,
    FLOWABLE,
    KONTOR,
    SPIFF,
    ZEEBE,
    Node,
    extension,
    extensions,
)

Fate = Literal["taken", "left out"]
PREFIXES = {
    CAMUNDA: "camunda",
    FLOWABLE: "flowable",
    ACTIVITI: "activiti",
    ZEEBE: "zeebe",
    SPIFF: "spiffworkflow",
}
PLATFORM = (CAMUNDA, FLOWABLE, ACTIVITI)
"""One family: Activiti's words, kept by its descendants."""


@dataclass(slots=True)
class Report:
    """Each foreign word once, with the places it stands at."""

    words: dict[tuple[Fate, str, str], list[Node]] = field(default_factory=dict)

    def note(self, fate: Fate, word: str, meaning: str, node: Node) -> None:
        """Remember that `word` was taken as `meaning`, or left out because of it."""
        self.words.setdefault((fate, word, meaning), []).append(node)


def attribute(node: Node, name: str) -> str | None:
    """The attribute `name` of the Camunda family, whichever of its namespaces it is in.

    A stage of a process file says the same in Kontor's own words; its foreign ones are for other tools.
    """
    if extension(node, KONTOR, "stage") is not None:
        return None
    for qualified in _names(name):
        value = node.get(qualified)
        if value is not None:
            return value.strip()
    return None


@cache
def _names(name: str) -> tuple[str, ...]:
    return tuple(f"{{{space}}}{name}" for space in PLATFORM)


def element(node: Node, name: str) -> Node | None:
    """The extension element `name` of the Camunda family."""
    return next(
        (found for space in PLATFORM if (found := extension(node, space, name)) is not None), None
    )


def elements(node: Node, name: str) -> list[Node]:
    """All extension elements `name` of the Camunda family."""
    return [found for space in PLATFORM for found in extensions(node, space, name)]


def inner(node: Node, name: str) -> list[Node]:
    """The children `name` of an extension element, in any namespace of the family."""
    return [found for space in PLATFORM for found in node.iterchildren(f"{{{space}}}{name}")]
