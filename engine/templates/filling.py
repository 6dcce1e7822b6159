"""A template compiled once and filled as often as wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from engine.feel import Value
from engine.templates import docx
from engine.templates.pieces import Choice, Filling, Gap, Loop, Piece, TemplateError, parse, written
from ledger import words

__all__ = ["KINDS", "Template", "TemplateError", "compile_template"]

MOST_BYTES = 5 * 1024 * 1024
KINDS = ("txt", "md", "csv", "html", "docx")
"""What a template can be, by the ending of its name."""


@dataclass(frozen=True, slots=True)
class Template:
    """A document with gaps; `ending` is that of the documents it makes.

    `fill` takes the variables and the present instant. Raises TemplateError.
    """

    ending: str
    fill: Callable[[Mapping[str, Value], datetime], bytes]


def compile_template(name: str, content: bytes) -> Template:
    """Return a template with every expression compiled. Raises TemplateError with what is wrong."""
    ending = name.rpartition(".")[2].lower()
    if ending not in KINDS or len(content) > MOST_BYTES:
        raise TemplateError(
            words.say(
                "Expected a template of at most %(most)s bytes that ends with %(kinds)s",
                most=MOST_BYTES,
                kinds=KINDS,
            )
        )
    if ending == "docx":
        return Template(ending, docx.compile_docx(content))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise TemplateError(
            words.say("Expected a text in UTF-8, but %(fault)s", fault=fault.reason)
        ) from fault
    pieces = parse(text)
    say: Callable[[str], str] = escape if ending == "html" else str

    def fill(variables: Mapping[str, Value], now: datetime) -> bytes:
        parts: list[str] = []
        _fill(pieces, Filling(variables, now), {}, say, parts)
        return "".join(parts).encode(errors="replace")

    return Template(ending, fill)


def _fill(
    pieces: tuple[Piece, ...],
    filling: Filling,
    local: Mapping[str, Value],
    say: Callable[[str], str],
    parts: list[str],
) -> None:
    for piece in pieces:
        if isinstance(piece, str | Gap):
            text = piece if isinstance(piece, str) else say(written(filling.value(piece, local)))
            filling.grow(len(text))
            parts.append(text)
        elif isinstance(piece, Loop):
            for entry in filling.entries(piece, local):
                _fill(piece.body, filling, entry, say, parts)
        elif isinstance(piece, Choice):
            chosen = piece.then if filling.is_true(piece, local) else piece.otherwise
            _fill(chosen, filling, local, say, parts)
