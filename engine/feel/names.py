"""Which words make one name: known names with spaces and signs first, the longest of them.

DMN 1.5, 10.3.1.4: a name may hold spaces and `. / - ' + *`; only the names in scope tell where it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from engine.feel import lexer
from engine.feel.errors import FeelError
from engine.feel.lexer import Token

RESERVED: Final = frozenset(
    {
        "and",
        "between",
        "else",
        "every",
        "false",
        "for",
        "function",
        "if",
        "in",
        "instance",
        "null",
        "or",
        "return",
        "satisfies",
        "some",
        "then",
        "true",
    }
)
_SIGNS: Final = frozenset("./-'+*") | {"..", "**", "->"}
_STANDARD: Final = (
    "date and time",
    "days and time duration",
    "years and months duration",
    "day time duration",
    "year month duration",
    "time offset",
    "start included",
    "end included",
)


class _Branch:
    __slots__ = ("further", "name")

    def __init__(self) -> None:
        self.further: dict[str, _Branch] = {}
        self.name: str | None = None


class KnownNames:
    """The names made of several tokens, searched from a place in a token list.

    `inherited` are further ones that stay as they are, so that they can be shared.
    """

    def __init__(self, names: Iterable[str] = (), inherited: KnownNames | None = None) -> None:
        self._root = _Branch()
        self._inherited = inherited
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Make the name known; what is no name at all stays unknown."""
        try:
            parts = lexer.tokens(name)[:-1]
        except FeelError:
            return
        if len(parts) < 2 or not all(is_name_part(part) for part in parts):
            return
        branch = self._root
        for i, part in enumerate(parts):
            branch = branch.further.setdefault(_step(parts, i, part), _Branch())
        branch.name = normalized(name)

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[str, int] | None:
        """The longest known name that begins at a token, and how many tokens it takes."""
        best = self._inherited.longest(tokens, start) if self._inherited else None
        branch = self._root
        for i in range(start, len(tokens)):
            further = branch.further.get(
                _step(tokens, i, tokens[i]) if i > start else tokens[i].text
            )
            if further is None:
                break
            branch = further
            if branch.name is not None and (best is None or i + 1 - start >= best[1]):
                best = branch.name, i + 1 - start
        return best


@lru_cache(maxsize=256)
def known(names: frozenset[str]) -> KnownNames:
    """The standard's names and these, to be inherited and not added to."""
    return KnownNames(names, _standard())


@lru_cache(maxsize=1)
def _standard() -> KnownNames:
    return KnownNames(_STANDARD)


def is_name_part(token: Token) -> bool:
    """May the token stand inside a name?"""
    return token.kind in ("word", "number") or token.text in _SIGNS


def normalized(name: str) -> str:
    """The name with each run of white space as one space."""
    return " ".join(name.split())


def joined(parts: Sequence[Token]) -> str:
    """The name that these tokens spell."""
    return "".join(" " * (part.spaced and i > 0) + part.text for i, part in enumerate(parts))


def _step(tokens: Sequence[Token], i: int, token: Token) -> str:
    """A token as a step of the search: beside a sign, space counts; between words it always stands."""
    beside_sign = token.text in _SIGNS or (i > 0 and tokens[i - 1].text in _SIGNS)
    return f" {token.text}" if beside_sign and token.spaced and i else token.text
