"""What a set of rules leaves open: boxes of values, column by column, that no rule accepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

STEPS: Final = 200_000
Hole: TypeAlias = tuple[int, ...]


class TooManyError(Exception):
    """There are more combinations than can be gone through."""


def find(accepts: Sequence[Sequence[int]], universe: Sequence[int], most: int) -> tuple[Hole, ...]:
    """Return up to `most` holes: for each column the pieces, as bits, of a box that no rule accepts.

    `accepts` has, for each column, the pieces that each rule accepts. Raises TooManyError.
    """
    return _Search(accepts, universe, most).below(0, (1 << len(accepts[0] if accepts else ())) - 1)


class _Search:
    def __init__(
        self, accepts: Sequence[Sequence[int]], universe: Sequence[int], most: int
    ) -> None:
        self._universe = tuple(universe)
        self._most = most
        self._known: dict[tuple[int, int], tuple[Hole, ...]] = {}
        self._rules = [_by_piece(own, whole) for own, whole in zip(accepts, universe, strict=True)]
        self._steps = 0

    def below(self, column: int, alive: int) -> tuple[Hole, ...]:
        """Return the holes in the columns from `column` on, where these rules still apply."""
        if not alive:
            return (self._universe[column:],)
        if column == len(self._universe):
            return ()
        key = column, alive
        if key not in self._known:
            self._known[key] = self._split(column, alive)
        return self._known[key]

    def _split(self, column: int, alive: int) -> tuple[Hole, ...]:
        """Pieces behind which the same is open go together, so that a hole is as large as it can be."""
        same: dict[tuple[Hole, ...], int] = {}
        for piece, rules in self._rules[column]:
            self._steps += 1
            if self._steps > STEPS:
                raise TooManyError
            rest = self.below(column + 1, alive & rules)
            if rest:
                same[rest] = same.get(rest, 0) | piece
        found = [(pieces, *hole) for rest, pieces in same.items() for hole in rest]
        return tuple(found[: self._most])


def _by_piece(accepts: Sequence[int], universe: int) -> list[tuple[int, int]]:
    """Return for each piece of a column the rules that accept it."""
    found = []
    for place in range(universe.bit_length()):
        piece = 1 << place
        if universe & piece:
            rules = sum(1 << i for i, own in enumerate(accepts) if own & piece)
            found.append((piece, rules))
    return found
