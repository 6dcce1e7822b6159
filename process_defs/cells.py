"""Cells of a decision table as FEEL: plain words are texts, so that an owner need not quote them."""

from __future__ import annotations

import re

from process_defs import literals
from process_defs.language import Said

WORDS = r"[^\W\d][\w-]*(?: [\w-]+)*"
LISTED = re.compile(rf"{WORDS}(?:\s*,\s*{WORDS})*")
ANYTHING = frozenset({"", "-", "any"})
FEEL_WORDS = frozenset({"true", "false", "null"})


def test(text: str) -> str:
    """Return what must hold, as unary tests: `phone, mail` are two texts, `< 5` stays; `-` is anything."""
    bare = text.strip()
    if bare in ANYTHING:
        return "-"
    if LISTED.fullmatch(bare) and not bare.startswith("not "):
        return ", ".join(_word(word.strip()) for word in bare.split(","))
    return literals.feel(bare) or bare


def result(said: Said) -> str:
    """Return what is given, as FEEL: a text unless it begins with `=` or is a number, a date, true or false."""
    if said.is_expression:
        return said.expression
    if is_quoted(said.text):
        return said.text
    return literals.feel(said.text) or literals.string(said.text)


def is_quoted(text: str) -> bool:
    """Whether a text is a FEEL string already."""
    return len(text) > 1 and text[0] == text[-1] == '"'


def _word(word: str) -> str:
    return word if word in FEEL_WORDS else literals.string(word)
