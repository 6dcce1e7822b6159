"""The exact form of FEEL's values in JSON: what is kept today is read back tomorrow as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Final, cast

from engine.feel import durations, temporal, temporal_text
from engine.feel.errors import FeelError
from engine.feel.values import Function, Json, Range, Value, admit, kind
from engine.feel.words import say


def to_json(value: Value) -> Json:
    """The value as JSON that `from_json` reads back exactly; FeelError for functions.

    Whole `int`s, strings, booleans and null stay as they are; the rest is an object with one tag:
    `{"$decimal": "12.30"}`, `$date`, `$time`, `$datetime`, `$duration`, `$range`; a context with a
    name that begins with `$` is wrapped in `$context`.
    """
    try:
        return _json(value)
    except RecursionError:
        raise FeelError(say("the value is nested too deeply to be stored")) from None


def _json(value: Value) -> Json:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, list):
        return [_json(item) for item in value]
    if isinstance(value, dict):
        plain = {key: _json(item) for key, item in value.items()}
        return {"$context": plain} if any(key.startswith("$") for key in value) else plain
    if isinstance(value, Range):
        return {
            "$range": [
                _json(value.start),
                _json(value.end),
                value.start_included,
                value.end_included,
            ]
        }
    return _tagged(value)


def _tagged(value: Value) -> Json:
    match kind(value):
        case "number":
            return {"$decimal": str(admit(value))}
        case "date":
            return {"$date": temporal_text.write_date(value)}  # type: ignore[arg-type]  # the kind says so
        case "time":
            return {"$time": temporal_text.write_time(value)}  # type: ignore[arg-type]  # the kind says so
        case "date and time":
            return {"$datetime": _datetime_text(value)}
        case "days and time duration" | "years and months duration":
            return {"$duration": str(value)}
    if isinstance(value, Function):
        raise FeelError(say("a function cannot be stored: %(name)s", name=value.name))
    return _json(admit(value))


def _datetime_text(value: Value) -> str:
    """As FEEL writes it; the second pass of an hour that a clock change repeats is marked `#1`."""
    text = temporal_text.write_datetime(cast("temporal.DateTime", value))
    return f"{text}#1" if isinstance(value, dt.datetime) and value.fold and "@" in text else text


def _read_datetime(content: Json) -> Value:
    if not isinstance(content, str):
        raise TypeError(content)
    found = temporal_text.parse_datetime(content.removesuffix("#1"))
    return (
        found.replace(fold=1)
        if isinstance(found, dt.datetime) and content.endswith("#1")
        else found
    )


def from_json(data: Json) -> Value:
    """Read what `to_json` wrote; FeelError where a tag's content is not of its form."""
    try:
        return _read(data)
    except RecursionError:
        raise FeelError(say("the value is nested too deeply")) from None


def _read(data: Json) -> Value:
    if isinstance(data, list):
        return [_read(item) for item in data]
    if isinstance(data, dict):
        if len(data) == 1:
            ((tag, content),) = data.items()
            if tag in _READERS:
                return _read_tag(tag, content)
        return {key: _read(item) for key, item in data.items()}
    return admit(data) if isinstance(data, float) else data


def _read_tag(tag: str, content: Json) -> Value:
    try:
        value = _READERS[tag](content)
    except (TypeError, ValueError, AttributeError, InvalidOperation):
        value = None
    if value is None:
        raise FeelError(say("not a value of %(tag)s: %(content)s", tag=tag, content=repr(content)))
    return value


_FARTHEST = 6176
"""The farthest exponent of decimal128 (IEEE 754); as a whole number, what lies beyond would fill the memory."""


def _read_decimal(content: Json) -> Value:
    number = Decimal(content) if isinstance(content, str) else None
    if number is None or not number.is_finite() or abs(number.adjusted()) > _FARTHEST:
        return None
    return number


def _read_range(content: Json) -> Range:
    if not isinstance(content, list):
        raise TypeError(content)
    start, end, start_in, end_in = content
    return Range(
        _read(start),
        _read(end),
        start_included=start_in is True,
        end_included=end_in is True,
    )


def _read_context(content: Json) -> Value:
    return {key: _read(item) for key, item in content.items()}  # type: ignore[union-attr]  # a wrong form is an AttributeError


_READERS: Final[Mapping[str, Callable[[Json], Value]]] = {
    "$decimal": _read_decimal,
    "$date": temporal_text.parse_date,  # type: ignore[dict-item]
    "$time": temporal_text.parse_time,  # type: ignore[dict-item]
    "$datetime": _read_datetime,
    "$duration": durations.parse,  # type: ignore[dict-item]
    "$range": _read_range,
    "$context": _read_context,
}
