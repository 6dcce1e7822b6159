"""A definition as elements and flows on a grid of columns, lanes and rows, before it is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from engine.bpmn.vocabulary import ACTIVITIES
from process_defs.language import End, Stage, Trigger

__all__ = ["ACTIVITIES", "Drawing", "Edge", "Kind", "Node"]

Kind = Literal[
    "startEvent",
    "endEvent",
    "boundaryEvent",
    "intermediateCatchEvent",
    "exclusiveGateway",
    "parallelGateway",
    "userTask",
    "receiveTask",
    "serviceTask",
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "intermediateThrowEvent",
    "inclusiveGateway",
    "complexGateway",
    "eventBasedGateway",
    "task",
    "manualTask",
    "scriptTask",
    "sendTask",
    "transaction",
    "adHocSubProcess",
]


@dataclass(slots=True)
class Node:
    """A flow element in its cell. `of` is the part of the definition that it stands for."""

    id: str
    kind: Kind
    name: str = ""
    of: Stage | End | Trigger | None = None
    column: int = 0
    lane: str = ""
    row: int = 0
    attached_to: str | None = None
    default: str | None = None
    inner: Drawing | None = None


@dataclass(slots=True)
class Edge:
    """A sequence flow; `condition` is FEEL."""

    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None


@dataclass(slots=True)
class Drawing:
    """What a process or sub-process holds, in the order in which it is written."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    lanes: tuple[str, ...] = ("",)
    _known: tuple[dict[str, tuple[Edge, ...]], dict[str, tuple[Edge, ...]]] | None = None

    def incoming(self, id: str) -> tuple[Edge, ...]:
        """Return the flows to an element of a drawing that is whole."""
        return self._ends()[0].get(id, ())

    def outgoing(self, id: str) -> tuple[Edge, ...]:
        """Return the flows from an element of a drawing that is whole."""
        return self._ends()[1].get(id, ())

    def _ends(self) -> tuple[dict[str, tuple[Edge, ...]], dict[str, tuple[Edge, ...]]]:
        if self._known is None:
            targets: dict[str, tuple[Edge, ...]] = {}
            sources: dict[str, tuple[Edge, ...]] = {}
            for edge in self.edges:
                targets[edge.target] = (*targets.get(edge.target, ()), edge)
                sources[edge.source] = (*sources.get(edge.source, ()), edge)
            self._known = targets, sources
        return self._known

    def everywhere(self) -> Iterator[Drawing]:
        """Yield this drawing and those inside it."""
        yield self
        for node in self.nodes:
            if node.inner is not None:
                yield from node.inner.everywhere()
