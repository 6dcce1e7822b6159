"""How much work one evaluation may do: every loop and every large value is charged here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.feel.errors import LimitExceeded
from engine.feel.words import say

MAX_TEXT: Final = 50_000
"""Characters of one expression."""
MAX_DEPTH: Final = 60
"""Nesting of brackets, functions and conditions in one expression."""
MAX_TREE: Final = 150
"""Height of the tree of one expression; the calls of an evaluation nest no deeper."""
MAX_STEPS: Final = 1_000_000
"""Iterations, list items and calls of one evaluation; sixteen characters count as one."""
MAX_STRING: Final = 1_000_000
"""Characters of one string, as many as a variable may hold."""
MAX_CALLS: Final = 100
"""Calls of functions inside one another."""
MAX_PROBLEMS: Final = 100
"""Warnings kept of one evaluation."""


MAX_NESTING: Final = 150
"""Lists and contexts inside one another in a result."""


def weigh(value: object) -> None:
    """LimitExceeded for a list or context too large or too deep to be stored.

    A small list can hold another many times over, so that writing it out would never end.
    """
    left = MAX_STEPS
    stack: list[tuple[Iterator[object], int]] = [(iter((value,)), 0)]
    while stack:
        items, depth = stack[-1]
        item = next(items, stack)
        if item is stack:
            stack.pop()
            continue
        left -= 1 + (len(item) >> 4 if isinstance(item, str) else 0)
        if left < 0:
            raise LimitExceeded(
                say("the result has more than %(max_steps)s parts", max_steps=f"{MAX_STEPS:,}")
            )
        if isinstance(item, (list, dict)):
            if depth >= MAX_NESTING:
                raise LimitExceeded(
                    say(
                        "the result is nested more than %(max_nesting)s deep",
                        max_nesting=MAX_NESTING,
                    )
                )
            stack.append((iter(item.values() if isinstance(item, dict) else item), depth + 1))


class Budget:
    """What is left of the work one evaluation may do."""

    __slots__ = ("calls", "steps")

    def __init__(self, steps: int = MAX_STEPS) -> None:
        self.steps = steps
        self.calls = 0

    def charge(self, steps: int) -> None:
        """Take `steps` off; LimitExceeded when none are left."""
        self.steps -= steps
        if self.steps < 0:
            raise LimitExceeded(
                say(
                    "the expression takes more than %(max_steps)s steps", max_steps=f"{MAX_STEPS:,}"
                )
            )

    def charge_text(self, length: int) -> None:
        """Take a string of `length` characters off; LimitExceeded when it is too long."""
        if length > MAX_STRING:
            raise LimitExceeded(
                say(
                    "a string would be longer than %(max_string)s characters",
                    max_string=f"{MAX_STRING:,}",
                )
            )
        self.charge(1 + (length >> 4))
