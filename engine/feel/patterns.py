"""Reads the regular expressions of XPath 3.1 (F&O 5.6) into a small program for `matching`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NoReturn, TypeAlias

Accepts: TypeAlias = Callable[[str], bool]
MAX_PROGRAM: Final = 5_000
MAX_NESTING: Final = 40
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
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", **{c: c for c in "\\|.-^?*+{}()[]$"}}
_COUNT = re.compile(r"\{(\d{1,5})(?:(,)(\d{1,5})?)?\}", re.ASCII)


class PatternError(Exception):
    """A text that is no regular expression, or one too large to be run."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: `char` accepts, `split` to x then y, `jump` x, `save` x, `begin`, `end`, `back` x, `match`."""

    do: str
    x: int = 0
    y: int = 0
    accepts: Accepts | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A program and the number of its groups."""

    steps: tuple[Step, ...]
    groups: int
    has_back: bool
    ignore_case: bool
    multiline: bool


Fragment: TypeAlias = Callable[["Builder"], None]


class Builder:
    """Lays fragments out one after another."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def add(self, step: Step) -> int:
        if len(self.steps) >= MAX_PROGRAM:
            raise PatternError("the pattern is too large")
        self.steps.append(step)
        return len(self.steps) - 1

    def patch(self, at: int, x: int, y: int) -> None:
        self.steps[at] = Step(self.steps[at].do, x, y)

    @property
    def here(self) -> int:
        return len(self.steps)


@lru_cache(maxsize=256)
def pattern(text: str, flags: str) -> Pattern:
    """The program of a pattern; PatternError where the text or the flags are wrong."""
    if set(flags) - set("smixq"):
        raise PatternError(f"there is no flag {flags}")
    return _Reader(text, flags).whole()


class _Reader:
    def __init__(self, text: str, flags: str) -> None:
        self.text = text
        self.i = 0
        self.groups = 0
        self.open: list[int] = []
        self.depth = 0
        self.has_back = False
        self.flags = flags

    def whole(self) -> Pattern:
        body = self._literal_text() if "q" in self.flags else self._alternatives()
        if self.i < len(self.text):
            self._fail("there is a ) too many")
        builder = Builder()
        builder.add(Step("save", 0))
        body(builder)
        builder.add(Step("save", 1))
        builder.add(Step("match"))
        case, lines = "i" in self.flags, "m" in self.flags
        return Pattern(tuple(builder.steps), self.groups, self.has_back, case, lines)

    def _literal_text(self) -> Fragment:
        self.i = len(self.text)
        return _sequence([self._accepting(_one(c)) for c in self.text])

    def _fail(self, words: str) -> NoReturn:
        raise PatternError(f"{words} in the pattern {self.text[:40]}")

    def _peek(self) -> str:
        if "x" in self.flags:
            while self.i < len(self.text) and self.text[self.i] in " \t\n\r":
                self.i += 1
        return self.text[self.i] if self.i < len(self.text) else ""

    def _take(self) -> str:
        found = self._peek()
        self.i += 1
        return found

    def _alternatives(self) -> Fragment:
        self.depth += 1
        if self.depth > MAX_NESTING:
            self._fail("brackets are nested too deeply")
        branches = [self._branch()]
        while self._peek() == "|":
            self.i += 1
            branches.append(self._branch())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else _either(branches)

    def _branch(self) -> Fragment:
        pieces: list[Fragment] = []
        while self._peek() not in ("", "|", ")"):
            pieces.append(self._repeated(self._atom()))
        return _sequence(pieces)

    def _repeated(self, atom: Fragment) -> Fragment:
        sign = self._peek()
        if sign not in ("?", "*", "+", "{"):
            return atom
        low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self._count()
        self.i += sign != "{"
        greedy = self._peek() != "?"
        self.i += not greedy
        if self._peek() in ("*", "+", "{") or (self._peek() == "?" and not greedy):
            self._fail("two quantifiers follow each other")
        return _repeat(atom, low, high, greedy=greedy)

    def _count(self) -> tuple[int, int | None]:
        found = _COUNT.match(self.text, self.i)
        if not found:
            self._fail("a quantifier is not of the form {n,m}")
        self.i = found.end()
        low = int(found[1])
        high = int(found[3]) if found[3] else (None if found[2] else low)
        if high is not None and high < low:
            self._fail("a quantifier ends before it begins")
        return low, high

    def _atom(self) -> Fragment:
        sign = self._take()
        match sign:
            case "(":
                return self._group()
            case "[":
                return self._accepting(self._class())
            case "\\":
                return self._escape()
            case ".":
                return self._accepting(
                    (lambda c: True) if "s" in self.flags else (lambda c: c not in "\n\r")
                )
            case "^" | "$":
                name = "begin" if sign == "^" else "end"
                return lambda builder: void(builder.add(Step(name)))
            case "?" | "*" | "+" | "{" | "}" | "]":
                self._fail(f"{sign} stands alone")
        return self._accepting(_one(sign))

    def _group(self) -> Fragment:
        if self.text.startswith("?:", self.i):
            self.i += 2
            inner = self._alternatives()
        elif self._peek() == "?":
            self._fail("(? is not followed by :")
        else:
            self.groups += 1
            number = self.groups
            self.open.append(number)
            inner = _saved(self._alternatives(), number)
            self.open.remove(number)
        if self._take() != ")":
            self._fail("a bracket is not closed")
        return inner

    def _escape(self) -> Fragment:
        sign = self._peek_raw()
        if sign.isdigit() and sign.isascii() and sign != "0":
            return self._back()
        return self._accepting(self._escaped_set())

    def _peek_raw(self) -> str:
        return self.text[self.i] if self.i < len(self.text) else ""

    def _back(self) -> Fragment:
        digits = self._peek_raw()
        self.i += 1
        while self._peek_raw().isdigit() and int(digits + self._peek_raw()) <= self.groups:
            digits += self._peek_raw()
            self.i += 1
        number = int(digits)
        if number > self.groups or number in self.open:
            self._fail(f"there is no group {number} before \\{number}")
        self.has_back = True
        return lambda builder: void(builder.add(Step("back", number)))

    def _accepting(self, accepts: Accepts) -> Fragment:
        if "i" in self.flags:
            exact = accepts
            accepts = lambda c: exact(c) or exact(c.lower()) or exact(c.upper())  # noqa: E731
        return lambda builder: void(builder.add(Step("char", accepts=accepts)))

    def _escaped_set(self) -> Accepts:
        sign = self._peek_raw()
        self.i += 1
        if sign in _ESCAPED:
            return _one(_ESCAPED[sign])
        if sign.lower() in _SETS and sign:
            accepts = _SETS[sign.lower()]
        elif sign in ("p", "P"):
            accepts = self._property()
        else:
            self._fail(f"there is no escape \\{sign}")
        return _none_of(accepts) if sign.isupper() else accepts

    def _property(self) -> Accepts:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.text, self.i)
        if not found:
            self._fail("\\p is not followed by {…}")
        self.i = found.end()
        name = found[1]
        if name in _CATEGORIES:
            return lambda c: unicodedata.category(c).startswith(name)
        if name.startswith("Is") and name[2:] in _BLOCKS:
            low, high = _BLOCKS[name[2:]]
            return lambda c: low <= ord(c) <= high
        return self._fail(f"there is no category {name}")

    def _class(self) -> Accepts:
        self.depth += 1
        if self.depth > MAX_NESTING:
            self._fail("brackets are nested too deeply")
        negative = self._peek() == "^"
        self.i += negative
        parts: list[Accepts] = []
        taken_away: Accepts | None = None
        while self._peek() != "]" or not parts:
            if self._peek() == "-" and self.text.startswith("-[", self.i) and parts:
                self.i += 2
                taken_away = self._class()
                if self._peek() != "]":
                    self._fail("a subtraction is not at the end of its class")
                break
            parts.append(self._class_part())
        self.i += 1
        self.depth -= 1
        accepts = _any_of(parts)
        inner = _none_of(accepts) if negative else accepts
        return inner if taken_away is None else _without(inner, taken_away)

    def _class_part(self) -> Accepts:
        first = self._class_char()
        if not isinstance(first, str):
            return first
        if self._peek() != "-" or self.text[self.i + 1 : self.i + 2] in ("]", "[", ""):
            return _one(first)
        self.i += 1
        last = self._class_char()
        if not isinstance(last, str) or last < first:
            self._fail("a range of characters ends before it begins")
        return lambda c: first <= c <= last

    def _class_char(self) -> str | Accepts:
        sign = self._take()
        if sign == "\\":
            escaped = self._peek_raw()
            if escaped in _ESCAPED and escaped:
                self.i += 1
                return _ESCAPED[escaped]
            return self._escaped_set()
        if sign in ("", "["):
            self._fail("a class of characters is not closed")
        return sign


