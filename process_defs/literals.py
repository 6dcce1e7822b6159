"""What a value without `=` means: the field's type decides, else what it looks like."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?")
DURATION = re.compile(
    r"P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+S)?)?"
)
RECORD_FIELD = re.compile(r"\b(deal|client)\.([^\W\d]\w*)")


def value(text: str, *, is_quoted: bool = False) -> object:
    """Return the number, date, instant, truth or nothing that a plain text looks like, else the text.

    `no`, `18:00` and `010` are texts; `1.10` is the decimal 1.10. A quoted text is a text.
    """
    if is_quoted:
        return text
    if text in ("true", "false"):
        return text == "true"
    if text in ("", "~", "null"):
        return None
    if NUMBER.fullmatch(text):
        return Decimal(text)
    return _temporal(text)


def _temporal(text: str) -> object:
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
        if INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        return text
    return text


def feel(text: str) -> str | None:
    """Return the FEEL of a plain text that is no text (`= …` in BPMN), or None where it is one."""
    found = value(text)
    if found is None:
        return "null"
    if isinstance(found, bool | Decimal):
        return text
    if isinstance(found, datetime):
        return f'date and time("{text}")'
    return f'date("{text}")' if isinstance(found, date) else None


def string(text: str) -> str:
    """Return a text as a FEEL string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
