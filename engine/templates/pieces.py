"""The language of gaps: `{{ FEEL }}`, `{{for x in FEEL}} … {{end}}`, `{{if FEEL}} … {{else}} … {{end}}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from engine import feel
from engine.feel import FeelError, LimitExceeded, Value, json_form
from ledger.words import say

FOR = re.compile(r"for\s+([A-Za-z_]\w*)\s+in\s+(.+)", re.DOTALL)
OPENS, CLOSES = "{{", "}}"
MOST_PIECES = 100_000
"""How many pieces a filled template has at most, so that a loop over loops ends."""
MOST_WRITTEN = 20 * 1024 * 1024
"""How many characters a filled template has at most."""
DEEPEST = 40
"""How many blocks may stand inside one another."""


class TemplateError(ValueError):
    """A template that cannot be read or filled; its sentence names the gap."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Gap:
    """An expression whose value stands here."""

    expression: feel.Expression
    written: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Pieces that are repeated for each entry of a list."""

    name: str
    over: Gap
    body: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Pieces that are there where a condition is true, and others where it is not."""

    condition: Gap
    then: tuple[Piece, ...]
    otherwise: tuple[Piece, ...]


Piece: TypeAlias = "str | Gap | Loop | Choice"


def gaps(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each `{{ … }}` begins and ends, and what stands in it; one look over the text."""
    at = 0
    while (start := text.find(OPENS, at)) >= 0:
        end = text.find(CLOSES, start + len(OPENS))
        if end < 0:
            return
        at = end + len(CLOSES)
        yield start, at, text[start + len(OPENS) : end]


def gap(written: str) -> Gap:
    """Return a compiled expression. Raises TemplateError."""
    try:
        return Gap(feel.expression(written.strip()), written.strip())
    except FeelError as fault:
        raise TemplateError(
            say("Expected FEEL in {{%(gap)s}}, but %(fault)s", gap=written, fault=_of_feel(fault))
        ) from fault


def _of_feel(fault: FeelError | LimitExceeded) -> str:
    if isinstance(fault, LimitExceeded):
        return fault.sentence
    return say(
        "line %(line)s, column %(column)s: %(fault)s",
        line=fault.line,
        column=fault.column,
        fault=fault.sentence,
    )


def parse(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text. Raises TemplateError for a block that is not ended."""
    parts, at = [], 0
    for start, ends, inside in gaps(text):
        parts += [text[at:start], inside]
        at = ends
    pieces, _, end = _block([*parts, text[at:]], 0, 0)
    if end:
        raise TemplateError(say("Expected no {{%(end)s}} without a for or if before it", end=end))
    return pieces


def _block(parts: Sequence[str], at: int, depth: int) -> tuple[tuple[Piece, ...], int, str]:
    """Return the pieces up to an end or else, where the next begin, and which it was."""
    if depth > DEEPEST:
        raise TemplateError(
            say("Expected at most %(most)s blocks inside one another", most=DEEPEST)
        )
    pieces: list[Piece] = []
    while at < len(parts):
        if at % 2 == 0:
            pieces += [parts[at]] if parts[at] else []
            at += 1
            continue
        written = parts[at].strip()
        at += 1
        if written in ("end", "else"):
            return tuple(pieces), at, written
        if loop := FOR.fullmatch(written):
            body, at, _ = _inner(parts, at, ("end",), written, depth)
            pieces.append(Loop(loop[1], gap(loop[2]), body))
        elif written.startswith("if "):
            then, at, end = _inner(parts, at, ("end", "else"), written, depth)
            otherwise: tuple[Piece, ...] = ()
            if end == "else":
                otherwise, at, _ = _inner(parts, at, ("end",), written, depth)
            pieces.append(Choice(gap(written[3:]), then, otherwise))
        else:
            pieces.append(gap(written))
    return tuple(pieces), at, ""


def _inner(
    parts: Sequence[str], at: int, ends: Sequence[str], opener: str, depth: int
) -> tuple[tuple[Piece, ...], int, str]:
    pieces, at, end = _block(parts, at, depth + 1)
    if end not in ends:
        raise TemplateError(say("Expected {{end}} for {{%(opener)s}}", opener=opener))
    return pieces, at, end


class Filling:
    """One filling of a template: the variables, and how much was written so far."""

    def __init__(self, variables: Mapping[str, Value], now: datetime) -> None:
        self._variables = dict(variables)
        self._now = now
        self._work = feel.Budget()  # one for all its expressions
        self._pieces = self._characters = 0

    def value(self, asked: Gap, local: Mapping[str, Value]) -> Value:
        """Return what an expression gives. Raises TemplateError with the gap that failed."""
        self.grow(0)
        known = {**self._variables, **local}
        try:
            return asked.expression.evaluate(known, now=self._now, work=self._work)
        except (FeelError, LimitExceeded) as fault:
            raise TemplateError(
                say("{{%(gap)s}}: %(fault)s", gap=asked.written, fault=_of_feel(fault))
            ) from fault

    def entries(self, loop: Loop, local: Mapping[str, Value]) -> list[dict[str, Value]]:
        """Return the variables of each round of a loop."""
        over = self.value(loop.over, local)
        if over is None:
            return []
        rounds = over if isinstance(over, list) else [over]
        self.grow(0, pieces=len(rounds))
        return [{**local, loop.name: one} for one in rounds]

    def grow(self, characters: int, *, pieces: int = 1) -> None:
        """Count what is written. Raises TemplateError where it becomes too much."""
        self._pieces += pieces
        self._characters += characters
        if self._pieces > MOST_PIECES:
            raise TemplateError(
                say("Expected at most %(most)s pieces in a filled template", most=MOST_PIECES)
            )
        if self._characters > MOST_WRITTEN:
            raise TemplateError(
                say("Expected at most %(most)s characters in a filled template", most=MOST_WRITTEN)
            )

    def is_true(self, choice: Choice, local: Mapping[str, Value]) -> bool:
        """Say whether a condition holds; null does not."""
        return self.value(choice.condition, local) is True


def written(value: Value) -> str:
    """Return a value as people read it: nothing for null, a list with commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    if isinstance(value, list):
        return ", ".join(written(one) for one in value)
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    told = json_form.to_json(value)
    return (
        str(next(iter(told.values()))) if isinstance(told, dict) and len(told) == 1 else str(told)
    )
