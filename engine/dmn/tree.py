"""The constructs a decision model has beyond FEEL, as further nodes of its tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.dmn.places import START, Place, Spot
from engine.feel.nodes import Node, Tests


@dataclass(frozen=True, slots=True)
class Embedded(Node):
    """A FEEL text of its own inside a boxed expression; faults are told with its place."""

    tree: Node
    text: str
    spot: Spot = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Faulty(Node):
    """A text that could not be read: null at run time, with the fault as a problem."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Typed(Node):
    """A value that must be of a type; null, with a problem, where it is not."""

    value: Node
    type_name: str


@dataclass(frozen=True, slots=True)
class Block(Node):
    """A boxed context with a result: the entries are only names for it."""

    entries: tuple[tuple[str, Node], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Input(Node):
    """A column of conditions: the value tested, its type, the values allowed, one cell a rule."""

    value: Node
    type_name: str | None
    allowed: Tests | None
    cells: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Output(Node):
    """A column of results; `ranking` are its output values, the first having the highest priority."""

    name: str | None
    type_name: str | None
    ranking: tuple[Node, ...]
    default: Node | None
    cells: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Table(Node):
    """A decision table; `rules` are the ids of its rules and `places` where they stand, `place` is its own."""

    hit_policy: str
    aggregation: str | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[str, ...]
    places: tuple[Place, ...] = ()
    place: Place = START
