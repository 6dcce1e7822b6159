"""The `${…}` and `#{…}` expressions of Camunda and Flowable models (JUEL), translated to FEEL.

Comparison, logic, arithmetic, property access, `empty`, the ternary, text around expressions, and the
methods of strings, lists and dates that FEEL has too. What calls into a program is refused in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeAlias

from engine.feel import arithmetic, lexer, methods, nodes
from engine.feel.errors import FeelError
from engine.feel.expressions import Expression, compile_tree
from engine.feel.limits import MAX_DEPTH, MAX_TEXT
from engine.feel.nodes import Node
from engine.feel.words import say

_Kind: TypeAlias = Literal["number", "text", "word", "sign", "end"]
_TOKEN = re.compile(
    r"""\s+ | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?) | (?P<word>[A-Za-z_$][\w$]*)
      | (?P<text>'(?:[^'\\]|\\.)*+' | "(?:[^"\\]|\\.)*+")
      | (?P<sign>&&|\|\||[=!<>]=|[-+*/%<>=!?:.,()\[\]{}])""",
    re.VERBOSE | re.DOTALL,
)
_OPENING = re.compile(r"[$#]\{")
_WORDS: Final = {
    "and": "&&",
    "or": "||",
    "not": "!",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
    "mod": "%",
}
_LEVELS: Final = (
    ("||",),
    ("&&",),
    ("==", "!="),
    ("<", ">", "<=", ">="),
    ("+", "-"),
    ("*", "/", "%"),
)
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


def is_foreign(text: str) -> bool:
    """Does a text hold a `${…}` or `#{…}`?"""
    return _OPENING.search(text) is not None


def expression(text: str, *, names: Iterable[str] = ()) -> Expression:
    """Compile a text with `${…}` or `#{…}`; FeelError, in words, where it cannot be translated."""
    return compile_tree(text, translated(text), frozenset(names))


def translated(text: str) -> Node:
    """The FEEL tree of a text; text around expressions is joined with their values."""
    if len(text) > MAX_TEXT:
        raise FeelError(
            say("the expression is longer than %(max_text)s characters", max_text=f"{MAX_TEXT:,}")
        )
    parts: list[Node] = []
    at = 0
    while opening := _OPENING.search(text, at):
        if opening.start() > at:
            parts.append(nodes.Text(text[at : opening.start()]))
        reader = _Reader(text, opening.end())
        try:
            parts.append(reader.whole())
        except RecursionError:
            raise FeelError(say("the expression is nested too deeply")) from None
        at = reader.token.at + 1
    if at < len(text):
        parts.append(nodes.Text(text[at:]))
    return parts[0] if len(parts) == 1 else methods.joined(parts)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: _Kind
    text: str
    at: int


class _Reader:
    """Reads one expression up to its closing brace, token by token."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self.depth = 0
        self.token = self._next()

    def whole(self) -> Node:
        value = self._ternary()
        if self.token.text != "}":
            self._fail(
                say(
                    "expected an operator or the closing brace, found %(text)s",
                    text=self.token.text or say("the end"),
                )
            )
        return value

    def _next(self) -> _Token:
        while self.at < len(self.text):
            found = _TOKEN.match(self.text, self.at)
            if found is None:
                raise FeelError(
                    say("unexpected character %(text)s", text=repr(self.text[self.at])),
                    *lexer.place(self.text, self.at),
                )
            start, self.at = self.at, found.end()
            if found.lastgroup:
                kind: _Kind = found.lastgroup  # type: ignore[assignment]  # the groups are the kinds
                sign = _WORDS.get(found[0]) if kind == "word" else None
                return _Token("sign", sign, start) if sign else _Token(kind, found[0], start)
        return _Token("end", "", len(self.text))

    def _fail(self, words: str) -> NoReturn:
        raise FeelError(words, *lexer.place(self.text, self.token.at))

    def _take(self, *signs: str) -> str | None:
        if self.token.kind == "sign" and self.token.text in signs:
            taken, self.token = self.token.text, self._next()
            return taken
        return None

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            self._fail(
                say(
                    "expected %(sign)s, found %(text)s",
                    sign=sign,
                    text=self.token.text or say("the end"),
                )
            )

    def _ternary(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._fail(say("brackets are nested more than %(max_depth)s deep", max_depth=MAX_DEPTH))
        value = self._binary(0)
        if self._take("?"):
            then = self._ternary()
            self._expect(":")
            value = nodes.If(value, then, self._ternary(), at=value.at)
        self.depth -= 1
        return value

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        left = self._binary(level + 1)
        chain = 0
        while sign := self._take(*_LEVELS[level]):
            left = methods.binary(sign, left, self._binary(level + 1))
            chain += 1
            if chain > MAX_DEPTH:
                self._fail(say("more than %(max_depth)s operators in a row", max_depth=MAX_DEPTH))
        return left

    def _unary(self) -> Node:
        signs: list[str] = []
        while len(signs) <= MAX_DEPTH:
            if self.token.kind == "word" and self.token.text == "empty":
                self.token = self._next()
                signs.append("empty")
            elif sign := self._take("!", "-"):
                signs.append(sign)
            else:
                break
        value = self._postfix()
        for sign in reversed(signs):
            value = methods.unary(sign, value)
        return value

    def _postfix(self) -> Node:
        value = self._primary()
        for _ in range(MAX_DEPTH):
            if self._take("."):
                value = self._member(value)
            elif self._take("["):
                value = self._indexed(value)
            else:
                break
        return value

    def _member(self, value: Node) -> Node:
        if self.token.kind != "word":
            self._fail(say("expected a name after the point"))
        name = self.token
        self.token = self._next()
        if not self._take("("):
            return nodes.Path(value, name.text, at=name.at)
        made = methods.method(value, name.text, self._values())
        return made or self._refuse(f"{name.text}(…)", name)

    def _refuse(self, what: str, token: _Token) -> NoReturn:
        self.token = token
        raise FeelError(
            say("%(what)s calls into a program of its own, which is not run", what=what),
            *lexer.place(self.text, token.at),
            say("Write the condition in FEEL, or compute the value in a service task"),
        )

    def _indexed(self, value: Node) -> Node:
        index = self._ternary()
        self._expect("]")
        match index:
            case nodes.Number(number):
                return nodes.Filter(value, nodes.Number(number + 1), at=value.at)
            case nodes.Text(name):
                return nodes.Path(value, name, at=value.at)
        return self._fail(say("only a number or a text in quotes can stand in […]"))

    def _values(self) -> list[Node]:
        values: list[Node] = []
        while not self._take(")"):
            if values:
                self._expect(",")
            values.append(self._ternary())
        return values

    def _primary(self) -> Node:
        token = self.token
        self.token = self._next()
        match token.kind:
            case "number":
                number = arithmetic.literal(token.text)
                if number is None:
                    raise FeelError(
                        say("the number is too large"), *lexer.place(self.text, token.at)
                    )
                return nodes.Number(number, at=token.at)
            case "text":
                return nodes.Text(
                    re.sub(r"\\(.)", r"\1", token.text[1:-1], flags=re.DOTALL), at=token.at
                )
            case "word":
                return self._word(token)
        if token.text == "(":
            value = self._ternary()
            self._expect(")")
            return value
        self.token = token
        return self._fail(
            say("expected a value, found %(text)s", text=token.text or say("the end"))
        )

    def _word(self, token: _Token) -> Node:
        if token.text in _CONSTANTS:
            return nodes.Constant(_CONSTANTS[token.text], at=token.at)
        if self._take("("):
            values = self._values()
            return methods.function(token.text, values) or self._refuse(f"{token.text}(…)", token)
        if self.token.text == ":" and self.token.kind == "sign" and self._is_prefix():
            self._refuse(f"{token.text}:…", token)
        return nodes.Name(token.text, at=token.at)

    def _is_prefix(self) -> bool:
        """Is the colon that of `prefix:function(`, not of a ternary?"""
        return re.compile(r"[A-Za-z_]\w*\(").match(self.text, self.at) is not None
