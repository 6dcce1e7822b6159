"""What a process gives to a built-in service, read with the name of what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.feel import Value
from engine.jobs import BpmnError

INVALID = "INVALID_INPUT"
"""The code of a job whose inputs can never work, so that trying again makes no sense."""


def text(given: Mapping[str, Value], name: str, otherwise: str | None = None) -> str:
    """Return an input that is text; a number is written out."""
    value = given.get(name)
    if value is None or value == "":
        if otherwise is None:
            raise BpmnError(INVALID, f"Expected the input '{name}', but there is none")
        return otherwise
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise BpmnError(INVALID, f"Expected text as the input '{name}'")
    return str(value)


def texts(given: Mapping[str, Value], name: str) -> list[str]:
    """Return an input that is a text or a list of them; none where it is missing."""
    value = given.get(name)
    if value is None or value == "":
        return []
    found = value if isinstance(value, list) else [value]
    return [text({name: one}, name) for one in found]


def pairs(given: Mapping[str, Value], name: str) -> dict[str, str]:
    """Return an input that is a context of texts, such as headers."""
    value = given.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BpmnError(
            INVALID,
            f'Expected a context such as {{"Accept": "text/plain"}} as the input \'{name}\'',
        )
    return {key: text(value, key, "") for key in value}


def number(given: Mapping[str, Value], name: str, otherwise: float, most: float) -> float:
    """Return an input that is a number from 0 to `most`."""
    value: Any = given.get(name)
    if value is None:
        return otherwise
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not 0 <= value <= most:
        raise BpmnError(INVALID, f"Expected a number from 0 to {most:g} as the input '{name}'")
    return float(value)
