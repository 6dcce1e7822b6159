"""What can go wrong in FEEL: a text that cannot be read, and work beyond the limits."""

from __future__ import annotations

from engine.feel.words import Sentence, said, say


class FeelError(Exception):
    """A FEEL text that cannot be compiled, with the place and, where there is one, a way out.

    `line` and `column` count from 1; `hint` is a sentence or None.
    """

    def __init__(
        self, message: str, line: int = 1, column: int = 1, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = said(message)
        self.line = line
        self.column = column
        self.hint = None if hint is None else said(hint)

    @property
    def sentence(self) -> Sentence:
        """What is wrong and the way out, without the place."""
        if not self.hint:
            return self.message
        return say("%(fault)s. %(hint)s", fault=self.message, hint=self.hint)

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: {self.message}"
        return f"{place}. {self.hint}" if self.hint else place


class LimitExceeded(Exception):  # noqa: N818 - the name says what happened, not that it is an error
    """An evaluation that would take more steps or memory than it is allowed."""

    @property
    def sentence(self) -> Sentence:
        """What was too much."""
        return said(self.args[0] if self.args else "")
