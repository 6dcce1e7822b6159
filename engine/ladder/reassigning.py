"""What a new holder does to a promise of time: nothing, a new beginning, or some time at least."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.calendar import Deadline, DeadlineError
from ledger.words import say

FORMS = say("Write continue, restart, or grace with a time such as 'grace 4 working hours'.")


class ReassigningError(ValueError):
    """The text is no such rule; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Reassigning:
    """`continue` leaves the due date, `restart` begins the promise again, `grace` leaves at least that much time."""

    policy: Literal["continue", "restart", "grace"] = "continue"
    grace: Deadline | None = None

    @staticmethod
    def parse(text: str) -> Reassigning:
        """Read ``continue``, ``restart``, ``grace PT4H``. Raises ReassigningError for anything else."""
        word, _, time = " ".join(text.split()).partition(" ")
        if word == "continue" and not time:
            return Reassigning("continue")
        if word == "restart" and not time:
            return Reassigning("restart")
        if word != "grace" or not time:
            raise ReassigningError(
                say(
                    "'%(text)s' does not say what a new holder changes. %(forms)s",
                    text=text,
                    forms=FORMS,
                )
            )
        try:
            return Reassigning("grace", Deadline.parse(time))
        except DeadlineError as fault:
            raise ReassigningError(fault.args[0]) from None

    def __str__(self) -> str:
        return self.policy if self.grace is None else f"{self.policy} {self.grace}"
