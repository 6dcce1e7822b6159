"""Values of processes as JSON of other programs: plain outwards, exact inwards."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Any, Never

import orjson

from engine.feel import Value, json_form, values

NUL = "\x00"
DEEPEST = 100
"""Levels of lists and objects inside each other: what walks through values does so by recursion."""
TOO_DEEP = f"it is nested too deeply, beyond {DEEPEST} levels"
LARGEST_EXPONENT = 6144
"""That of decimal128, in which FEEL reckons (DMN 1.5, 10.3.2.3.1); what lies beyond could fill the memory."""


def parse(body: bytes) -> Any:
    """Return a JSON text with its decimal numbers exact. Raises ValueError with words for the sender."""
    try:
        found = json.loads(body, parse_float=_number, parse_constant=_no_number)
    except RecursionError as fault:
        raise ValueError(TOO_DEEP) from fault
    if _has_broken_text(found, DEEPEST):
        raise ValueError(
            "it holds a character that no text can keep (U+0000, or half of a surrogate pair)"
        )
    return found


def admitted(found: Any) -> Value:
    """Return parsed JSON as a value as it stands: an object with a tag stays an object."""
    if isinstance(found, list):
        return [admitted(one) for one in found]
    if isinstance(found, dict):
        return {name: admitted(one) for name, one in found.items()}
    return values.admit(found) if isinstance(found, Decimal) else found


def write(answer: Any) -> bytes:
    """Return an answer as JSON; decimals and long whole numbers keep all their digits."""
    return orjson.dumps(answer, default=_written)


def plain(value: Value) -> Any:
    """Return a value as other languages know it: dates, times and durations as ISO 8601 texts."""
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int | Decimal):
        return orjson.Fragment(str(value))
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    written = json_form.to_json(value)
    if isinstance(written, dict) and len(written) == 1:
        ((tag, content),) = written.items()
        return content if tag in ("$date", "$time", "$datetime", "$duration") else written
    return written


def _written(value: object) -> Any:
    if isinstance(value, Decimal | int):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no value of JSON")


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = None
    if number is None or abs(number.adjusted()) > LARGEST_EXPONENT:
        raise ValueError(
            f"{text[:40]} is larger or smaller than any number that can be reckoned with"
        )
    return number


def _no_number(name: str) -> Never:
    raise ValueError(f"{name} is no number of JSON")


def _has_broken_text(found: object, levels: int) -> bool:
    if isinstance(found, str):
        return _is_broken(found)
    if not isinstance(found, dict | list):
        return False
    if not levels:
        raise ValueError(TOO_DEEP)
    if isinstance(found, dict):
        return any(
            _is_broken(name) or _has_broken_text(one, levels - 1) for name, one in found.items()
        )
    return any(_has_broken_text(one, levels - 1) for one in found)


def _is_broken(text: str) -> bool:
    if NUL in text:
        return True
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
