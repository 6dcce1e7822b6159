"""A command that was refused: nothing written, one reason, one sentence."""

from __future__ import annotations

from typing import Literal

Reason = Literal[
    "invalid_argument", "not_found", "already_exists", "invalid_state", "forbidden", "conflict"
]


class Rejection(Exception):  # noqa: N818  # a refusal is an answer, not an error of the program
    """The command was refused before anything changed.

    `sentence` says what was expected and what was found. `field` names the
    form field or argument that is to be mended, where there is one.
    """

    def __init__(self, reason: Reason, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.reason: Reason = reason
        self.sentence = sentence
        self.field = field


def invalid(sentence: str, *, field: str | None = None) -> Rejection:
    """An argument that cannot be accepted."""
    return Rejection("invalid_argument", sentence, field=field)


def not_found(what: str) -> Rejection:
    """Something named that does not exist, or that the actor may not know of."""
    return Rejection("not_found", f"Expected to find {what}, but there is none")


def forbidden(sentence: str) -> Rejection:
    """The actor lacks the right."""
    return Rejection("forbidden", sentence)


def invalid_state(sentence: str) -> Rejection:
    """The thing's lifecycle does not allow this step now."""
    return Rejection("invalid_state", sentence)
