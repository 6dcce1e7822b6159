"""Sets of characters that regular expressions of XPath name, as tests of one character."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

Accepts: TypeAlias = Callable[[str], bool]
_CATEGORIES: Final = frozenset(
    {
        "L",
        "Lu",
        "Ll",
        "Lt",
        "Lm",
        "Lo",
        "M",
        "Mn",
        "Mc",
        "Me",
        "N",
        "Nd",
        "Nl",
        "No",
        "S",
        "Sm",
        "Sc",
        "Sk",
        "So",
    }
    | {
        "P",
        "Pc",
        "Pd",
        "Ps",
        "Pe",
        "Pi",
        "Pf",
        "Po",
        "Z",
        "Zs",
        "Zl",
        "Zp",
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cn",
    }
)
_BLOCKS: Final = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7AF),
}


def one(wanted: str, *, ignore_case: bool = False) -> Accepts:
    """A single character, or any of its cases."""
    if not ignore_case:
        return lambda c: c == wanted
    cases = {wanted, wanted.lower(), wanted.upper()}
    return lambda c: c in cases or c.lower() in cases or c.upper() in cases


def between(first: str, last: str, *, ignore_case: bool = False) -> Accepts:
    """All characters from one to another."""
    if not ignore_case:
        return lambda c: first <= c <= last
    return lambda c: first <= c <= last or first <= c.lower() <= last or first <= c.upper() <= last


def none_of(accepts: Accepts) -> Accepts:
    """All characters outside a set."""
    return lambda c: not accepts(c)


def any_of(parts: Sequence[Accepts]) -> Accepts:
    """All characters of several sets."""
    return parts[0] if len(parts) == 1 else lambda c: any(part(c) for part in parts)


def without(accepts: Accepts, refused: Accepts) -> Accepts:
    """A set less another."""
    return lambda c: accepts(c) and not refused(c)


def named(name: str) -> Accepts | None:
    r"""The set of `\p{name}`: a general category of Unicode, or `Is` and a block; None for no such set."""
    if name in _CATEGORIES:
        return lambda c: unicodedata.category(c).startswith(name)
    if name.startswith("Is") and name[2:] in _BLOCKS:
        low, high = _BLOCKS[name[2:]]
        return lambda c: low <= ord(c) <= high
    return None


def _name_start(c: str) -> bool:
    return c.isalpha() or c in "_:"


def _name_part(c: str) -> bool:
    return c.isalnum() or c in "_:.-\u00b7"


ESCAPES: Final[dict[str, Accepts]] = {
    "s": lambda c: c in " \t\n\r",
    "d": lambda c: unicodedata.category(c) == "Nd",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": _name_start,
    "c": _name_part,
}
"""The sets of `\\s`, `\\d`, `\\w`, `\\i` and `\\c`."""
