"""The elements of a decision requirements graph, compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from engine.dmn.places import Place
from engine.feel.expressions import Expression
from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Reference:
    """A required element and the name it has here: its own, or below an import's."""

    name: str
    element: Element
    imported: str | None = None


@dataclass(slots=True, eq=False)
class InputData:
    """A value that the caller gives."""

    id: str
    name: str
    type: Type
    place: Place


@dataclass(slots=True, eq=False)
class Decision:
    """A value computed from those it requires.

    `sees_all`: the file declares no requirement of input data anywhere, as files of some tools that
    name their inputs in the tables alone; then all that is given is known.
    """

    id: str
    name: str
    type: Type
    place: Place
    logic: Expression | None = None
    requires: list[Reference] = field(default_factory=list)
    sees_all: bool = False


@dataclass(slots=True, eq=False)
class Knowledge:
    """A business knowledge model: a function for the logic of others."""

    id: str
    name: str
    place: Place
    parameters: tuple[tuple[str, Type], ...] = ()
    result: Type = field(default_factory=lambda: Type("Any"))
    logic: Expression | None = None
    requires: list[Reference] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Service:
    """A decision service: some decisions as a function of others and of input data."""

    id: str
    name: str
    place: Place
    result: Type
    inputs: list[Reference] = field(default_factory=list)
    outputs: list[Reference] = field(default_factory=list)


Element: TypeAlias = InputData | Decision | Knowledge | Service