def void(_: int) -> None:
    """Drop the place of a step that nothing jumps to."""


def _one(wanted: str) -> Accepts:
    return lambda c: c == wanted


def _none_of(accepts: Accepts) -> Accepts:
    return lambda c: not accepts(c)


def _any_of(parts: list[Accepts]) -> Accepts:
    return parts[0] if len(parts) == 1 else lambda c: any(part(c) for part in parts)


def _without(accepts: Accepts, refused: Accepts) -> Accepts:
    return lambda c: accepts(c) and not refused(c)


def _name_start(c: str) -> bool:
    return c.isalpha() or c in "_:"


def _name_part(c: str) -> bool:
    return c.isalnum() or c in "_:.-\u00b7"


_SETS: Final[dict[str, Accepts]] = {
    "s": lambda c: c in " \t\n\r",
    "d": lambda c: unicodedata.category(c) == "Nd",
    "w": lambda c: unicodedata.category(c)[0] not in "PZC",
    "i": _name_start,
    "c": _name_part,
}


def _sequence(pieces: list[Fragment]) -> Fragment:
    def lay(builder: Builder) -> None:
        for piece in pieces:
            piece(builder)

    return lay


def _saved(inner: Fragment, number: int) -> Fragment:
    def lay(builder: Builder) -> None:
        builder.add(Step("save", 2 * number))
        inner(builder)
        builder.add(Step("save", 2 * number + 1))

    return lay


def _either(branches: list[Fragment]) -> Fragment:
    def lay(builder: Builder) -> None:
        ends: list[int] = []
        for branch in branches[:-1]:
            split = builder.add(Step("split"))
            branch(builder)
            ends.append(builder.add(Step("jump")))
            builder.patch(split, split + 1, builder.here)
        branches[-1](builder)
        for end in ends:
            builder.patch(end, builder.here, 0)

    return lay


def _repeat(inner: Fragment, low: int, high: int | None, *, greedy: bool) -> Fragment:
    def choose(builder: Builder, split: int) -> None:
        inside, after = split + 1, builder.here
        builder.patch(split, *((inside, after) if greedy else (after, inside)))

    def lay(builder: Builder) -> None:
        for _ in range(low):
            inner(builder)
        if high is None:
            split = builder.add(Step("split"))
            inner(builder)
            builder.add(Step("jump", split))
            choose(builder, split)
            return
        splits = []
        for _ in range(high - low):
            splits.append(builder.add(Step("split")))
            inner(builder)
        for split in splits:
            choose(builder, split)

    return lay
