"""The language of gaps: `{{ FEEL }}`, `{{for x in FEEL}} … {{end}}`, `{{if FEEL}} … {{else}} … {{end}}`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from engine import feel
from engine.feel import FeelError, Value, json_form

GAP = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
FOR = re.compile(r"for\s+([A-Za-z_]\w*)\s+in\s+(.+)", re.DOTALL)
MOST_PIECES = 100_000
"""How many pieces a filled template has at most, so that a loop over loops ends."""


class TemplateError(ValueError):
    """A template that cannot be read or filled; the message names the gap."""


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


def gap(written: str) -> Gap:
    """Return a compiled expression. Raises TemplateError."""
    try:
        return Gap(feel.expression(written.strip()), written.strip())
    except FeelError as fault:
        raise TemplateError(f"Expected FEEL in {{{{{written}}}}}, but {fault}") from fault


def parse(text: str) -> tuple[Piece, ...]:
    """Return the pieces of a text. Raises TemplateError for a block that is not ended."""
    parts = GAP.split(text)
    pieces, _, end = _block(parts, 0)
    if end:
        raise TemplateError(f"Expected no {{{{{end}}}}} without a for or if before it")
    return pieces


def _block(parts: Sequence[str], at: int) -> tuple[tuple[Piece, ...], int, str]:
    """Return the pieces up to an end or else, where the next begin, and which it was."""
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
            body, at, _ = _inner(parts, at, ("end",), written)
            pieces.append(Loop(loop[1], gap(loop[2]), body))
        elif written.startswith("if "):
            then, at, end = _inner(parts, at, ("end", "else"), written)
            otherwise: tuple[Piece, ...] = ()
            if end == "else":
                otherwise, at, _ = _inner(parts, at, ("end",), written)
            pieces.append(Choice(gap(written[3:]), then, otherwise))
        else:
            pieces.append(gap(written))
    return tuple(pieces), at, ""


def _inner(
    parts: Sequence[str], at: int, ends: Sequence[str], opener: str
) -> tuple[tuple[Piece, ...], int, str]:
    pieces, at, end = _block(parts, at)
    if end not in ends:
        raise TemplateError(f"Expected {{{{end}}}} for {{{{{opener}}}}}")
    return pieces, at, end


class Filling:
    """One filling of a template: the variables, and how much was written so far."""

    def __init__(self, variables: Mapping[str, Value], now: datetime) -> None:
        self._variables = dict(variables)
        self._now = now
        self._count = 0

    def value(self, asked: Gap, local: Mapping[str, Value]) -> Value:
        """Return what an expression gives. Raises TemplateError with the gap that failed."""
        self._count += 1
        if self._count > MOST_PIECES:
            raise TemplateError(f"Expected at most {MOST_PIECES} gaps to fill")
        try:
            return asked.expression.evaluate({**self._variables, **local}, now=self._now)
        except FeelError as fault:
            raise TemplateError(f"{{{{{asked.written}}}}}: {fault}") from fault

    def entries(self, loop: Loop, local: Mapping[str, Value]) -> list[dict[str, Value]]:
        """Return the variables of each round of a loop."""
        over = self.value(loop.over, local)
        if over is None:
            return []
        rounds = over if isinstance(over, list) else [over]
        return [{**local, loop.name: one} for one in rounds]

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
