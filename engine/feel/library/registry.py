"""The table of built-in functions: each with the parameters it may be called with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, TypeAlias, TypeVar

from engine.feel.frame import Frame
from engine.feel.values import Function, Value
from engine.feel.words import say

# Built-ins differ in the number of their values; `accepts` and `order` see that they get the right one.
Body: TypeAlias = Callable[..., Value]
_B = TypeVar("_B", bound=Body)


@dataclass(frozen=True)
class Builtin:
    """A function and its signatures; in each, parameters from `required` on may be left out."""

    name: str
    function: Body
    signatures: tuple[tuple[tuple[str, ...], int], ...]
    variadic: bool

    def accepts(self, count: int) -> bool:
        """May it be called with so many values by position?"""
        if self.variadic and count:
            return True
        return any(required <= count <= len(names) for names, required in self.signatures)

    def order(self, given: Sequence[str]) -> list[int | None] | None:
        """For each parameter, which of the given names fills it; None where no signature fits."""
        fitting = [
            names
            for names, required in self.signatures
            if set(given) <= set(names) and set(names[:required]) <= set(given)
        ]
        # `before(point, range)` and `before(range, point)` have the same names: the order tells which
        names = next((n for n in fitting if n == tuple(given)), fitting[0] if fitting else None)
        if names is None:
            return None
        last = max(names.index(name) for name in given)
        return [given.index(name) if name in given else None for name in names[: last + 1]]

    @property
    def usage(self) -> str:
        """How it is called, in words."""
        calls = [f"{self.name}({', '.join(names)})" for names, _ in self.signatures]
        return say("Write %(calls)s", calls="; ".join(dict.fromkeys(calls)))

    @cached_property
    def value(self) -> Function:
        """The function as a value, for functions that take functions."""

        def call(frame: Frame, values: list[Value]) -> Value:
            if not self.accepts(len(values)):
                return frame.problem(
                    "%(name)s does not take %(count)s values", name=self.name, count=len(values)
                )
            return self.function(frame, *values)

        return Function(self.name, self.signatures[0][0], call, variadic=True)


FUNCTIONS: Final[dict[str, Builtin]] = {}


def builtin(name: str, *signatures: str, variadic: bool = False) -> Callable[[_B], _B]:
    """Register a built-in; a signature is its parameters with commas, `?` after one that may be missing."""

    def register(function: _B) -> _B:
        FUNCTIONS[name] = Builtin(
            name, function, tuple(_signature(s) for s in signatures), variadic
        )
        return function

    return register


def _signature(text: str) -> tuple[tuple[str, ...], int]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return tuple(part.rstrip("?") for part in parts), sum(not part.endswith("?") for part in parts)
