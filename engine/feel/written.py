"""A value as FEEL writes it: what `string(…)` gives."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, cast

from engine.feel import temporal, temporal_text
from engine.feel.arithmetic import NUMBERS
from engine.feel.frame import Frame
from engine.feel.values import Function, Range, Value, admit, kind

_LONGEST: Final = 6_144
"""Digits of the longest number of the language; one from outside beyond it keeps its exponent."""
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


def plain_number(value: Decimal) -> str:
    """All digits, without an exponent."""
    return (
        format(NUMBERS.plus(value), "f")
        if value.is_finite() and abs(value.adjusted()) < _LONGEST
        else str(value)
    )


def quoted(text: str) -> str:
    """A string as a literal."""
    escaped = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\r", "\\r")
    )
    return f'"{escaped}"'


def written(frame: Frame, value: Value, *, nested: bool = False) -> str:
    """The value in FEEL; a string is quoted only inside lists and contexts."""
    frame.work().charge(1)
    match kind(value):
        case "null":
            return "null"
        case "boolean":
            return "true" if value else "false"
        case "number":
            return plain_number(cast("Decimal", admit(value)))
        case "string":
            return quoted(cast("str", value)) if nested else cast("str", value)
        case (
            "date"
            | "time"
            | "date and time"
            | "days and time duration"
            | "years and months duration"
        ):
            return f'@"{moment_text(value)}"' if nested else moment_text(value)
    return _compound(frame, value)


def moment_text(value: Value) -> str:
    """A date, time, both, or a duration, as a literal has it."""
    match kind(value):
        case "date":
            return temporal_text.write_date(cast("temporal.Date", value))
        case "time":
            return temporal_text.write_time(cast("temporal.Time", value))
        case "date and time":
            return temporal_text.write_datetime(cast("temporal.DateTime", value))
    return str(value)


def _compound(frame: Frame, value: Value) -> str:
    match value:
        case list():
            parts = [written(frame, item, nested=True) for item in value]
            frame.work().charge_text(sum(map(len, parts)))
            return f"[{', '.join(parts)}]"
        case dict():
            parts = [
                f"{_key(key)}: {written(frame, item, nested=True)}" for key, item in value.items()
            ]
            frame.work().charge_text(sum(map(len, parts)))
            return f"{{{', '.join(parts)}}}"
        case Range():
            return _range(frame, value)
        case Function():
            return f"function({', '.join(value.parameters)})"
    return str(admit(value)) if admit(value) is not None else "null"


def _key(key: str) -> str:
    return key if key.replace(" ", "_").isidentifier() else quoted(key)


def _range(frame: Frame, value: Range) -> str:
    if value.start is None or value.end is None:
        end = value.end if value.start is None else value.start
        included = value.end_included if value.start is None else value.start_included
        return f"{'<' if value.start is None else '>'}{'=' * included} {written(frame, end, nested=True)}"
    opening, closing = "[" if value.start_included else "(", "]" if value.end_included else ")"
    low, high = (written(frame, end, nested=True) for end in (value.start, value.end))
    return f"{opening}{low}..{high}{closing}"


def shown(value: Value) -> str:
    """The value as `string(…)` gives it, for people; LimitExceeded where that would be too long."""
    return written(Frame({}, _NEVER, None, [], None), value)
