"""Bytes become text: by their mark, as UTF-8, else by the language that they look like."""

from __future__ import annotations

import codecs
import re
from typing import Final

from ledger.rejection import invalid

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LETTER_RUN = re.compile(rb"[\xc0-\xff]{3,}")
# Between letters these are Polish letters; in Western Europe they are signs that no word has inside.
_POLISH = re.compile(rb"[A-Za-z\xf3\xea][\xb3\xb9\xbf\x9c\x9f]|[\xb3\xb9\xbf\x9c\x9f\xa3\xaf][a-z]")
FIRST_HIGH = 0x80
"""Where ASCII ends."""
FIRST_LETTER = 0xC0
"""Where the letters of the one-byte encodings begin."""
START = 200_000
"""Bytes from which the encoding is told."""


def decoded(content: bytes, encoding: str | None = None) -> tuple[str, str]:
    """Return the text and the encoding it was read in; a wished one is taken without a look.

    Raises `Rejection(invalid_argument)` for an encoding that does not exist or does not fit.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _text(content[len(mark) :], name), name
    name = encoding or _guess(content)
    return _text(content, name), name


def _text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as fault:
        raise invalid(
            "Expected a text in %(encoding)s, but %(fault)s; name another encoding",
            encoding=encoding,
            fault=fault,
            field="encoding",
        ) from fault


def _guess(content: bytes) -> str:
    start = content[:START]
    if b"\x00" in start:
        return "utf-16-be" if start[:1] == b"\x00" else "utf-16-le"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _by_language(start)
    return "utf-8"


def _by_language(start: bytes) -> str:
    """Tell Chinese, Cyrillic, Central and Western European writing apart by where their letters lie."""
    high = [byte for byte in start if byte >= FIRST_HIGH]
    in_words = sum(len(run) for run in _LETTER_RUN.findall(start))
    low = sum(1 for byte in high if byte < FIRST_LETTER)
    if low * 7 > len(high) and _is_chinese(start):
        return "gb18030"
    if in_words * 2 > len(high):
        return "cp1251"
    return "cp1250" if len(_POLISH.findall(start)) * 10 > len(high) else "cp1252"


def _is_chinese(start: bytes) -> bool:
    try:
        text = codecs.getincrementaldecoder("gb18030")().decode(start)
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if ord(letter) >= FIRST_HIGH]
    chinese = sum(
        1 for letter in foreign if "\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"
    )
    return chinese * 10 > len(foreign) * 9
