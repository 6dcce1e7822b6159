"""What an evaluation knows and leaves behind: values by name, the rules that fired, the problems."""

from __future__ import annotations

from dataclasses import dataclass

from engine.feel.values import Value


@dataclass(frozen=True, slots=True)
class Fired:
    """The rules of a decision's table that matched: ids, and numbers from 1; none where no rule did."""

    decision: str
    rules: tuple[str, ...]
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value of a decision, why something became null on the way, and which rules fired in which order."""

    value: Value
    problems: tuple[str, ...]
    fired: tuple[Fired, ...]


class Known(dict[str, object]):
    """The variables of one decision's logic, and where its tables note the rules that fired."""

    def __init__(self, element: str, fired: list[Fired]) -> None:
        super().__init__()
        self.element = element
        self.fired = fired
