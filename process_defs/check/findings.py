"""What a check collects: problems of a definition, and exact places inside its expressions."""

from __future__ import annotations

from process_defs.language import Definition, Place, Said
from process_defs.problems import Problem


class Findings:
    """Problems found so far; every part of the check adds to them."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.problems: list[Problem] = []

    def error(self, place: Place, rule: str, message: str, element: str | None = None) -> None:
        """Add a fault that keeps the definition from being deployed."""
        self.problems.append(Problem("error", place.line, place.column, element, rule, message))

    def warning(self, place: Place, rule: str, message: str, element: str | None = None) -> None:
        """Add what is probably not meant."""
        self.problems.append(Problem("warning", place.line, place.column, element, rule, message))

    def inside(self, said: Said, expression: str, line: int, column: int) -> Place:
        """Return the place of `line` and `column` of an expression in the whole text."""
        written = self.definition.text[said.place.start : said.place.end]
        begin = written.find(expression)
        if (
            begin < 0
        ):  # quotes were doubled, or lines folded: the value's own place is the best there is
            return said.place
        rows = expression.split("\n")
        index = (
            said.place.start + begin + sum(len(row) + 1 for row in rows[: line - 1]) + column - 1
        )
        before = self.definition.text[:index]
        return Place(before.count("\n") + 1, index - (before.rfind("\n") + 1) + 1, index, index)
