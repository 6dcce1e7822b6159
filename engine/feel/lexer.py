"""FEEL text into tokens, each with its place; words are joined to names by the parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from engine.feel.errors import FeelError
from engine.feel.limits import MAX_TEXT
from engine.feel.words import say

Kind: TypeAlias = Literal["word", "number", "string", "at", "symbol", "end"]

_START = (
    "A-Za-z_?\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE = "\t\n\x0b\x0c\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_TOKEN = re.compile(
    rf"""(?P<space>[{_SPACE}]+ | //[^\n\r]* | /\*(?:[^*]|\*(?!/))*+\*/)
      | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
      | (?P<word>[{_START}][{_PART}]*)
      | (?P<string>"(?:[^"\\]|\\.)*+")
      | (?P<at>@[{_SPACE}]*"(?:[^"\\]|\\.)*+")
      | (?P<symbol>\.\.|\*\*|!=|<=|>=|->|[-+*/=<>()\[\]{{}},.:'])""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SIMPLE_ESCAPES: Final = {
    "n": "\n",
    "t": "\t",
    "r": "\r",
    '"': '"',
    "'": "'",
    "\\": "\\",
    "b": "\b",
    "f": "\f",
    "/": "/",
}
_HINTS: Final = {
    "&": say("Write 'and'"),
    "|": say("Write 'or'"),
    "!": say("Write not(…), or != for 'is not equal'"),
    "%": say("Write modulo(a, b)"),
    "^": say("Write ** for a power"),
    ";": say("Separate with a comma"),
    "$": say("Write the expression without ${…}"),
    "#": say("Write the expression without #{…}"),
    "`": say('Put text in double quotes: "…"'),
    "\u201c": say('Put text in straight double quotes: "…"'),
    "\u201d": say('Put text in straight double quotes: "…"'),
    "\u2018": say('Put text in straight double quotes: "…"'),
    '"': say('Close the text with "'),
    "@": say('Write a date as @"2026-01-05"'),
}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` as written; `value` is the content of a string; `spaced` says whether space came before."""

    kind: Kind
    text: str
    at: int
    spaced: bool
    value: str = ""

    @property
    def end(self) -> int:
        """The offset after the token."""
        return self.at + len(self.text)


def place(text: str, at: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset."""
    before = text[:at]
    return before.count("\n") + 1, at - before.rfind("\n")


def tokens(text: str) -> list[Token]:
    """All tokens and a last one of kind "end"; FeelError where the text is none of the language."""
    if len(text) > MAX_TEXT:
        raise FeelError(
            say("the expression is longer than %(max_text)s characters", max_text=f"{MAX_TEXT:,}")
        )
    found: list[Token] = []
    at, spaced = 0, False
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup != "space":
            found.append(_token(match, text, spaced))
        spaced = match.lastgroup == "space"
        at = match.end()
    found.append(Token("end", "", len(text), spaced))
    return found


def _token(match: re.Match[str], text: str, spaced: bool) -> Token:
    kind: Kind = match.lastgroup  # type: ignore[assignment]  # the groups of the pattern are the kinds
    value = match[0]
    if kind in ("string", "at"):
        value = _unescape(value[value.index('"') + 1 : -1], text, match.start())
    return Token(kind, match[0], match.start(), spaced, value)


def _unescape(body: str, text: str, at: int) -> str:
    if "\\" not in body:
        return body

    def replace(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
        return _SIMPLE_ESCAPES.get(found[3], found[0])

    plain = _ESCAPE.sub(replace, body)
    paired = _SURROGATES.sub(
        lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), plain
    )
    if any("\ud800" <= c <= "\udfff" for c in paired):
        raise FeelError(say("half of a surrogate pair in the text"), *place(text, at))
    return paired


def _unreadable(text: str, at: int) -> FeelError:
    if text.startswith("/*", at):
        return FeelError(
            say("the comment is not closed"), *place(text, at), say("Close it with */")
        )
    if text[at] == '"':
        return FeelError(say("the text is not closed"), *place(text, at), _HINTS['"'])
    return FeelError(
        say("unexpected character %(text)s", text=repr(text[at])),
        *place(text, at),
        _HINTS.get(text[at]),
    )
