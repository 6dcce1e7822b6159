"""Reads the regular expressions of XPath 3.1 (F&O 5.6) into a small program for `matching`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NoReturn

from engine.feel import charsets, programs
from engine.feel.charsets import Accepts
from engine.feel.programs import Builder, Fragment, Pattern, PatternError, Step
from engine.feel.words import say

MAX_NESTING: Final = 40
_ESCAPED: Final = {"n": "\n", "r": "\r", "t": "\t", **{c: c for c in "\\|.-^?*+{}()[]$"}}
_COUNT = re.compile(r"\{(\d{1,5})(?:(,)(\d{1,5})?)?\}", re.ASCII)


@lru_cache(maxsize=256)
def pattern(text: str, flags: str) -> Pattern:
    """The program of a pattern; PatternError where the text or the flags are wrong."""
    if set(flags) - set("smixq"):
        raise PatternError(say("there is no flag %(flags)s", flags=flags))
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
            self._fail(say("there is a ) too many"))
        builder = Builder()
        builder.add(Step("save", 0))
        body(builder)
        builder.add(Step("save", 1))
        builder.add(Step("match"))
        case, lines = "i" in self.flags, "m" in self.flags
        return Pattern(tuple(builder.steps), self.groups, self.has_back, case, lines)

    def _literal_text(self) -> Fragment:
        self.i = len(self.text)
        return programs.sequence([self._accepting(self._one(c)) for c in self.text])

    def _fail(self, words: str) -> NoReturn:
        raise PatternError(
            say("%(words)s in the pattern %(text)s", words=words, text=self.text[:40])
        )

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
            self._fail(say("brackets are nested too deeply"))
        branches = [self._branch()]
        while self._peek() == "|":
            self.i += 1
            branches.append(self._branch())
        self.depth -= 1
        return branches[0] if len(branches) == 1 else programs.either(branches)

    def _branch(self) -> Fragment:
        pieces: list[Fragment] = []
        while self._peek() not in ("", "|", ")"):
            pieces.append(self._repeated(self._atom()))
        return programs.sequence(pieces)

    def _repeated(self, atom: Fragment) -> Fragment:
        sign = self._peek()
        if sign not in ("?", "*", "+", "{"):
            return atom
        low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign) or self._count()
        self.i += sign != "{"
        greedy = self._peek() != "?"
        self.i += not greedy
        if self._peek() in ("*", "+", "{") or (self._peek() == "?" and not greedy):
            self._fail(say("two quantifiers follow each other"))
        return programs.repeat(atom, low, high, greedy=greedy)

    def _count(self) -> tuple[int, int | None]:
        found = _COUNT.match(self.text, self.i)
        if not found:
            self._fail(say("a quantifier is not of the form {n,m}"))
        self.i = found.end()
        low = int(found[1])
        high = int(found[3]) if found[3] else (None if found[2] else low)
        if high is not None and high < low:
            self._fail(say("a quantifier ends before it begins"))
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
                return lambda builder: programs.drop(builder.add(Step(name)))
            case "?" | "*" | "+" | "{" | "}" | "]":
                self._fail(say("%(sign)s stands alone", sign=sign))
        return self._accepting(self._one(sign))

    def _group(self) -> Fragment:
        if self.text.startswith("?:", self.i):
            self.i += 2
            inner = self._alternatives()
        elif self._peek() == "?":
            self._fail(say("(? is not followed by :"))
        else:
            self.groups += 1
            number = self.groups
            self.open.append(number)
            inner = programs.saved(self._alternatives(), number)
            self.open.remove(number)
        if self._take() != ")":
            self._fail(say("a bracket is not closed"))
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
            self._fail(say("there is no group %(number)s before \\%(number)s", number=number))
        self.has_back = True
        return lambda builder: programs.drop(builder.add(Step("back", number)))

    def _one(self, character: str) -> Accepts:
        return charsets.one(character, ignore_case="i" in self.flags)

    def _accepting(self, accepts: Accepts) -> Fragment:
        return lambda builder: programs.drop(builder.add(Step("char", accepts=accepts)))

    def _escaped_set(self) -> Accepts:
        sign = self._peek_raw()
        self.i += 1
        if sign in _ESCAPED:
            return self._one(_ESCAPED[sign])
        if sign.lower() in charsets.ESCAPES and sign:
            accepts = charsets.ESCAPES[sign.lower()]
        elif sign in ("p", "P"):
            accepts = self._property()
        else:
            self._fail(say("there is no escape \\%(sign)s", sign=sign))
        return charsets.none_of(accepts) if sign.isupper() else accepts

    def _property(self) -> Accepts:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self.text, self.i)
        if not found:
            self._fail(say("\\p is not followed by {…}"))
        self.i = found.end()
        accepts = charsets.named(found[1])
        if accepts is None:
            self._fail(say("there is no category %(found)s", found=found[1]))
        return accepts

    def _class(self) -> Accepts:
        self.depth += 1
        if self.depth > MAX_NESTING:
            self._fail(say("brackets are nested too deeply"))
        negative = self._peek() == "^"
        self.i += negative
        parts: list[Accepts] = []
        taken_away: Accepts | None = None
        while self._peek() != "]" or not parts:
            if self._peek() == "-" and self.text.startswith("-[", self.i) and parts:
                self.i += 2
                taken_away = self._class()
                if self._peek() != "]":
                    self._fail(say("a subtraction is not at the end of its class"))
                break
            parts.append(self._class_part())
        self.i += 1
        self.depth -= 1
        accepts = charsets.any_of(parts)
        inner = charsets.none_of(accepts) if negative else accepts
        return inner if taken_away is None else charsets.without(inner, taken_away)

    def _class_part(self) -> Accepts:
        first = self._class_char()
        if not isinstance(first, str):
            return first
        if self._peek() != "-" or self.text[self.i + 1 : self.i + 2] in ("]", "[", ""):
            return self._one(first)
        self.i += 1
        last = self._class_char()
        if not isinstance(last, str) or last < first:
            self._fail(say("a range of characters ends before it begins"))
        return charsets.between(first, last, ignore_case="i" in self.flags)

    def _class_char(self) -> str | Accepts:
        sign = self._take()
        if sign == "\\":
            escaped = self._peek_raw()
            if escaped in _ESCAPED and escaped:
                self.i += 1
                return _ESCAPED[escaped]
            return self._escaped_set()
        if sign in ("", "["):
            self._fail(say("a class of characters is not closed"))
        return sign
