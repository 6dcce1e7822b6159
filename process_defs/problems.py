"""What is wrong with a process file: the engine's own problems, and a text that has them."""

from __future__ import annotations

from collections.abc import Iterable

from engine.bpmn.problems import Problem, in_order

__all__ = ["Invalid", "Problem"]


class Invalid(Exception):  # noqa: N818  # what the text is, not what went wrong
    """The text is no process file, or one that leads nowhere; `problems` say why, in order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = in_order(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
