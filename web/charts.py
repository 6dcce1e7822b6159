"""Charts drawn on the server: columns of counts with a share above, as numbers that a template draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 200
TOP, BOTTOM = 24, 28
PARTS = ("met", "extended", "late")
WIDEST = 56.0


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a column, from the ground up."""

    kind: str
    y: float
    height: float
    size: int


@dataclass(frozen=True, slots=True)
class Column:
    """A week or month: `x` is its left edge, `title` what it says to whoever points at it."""

    x: float
    width: float
    middle: float
    top: float
    label: str
    share: str
    title: str
    parts: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns in a field of WIDTH by HEIGHT; `ground` is where they stand."""

    columns: Sequence[Column]
    width: int = WIDTH
    height: int = HEIGHT
    ground: float = HEIGHT - BOTTOM


def columns(
    counts: Sequence[Sequence[int]],
    labels: Sequence[str],
    shares: Sequence[str],
    titles: Sequence[str],
) -> Chart:
    """Return a chart of stacked columns: `counts` are by column what PARTS name, in their order."""
    highest = max((sum(each) for each in counts), default=0) or 1
    step = WIDTH / max(len(counts), 1)
    every = max(1, round(54 / step))
    found = []
    for place, each in enumerate(counts):
        width = min(step * 0.7, WIDEST)
        middle = step * (place + 0.5)
        parts = _stacked(each, (HEIGHT - TOP - BOTTOM) / highest)
        is_labelled = place % every == 0
        found.append(
            Column(
                round(middle - width / 2, 2),
                round(width, 2),
                round(middle, 2),
                parts[-1].y if parts else HEIGHT - BOTTOM,
                labels[place] if is_labelled else "",
                shares[place] if is_labelled else "",
                titles[place],
                parts,
            )
        )
    return Chart(found)


def _stacked(sizes: Sequence[int], unit: float) -> list[Part]:
    found, ground = [], float(HEIGHT - BOTTOM)
    for kind, size in zip(PARTS, sizes, strict=True):
        if size:
            height = round(size * unit, 2)
            ground = round(ground - height, 2)
            found.append(Part(kind, ground, height, size))
    return found
