"""A place in the tokens of a FEEL text, with what every rule of the grammar needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from engine.feel import lexer, names
from engine.feel.errors import FeelError
from engine.feel.lexer import Token
from engine.feel.limits import MAX_DEPTH
from engine.feel.words import say

_T = TypeVar("_T")
_WORD_HINTS: Final = {
    "AND": say("Write 'and' in small letters"),
    "OR": say("Write 'or' in small letters"),
    "NOT": say("Write not(…)"),
    "not": say("Write not(…)"),
    "IF": say("Write 'if' in small letters"),
    "elif": say("Write 'else if … then …'"),
    "elseif": say("Write 'else if … then …'"),
    "is": say("Write = to compare"),
}


class Cursor:
    """A place in the tokens of a text."""

    def __init__(self, text: str, known: frozenset[str]) -> None:
        self.text = text
        self.tokens = lexer.tokens(text)
        self.known = names.KnownNames(inherited=names.known(known))
        self.i = 0
        self.depth = 0
        self.effort = 10 * len(self.tokens) + 5_000

    @property
    def token(self) -> Token:
        return self.tokens[self.i]

    def peek(self, text: str, ahead: int = 0) -> bool:
        i = self.i + ahead
        return (
            i < len(self.tokens)
            and self.tokens[i].text == text
            and self.tokens[i].kind in ("symbol", "word")
        )

    def take(self, *texts: str) -> Token | None:
        if self.token.text in texts and self.token.kind in ("symbol", "word"):
            self.i += 1
            return self.tokens[self.i - 1]
        return None

    def expect(self, text: str, after: str) -> Token:
        found = self.take(text)
        if found is None:
            self.fail(say("expected '%(text)s' %(after)s", text=text, after=after))
        return found

    def fail(self, message: str, at: Token | None = None) -> NoReturn:
        token = at or self.token
        found = say("the end") if token.kind == "end" else token.text[:40]
        hint = _WORD_HINTS.get(token.text)
        if self.i and self.peek("=") and self.tokens[self.i - 1].text in ("=", ">", "<"):
            hint = say("Write = to compare, >= or <= for 'at least' and 'at most'")
        if token.text == "'":
            hint = say('Put text in double quotes: "…"')
        raise FeelError(
            say("%(message)s, found %(found)s", message=message, found=found),
            *lexer.place(self.text, token.at),
            hint,
        )

    def end(self) -> None:
        if self.token.kind != "end":
            self.fail(say("expected an operator or the end"))

    def deeper(self, rule: Callable[[], _T]) -> _T:
        self.depth += 1
        self.effort -= 1
        if self.effort < 0:
            self.fail(say("the brackets can be read in too many ways"))
        if self.depth > MAX_DEPTH:
            self.fail(
                say(
                    "brackets and conditions are nested more than %(max_depth)s deep",
                    max_depth=MAX_DEPTH,
                )
            )
        result = rule()
        self.depth -= 1
        return result

    def attempt(self, rule: Callable[[], _T]) -> _T | None:
        """The result of a rule, or None and nothing consumed where it does not fit."""
        start, depth = self.i, self.depth
        try:
            return rule()
        except FeelError:
            self.i, self.depth = start, depth
            return None

    def name(self) -> Token:
        """A name in use, as one token: the longest known, else one word."""
        token = self.token
        longest = self.known.longest(self.tokens, self.i)
        if longest:
            self.i += longest[1]
            return Token("word", longest[0], token.at, token.spaced)
        if token.kind != "word" or token.text in names.RESERVED:
            self.fail(say("expected a name"))
        self.i += 1
        return token

    def new_name(self, *closers: str) -> str:
        """A name being declared: all tokens up to one of the closers; it is known from here on."""
        start = self.i
        while self.token.text not in closers and names.is_name_part(self.token):
            self.i += 1
        if self.i == start or self.tokens[start].kind != "word" or self.token.text not in closers:
            self.fail(say("expected a name"))
        name = names.joined(self.tokens[start : self.i])
        self.known.add(name)
        return name
