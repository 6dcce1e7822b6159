"""Texts as they are written, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: `line` and `column` from 1, `start` and `end` as indices into the text."""

    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Said:
    """A scalar as written: its text and its place."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def is_expression(self) -> bool:
        """Whether the value is computed: it begins with `=`."""
        return self.text.lstrip().startswith("=")

    @property
    def expression(self) -> str:
        """The FEEL text, without the `=`."""
        return self.text.strip().removeprefix("=").strip()


@dataclass(frozen=True, slots=True)
class Title:
    """A text for people. `words` maps a language to it; one that names no language stands under ``""``."""

    words: Mapping[str, str]
    place: Place = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return self.said_in("en")

    def said_in(self, language: str) -> str:
        """Return the text in `language`, else without a language, else in English, else the first."""
        for wanted in (language, "", "en"):
            if wanted in self.words:
                return self.words[wanted]
        return next(iter(self.words.values()), "")

    @property
    def translations(self) -> Mapping[str, str]:
        return {language: text for language, text in self.words.items() if language}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A field or variable and the value it gets."""

    target: Said
    value: Said
