"""What a name means at a place of an expression, decided once when it is compiled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.feel.types import Type


@dataclass(frozen=True, slots=True)
class Local:
    """A name bound by `for`, `some`, a function or a context, kept in a cell of the frame."""

    name: str
    cell: int


@dataclass(frozen=True, slots=True)
class Item:
    """The item of a filter: the entries of a context may be named bare inside."""

    cell: int


@dataclass(frozen=True, slots=True)
class Meaning:
    """Where to look for a name: in these items first, then in a local cell, else among the variables."""

    items: tuple[int, ...]
    cell: int | None


class Collected:
    """What the compiler learns about a whole expression on its way."""

    __slots__ = ("cells", "faults", "item_names", "known", "paths", "text", "types")

    def __init__(self, text: str, known: frozenset[str], types: Mapping[str, Type]) -> None:
        self.text = text
        self.known = known
        self.types = types
        self.cells = 0
        self.paths: set[tuple[str, ...]] = set()
        self.item_names: set[str] = set()
        self.faults: list[tuple[tuple[int, int], str]] = []


class Scope:
    """The names in force at one place, innermost last."""

    __slots__ = ("bound", "collected")

    def __init__(self, collected: Collected, bound: tuple[Local | Item, ...] = ()) -> None:
        self.collected = collected
        self.bound = bound

    def cell(self) -> int:
        """A cell of the frame that nothing else uses."""
        self.collected.cells += 1
        return self.collected.cells - 1

    def with_local(self, name: str) -> tuple[Scope, int]:
        """This scope with one more local name, and its cell."""
        cell = self.cell()
        return Scope(self.collected, (*self.bound, Local(name, cell))), cell

    def with_item(self) -> tuple[Scope, int]:
        """This scope inside a filter, and the cell of its item."""
        cell = self.cell()
        return Scope(self.collected, (*self.bound, Item(cell))), cell

    def meaning(self, name: str) -> Meaning:
        """Where a name is to be looked for."""
        items: list[int] = []
        for bound in reversed(self.bound):
            if isinstance(bound, Item):
                items.append(bound.cell)
            elif bound.name == name:
                return Meaning(tuple(items), bound.cell)
        return Meaning(tuple(items), None)

    def note(self, path: tuple[str, ...], meaning: Meaning) -> None:
        """Remember a variable that the expression names (or may name, inside a filter)."""
        if meaning.cell is None:
            if meaning.items and path[0] not in self.collected.known:
                self.collected.item_names.add(path[0])
            else:
                self.collected.paths.add(path)
