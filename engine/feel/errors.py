"""What can go wrong in FEEL: a text that cannot be read, and work beyond the limits."""

from __future__ import annotations


class FeelError(Exception):
    """A FEEL text that cannot be compiled, with the place and, where there is one, a way out.

    `line` and `column` count from 1; `hint` is a sentence or None.
    """

    def __init__(
        self, message: str, line: int = 1, column: int = 1, hint: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint

    @property
    def sentence(self) -> str:
        """What is wrong and the way out, without the place."""
        return f"{self.message}. {self.hint}" if self.hint else self.message

    def __str__(self) -> str:
        place = f"line {self.line}, column {self.column}: {self.message}"
        return f"{place}. {self.hint}" if self.hint else place


class LimitExceeded(Exception):  # noqa: N818 - the name says what happened, not that it is an error
    """An evaluation that would take more steps or memory than it is allowed."""
