"""The parts of a level as a process file writes them: people, priority, ways, values of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from ledger.words import say

Priority = Literal["low", "normal", "high"]
Hours = Literal["now", "opening"]
PRIORITIES: tuple[str, ...] = get_args(Priority)
CHANNELS = ("inbox", "mail", "webhook")


class LadderError(ValueError):
    """The text is no ladder; the message names the level and what to write."""


def text(document: Mapping[str, object], part: str) -> str | None:
    """Return a part that is a text, None where it is left out. Raises LadderError, as all here do."""
    value = document.get(part)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return value.strip()
    raise LadderError(say("%(part)s: expected text, not %(found)s.", part=part, found=repr(value)))


def people(value: object) -> tuple[str, ...]:
    """Return whom a level tells: a list, or names with commas between them."""
    if value is None:
        return ()
    if isinstance(value, str):
        return tuple(dict.fromkeys(filter(None, (word.strip() for word in value.split(",")))))
    if isinstance(value, Sequence) and all(isinstance(word, str) for word in value):
        return tuple(dict.fromkeys(str(word) for word in value))
    raise LadderError(
        say(
            "notify: expected people such as [responsible, head], not %(found)s.", found=repr(value)
        )
    )


def priority(value: str | None) -> Priority | None:
    """Return the priority that a level sets, None where it sets none."""
    for known in PRIORITIES:
        if value == known:
            return known  # type: ignore[return-value]  # it is one of the literal's own words
    if value is not None:
        raise LadderError(
            say("priority: expected %(names)s, not '%(text)s'.", names=PRIORITIES, text=value)
        )
    return None


def hours(value: str) -> Hours:
    """Return whether a level waits for working hours: `now` or `opening`."""
    if value == "now":
        return "now"
    if value == "opening":
        return "opening"
    raise LadderError(say("hours: expected now or opening, not '%(text)s'.", text=value))


def ways(value: object) -> tuple[str, ...]:
    """Return the ways besides the inbox; left out: by mail."""
    if value is None or value == "":
        return ("mail",)
    words = value.split(",") if isinstance(value, str) else value
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise LadderError(
            say("how: expected ways such as [mail, webhook], not %(found)s.", found=repr(value))
        )
    listed = dict.fromkeys(str(word).strip() for word in words)
    for word in listed:
        if word not in CHANNELS:
            raise LadderError(
                say("how: expected %(names)s, not '%(text)s'.", names=CHANNELS, text=word)
            )
    return tuple(word for word in listed if word != "inbox")


def sets(value: object) -> tuple[tuple[str, str], ...]:
    """Return which fields of the record get which values; both are plain texts."""
    if value is None or value == "":
        return ()
    if not isinstance(value, Mapping):
        raise LadderError(
            say(
                "set: expected fields such as {deal.priority: high}, not %(found)s.",
                found=repr(value),
            )
        )
    for name, given in value.items():
        _check_set(name, given)
    return tuple((str(name), str(given)) for name, given in value.items())


def _check_set(name: object, given: object) -> None:
    root, _, path = str(name).partition(".")
    if not root or not path:
        raise LadderError(
            say(
                "set: expected a field of the record such as deal.priority, not '%(name)s'.",
                name=name,
            )
        )
    if not isinstance(given, str):
        raise LadderError(
            say(
                "set: expected a plain value for %(name)s, not %(found)s.",
                name=name,
                found=repr(given),
            )
        )
    if given.lstrip().startswith("="):
        raise LadderError(
            say("set: a level sets plain values; '%(text)s' is an expression.", text=given)
        )
