"""Values of processes as JSON of other programs: plain outwards, exact inwards."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Never

import orjson

from engine.feel import Value, values

NUL = "\x00"


def parse(body: bytes) -> Any:
    """Return a JSON text with its decimal numbers exact. Raises ValueError with words for the sender."""
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except RecursionError as fault:
        raise ValueError("it is nested too deeply") from fault
    if _has_nul(found):
        raise ValueError("it holds a character that no text can keep (U+0000)")
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
    written = values.to_json(value)
    if isinstance(written, dict) and len(written) == 1:
        ((tag, content),) = written.items()
        return content if tag in ("$date", "$time", "$datetime", "$duration") else written
    return written


def _written(value: object) -> Any:
    if isinstance(value, Decimal | int):
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no value of JSON")


def _no_number(name: str) -> Never:
    raise ValueError(f"{name} is no number of JSON")


def _has_nul(found: object) -> bool:
    if isinstance(found, str):
        return NUL in found
    if isinstance(found, dict):
        return any(NUL in name or _has_nul(one) for name, one in found.items())
    return isinstance(found, list) and any(_has_nul(one) for one in found)
