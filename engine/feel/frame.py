"""What a compiled expression runs in: the variables, the clock, the warnings, the local cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from engine.feel.limits import MAX_PROBLEMS, Budget
from engine.feel.values import Value
from engine.feel.words import said, say


class Frame:
    """One evaluation, or one call of a function within it."""

    __slots__ = ("budget", "cells", "now", "problems", "variables")

    def __init__(
        self,
        variables: Mapping[str, object],
        now: datetime,
        problems: list[str] | None,
        cells: list[Value],
        budget: Budget | None,
    ) -> None:
        self.variables = variables
        self.now = now
        self.problems = problems
        self.cells = cells
        self.budget = budget

    def work(self) -> Budget:
        """The budget of the evaluation, opened at its first use."""
        if self.budget is None:
            self.budget = Budget()
        return self.budget

    def problem(self, template: str, /, **values: object) -> None:
        """Note why something became null; returns None, so that it can be the value.

        The sentence is put together only where somebody wants to know it.
        """
        if self.problems is not None and len(self.problems) < MAX_PROBLEMS:
            self.problems.append(say(template, **values) if values else said(template))


Run: TypeAlias = Callable[[Frame], Value]
