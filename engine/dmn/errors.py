"""What is wrong with a decision model, by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault in a file: the line of the element in it, the element's name, and words."""

    line: int
    element: str
    message: str

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
