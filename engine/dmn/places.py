"""Where things stand in a DMN file: line and column of each element, and of a place inside its text."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final, TypeAlias

from engine.dmn.document import Element, child

Place: TypeAlias = tuple[int, int]
"""A line and a column, counted from 1."""
START: Final[Place] = (1, 1)
_MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?=[^/!?])", re.DOTALL)
_TAG = re.compile(r"""(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ENTITY_OR_CHARACTER = re.compile(r"&[^;]*;|.", re.DOTALL)


class Places:
    """The places of one file that was read."""

    def __init__(self, source: bytes, root: Element) -> None:
        encoding = root.getroottree().docinfo.encoding or "utf-8"
        self._text = source.decode(encoding, "replace").removeprefix("\ufeff")
        starts = (found.start() for found in _MARKUP.finditer(self._text) if found[0] == "<")
        self._starts = dict(zip(root.iter("*"), starts, strict=False))
        self._lines = [0, *(found.end() for found in re.finditer("\n", self._text))]

    def of(self, element: Element) -> Place:
        """Where the element's `<` stands."""
        return self._place(self._starts.get(element, 0))

    def within(self, element: Element, line: int, column: int) -> Place:
        """The place in the file of a line and column of the element's text."""
        tag = _TAG.match(self._text, self._starts.get(element, 0))
        at = tag.end() if tag else 0
        if self._text.startswith("<![CDATA[", at):
            at += len("<![CDATA[")
        return self._place(self._walked(at, line, column))

    def _walked(self, start: int, line: int, column: int) -> int:
        at_line = at_column = 1
        for found in _ENTITY_OR_CHARACTER.finditer(self._text, start):
            if at_line > line or (at_line == line and at_column >= column) or found[0] == "<":
                return found.start()
            at_line, at_column = (at_line + 1, 1) if found[0] == "\n" else (at_line, at_column + 1)
        return start

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Spot:
    """An element whose text is an expression; `at` is a place in that text as one of the file."""

    places: Places
    element: Element

    def at(self, line: int, column: int) -> Place:
        """The place in the file of a line and column of the text."""
        text = child(self.element, "text")
        return self.places.within(self.element if text is None else text, line, column)
