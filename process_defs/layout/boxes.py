"""Rectangles and corners of a diagram, and how large its shapes are."""

from __future__ import annotations

from dataclasses import dataclass, field

SIZES = {
    "startEvent": (36, 36),
    "endEvent": (36, 36),
    "boundaryEvent": (36, 36),
    "intermediateCatchEvent": (36, 36),
    "intermediateThrowEvent": (36, 36),
    "exclusiveGateway": (50, 50),
    "parallelGateway": (50, 50),
    "inclusiveGateway": (50, 50),
    "complexGateway": (50, 50),
    "eventBasedGateway": (50, 50),
}
TASK = (100, 80)
GUTTER = 60
NAMED_GUTTER = 110
TRACK = 20
BAND = 30
PAD = 30
HEADER = 30
LABEL = (90, 14)

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return self.x + self.width // 2, self.y + self.height // 2

    def moved(self, x: int, y: int) -> Box:
        return Box(self.x + x, self.y + y, self.width, self.height)


@dataclass(slots=True)
class Layout:
    """Boxes by element, points by flow, and the boxes of names that stand beside."""

    width: int = 0
    height: int = 0
    shapes: dict[str, Box] = field(default_factory=dict)
    edges: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)

    def add(self, other: Layout, x: int, y: int) -> None:
        """Take over what stands in `other`, moved."""
        self.shapes |= {id: box.moved(x, y) for id, box in other.shapes.items()}
        self.labels |= {id: box.moved(x, y) for id, box in other.labels.items()}
        for id, points in other.edges.items():
            self.edges[id] = [(at + x, down + y) for at, down in points]
