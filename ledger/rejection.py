"""A command that was refused: nothing written, one reason, one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from ledger import words

Reason = Literal[
    "invalid_argument", "not_found", "already_exists", "invalid_state", "forbidden", "conflict"
]


class Rejection(Exception):  # noqa: N818  # a refusal is an answer, not an error of the program
    """The command was refused before anything changed.

    `sentence` says what was expected and what was found: a literal with gaps
    (`%(name)s`) that `values` fill, so that it can be said in any language
    (`ledger.words`). `field` names the form field or argument that is to be
    mended, where there is one.
    """

    def __init__(
        self, reason: Reason, sentence: str, *, field: str | None = None, **values: object
    ) -> None:
        self.reason: Reason = reason
        self.sentence = _said(sentence, values)
        self.field = field
        super().__init__(str(self.sentence))


def invalid(sentence: str, *, field: str | None = None, **values: object) -> Rejection:
    """An argument that cannot be accepted."""
    return Rejection("invalid_argument", _said(sentence, values), field=field)


def not_found(what: str, **values: object) -> Rejection:
    """Something named that does not exist, or that the actor may not know of."""
    missing = words.say("Expected to find %(what)s, but there is none", what=_said(what, values))
    return Rejection("not_found", missing)


def forbidden(sentence: str, **values: object) -> Rejection:
    """The actor lacks the right."""
    return Rejection("forbidden", _said(sentence, values))


def invalid_state(sentence: str, **values: object) -> Rejection:
    """The thing's lifecycle does not allow this step now."""
    return Rejection("invalid_state", _said(sentence, values))


def _said(sentence: str, values: Mapping[str, object]) -> str:
    """Return a sentence that can be said again; one that was put together elsewhere stays what it is."""
    return sentence if isinstance(sentence, words.Sentence) else words.say(sentence, **values)
