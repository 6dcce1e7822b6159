"""The small program that a pattern becomes, and how pieces of one are laid out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.feel.charsets import Accepts
from engine.feel.words import say

MAX_PROGRAM: Final = 5_000
"""Instructions of one pattern."""


class PatternError(Exception):
    """A text that is no regular expression, or one too large to be run."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: `char` accepts, `split` to x then y, `jump` x, `save` x, `begin`, `end`, `back` x, `match`."""

    do: str
    x: int = 0
    y: int = 0
    accepts: Accepts | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A program and the number of its groups."""

    steps: tuple[Step, ...]
    groups: int
    has_back: bool
    ignore_case: bool
    multiline: bool


Fragment: TypeAlias = Callable[["Builder"], None]


class Builder:
    """Lays fragments out one after another."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, step: Step) -> int:
        if len(self.steps) >= MAX_PROGRAM:
            raise PatternError(say("the pattern is too large"))
        self.steps.append(step)
        return len(self.steps) - 1

    def patch(self, at: int, x: int, y: int) -> None:
        self.steps[at] = Step(self.steps[at].do, x, y)

    @property
    def here(self) -> int:
        return len(self.steps)


def drop(_: int) -> None:
    """Drop the place of a step that nothing jumps to."""


def sequence(pieces: list[Fragment]) -> Fragment:
    """All pieces, one after another."""

    def lay(builder: Builder) -> None:
        for piece in pieces:
            piece(builder)

    return lay


def saved(inner: Fragment, number: int) -> Fragment:
    """A piece whose place is kept as a group."""

    def lay(builder: Builder) -> None:
        builder.add(Step("save", 2 * number))
        inner(builder)
        builder.add(Step("save", 2 * number + 1))

    return lay


def either(branches: list[Fragment]) -> Fragment:
    """The first branch that leads to a match."""

    def lay(builder: Builder) -> None:
        ends: list[int] = []
        for branch in branches[:-1]:
            split = builder.add(Step("split"))
            branch(builder)
            ends.append(builder.add(Step("jump")))
            builder.patch(split, split + 1, builder.here)
        branches[-1](builder)
        for end in ends:
            builder.patch(end, builder.here, 0)

    return lay


def repeat(inner: Fragment, low: int, high: int | None, *, greedy: bool) -> Fragment:
    """A piece from `low` times on up to `high` times, None being without end; as often as may be, or as rarely."""

    def choose(builder: Builder, split: int) -> None:
        inside, after = split + 1, builder.here
        builder.patch(split, *((inside, after) if greedy else (after, inside)))

    def lay(builder: Builder) -> None:
        for _ in range(low):
            inner(builder)
        if high is None:
            split = builder.add(Step("split"))
            inner(builder)
            builder.add(Step("jump", split))
            choose(builder, split)
            return
        splits = []
        for _ in range(high - low):
            splits.append(builder.add(Step("split")))
            inner(builder)
        for split in splits:
            choose(builder, split)

    return lay
