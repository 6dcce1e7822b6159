"""The faults found while reading, each with the stage it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from process_defs import mending
from process_defs.language import Place
from process_defs.problems import Problem


class Notes:
    """Collects faults, so that one reading tells all of them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.problems: list[Problem] = []
        self._element: str | None = None

    @contextmanager
    def about(self, element: str | None) -> Iterator[None]:
        """Faults noted inside belong to `element`."""
        before, self._element = self._element, element
        try:
            yield
        finally:
            self._element = before

    def error(self, place: Place, message: str, rule: str = "form") -> None:
        """Note a fault; an expression in its line that YAML may have cut is shown mended."""
        self.plain(place, mending.advised(self.text, place.line, message), rule)

    def plain(self, place: Place, message: str, rule: str = "form") -> None:
        """Note a fault that has nothing to do with quotes."""
        self.problems.append(
            Problem("error", place.line, place.column, self._element, rule, message)
        )
