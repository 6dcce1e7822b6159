"""Reading the values a built-in was given: the right kind, or null with a problem."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from engine.feel.frame import Frame
from engine.feel.values import Value, a_kind, admit
from engine.feel.words import a_kind_of

_LARGEST: Final = 10**15
_CHARGED_FROM: Final = 100
"""Items from which on reading a list counts as work."""


def single(value: Value) -> Value:
    """A list of one item as the item (DMN 1.5, 10.3.2.9.4); anything else as it is."""
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def number(frame: Frame, name: str, value: Value) -> Decimal | None:
    """The value as a number; a list of one number is that number."""
    if type(value) is Decimal:
        return value
    value = admit(single(value))
    return value if isinstance(value, Decimal) else wrong(frame, name, "number", value)


def whole(frame: Frame, name: str, value: Value) -> int | None:
    """The value as a whole number, the fraction cut off."""
    found = number(frame, name, value)
    if found is None:
        return None
    if abs(found) > _LARGEST:
        return frame.problem("%(name)s: the number is too large", name=name)
    return int(found)


def text(frame: Frame, name: str, value: Value) -> str | None:
    """The value as a string; a list of one string is that string."""
    value = single(value)
    return value if isinstance(value, str) else wrong(frame, name, "string", value)


def items(frame: Frame, name: str, value: Value) -> list[Value] | None:
    """The value as a list, a single value being a list of one; the work is charged."""
    if value is None:
        return wrong(frame, name, "list", value)
    found: list[Value] = value if isinstance(value, list) else [value]
    if len(found) > _CHARGED_FROM:
        frame.work().charge(len(found))
    return found


def several(frame: Frame, name: str, values: tuple[Value, ...]) -> list[Value] | None:
    """One list, or the values themselves where there are several."""
    return items(frame, name, values[0]) if len(values) == 1 else list(values)


def wrong(frame: Frame, name: str, wanted: str, value: Value) -> None:
    """Say that a value is not of the kind wanted; the result is null."""
    frame.problem(
        "%(name)s: expected %(wanted)s, found %(kind)s",
        name=name,
        wanted=a_kind_of(wanted),
        kind=a_kind(value),
    )
