"""What is wrong with a file, each fault with its place and words a person can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ledger.words import say

Severity = Literal["error", "warning"]
MOST_PROBLEMS = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault. `line` and `column` count from 1; `element` is its BPMN id; `rule` names what was broken."""

    severity: Severity
    line: int
    column: int
    element: str | None
    rule: str
    message: str

    def __str__(self) -> str:
        element = f" ({self.element})" if self.element else ""
        return f"{self.line}:{self.column}: {self.severity}: {self.message}{element}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each problem once, by place; errors before warnings at the same place, and not more than a person reads."""
    ordered = sorted(
        dict.fromkeys(problems), key=lambda p: (p.line, p.column, p.severity, p.rule, p.message)
    )
    if len(ordered) <= MOST_PROBLEMS:
        return tuple(ordered)
    errors = [problem for problem in ordered if problem.severity == "error"]
    shown = (errors or ordered)[:MOST_PROBLEMS]
    left = len(ordered) - len(shown)
    more = Problem(
        shown[0].severity, 1, 1, None, "more", say("There are %(left)s more problems.", left=left)
    )
    return (*shown, more)


def has_error(problems: Iterable[Problem]) -> bool:
    """Say whether any of them keeps the file from being deployed."""
    return any(problem.severity == "error" for problem in problems)
