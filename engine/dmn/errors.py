"""What is wrong with a decision model, by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a file: its line, the name of the element it lies in, and words.

    A `warning` leaves the element usable; an `error` makes it null, in whole or in part.
    """

    line: int
    element: str
    message: str
    severity: Severity = "error"
    column: int = 1
    rule: str = "dmn"

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.element}: {self.message}"
            if self.element
            else f"line {self.line}: {self.message}"
        )


class DmnError(Exception):
    """A file that is no decision model, or none that can be used; `problems` say why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)
