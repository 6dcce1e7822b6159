"""A stage and the kinds of work that it may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from process_defs.language.decisions import Decide
from process_defs.language.forms import Field, Goto, Outcome
from process_defs.language.texts import NOWHERE, Assignment, Place, Said, Title

DONE = "done"
"""The outcome of a stage that names none."""
APPROVED = "approved"
DECLINED = "declined"
END = "end"
"""The end behind the last stage; `ends` may say what it sets."""
NEXT = "next"
"""As a target: the stage that follows, behind the last one of a branch the end of the branch."""


@dataclass(frozen=True, slots=True)
class Skip:
    """When a stage is passed over, and the outcome that this stands for."""

    when: Said
    outcome: Said


@dataclass(frozen=True, slots=True)
class Each:
    """A stage done once for each item of a list, at the same time or one after another."""

    items: Said
    name: Said
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Work for a person."""

    responsible: Said | None = None
    excluded: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Approve:
    """A vote: one each of `by`. `needed` yeses decide; `all` is the number of voters, `any` is 1."""

    by: tuple[Said, ...]
    rule: Said
    excluded: tuple[Said, ...] = ()

    @property
    def needed(self) -> int:
        if self.rule.text == "all":
            return len(self.by)
        return 1 if self.rule.text == "any" else int(self.rule.text.split()[0])


@dataclass(frozen=True, slots=True)
class Wait:
    """Waiting for a message, an instant or a condition; exactly one of the three is given."""

    message: Said | None = None
    until: Said | None = None
    condition: Said | None = None
    match: tuple[Assignment, ...] = ()
    gives: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Auto:
    """Work that a program does, by topic; `gives` are the variables that it answers with."""

    topic: Said
    retries: int = 3
    inputs: tuple[Assignment, ...] = ()
    gives: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """Another definition run as one stage; `gives` maps a variable here to an expression over its variables."""

    process: Said
    inputs: tuple[Assignment, ...] = ()
    gives: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Parallel:
    """Branches that run at the same time; the stage is done when all are."""

    branches: tuple[tuple[Stage, ...], ...]


@dataclass(frozen=True, slots=True)
class Draw:
    """A part that only BPMN can say: a BPMN file of one process, kept whole as it was drawn.

    `indent` is how far its lines are moved to the right in the text, None where they cannot be told apart.
    """

    said: Said
    indent: int | None = field(default=None, compare=False)

    def place(self, line: int, column: int) -> Place:
        """Return where a place of the drawing stands in the text."""
        here = self.said.place
        if self.indent is None:
            return here
        return Place(here.line + line, self.indent + column, here.start, here.end)


Work = Person | Approve | Wait | Auto | Run | Decide | Parallel | Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One row of the table: what is done, by whom, by when, and where it leads."""

    id: str
    work: Work
    place: Place = field(default=NOWHERE, compare=False)
    block: Place = field(default=NOWHERE, compare=False)
    """The whole text of the stage, from its first key to its last value."""
    title: Title | None = None
    deadline: Said | None = None
    ladder: Said | None = None
    calendar: Said | None = None
    on_reassign: Said | None = None
    may_pause: Said | None = None
    """What a new holder does to the deadline: continue, restart, grace with a time."""
    sets: tuple[Assignment, ...] = ()
    form: tuple[Field, ...] = ()
    require: tuple[Said, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    skip: Skip | None = None
    on_due: Goto | None = None
    each: Each | None = None

    @property
    def outcome_ids(self) -> tuple[str, ...]:
        """What may come out; `done` where nothing is said, the two answers of a vote."""
        if self.outcomes:
            return tuple(outcome.id for outcome in self.outcomes)
        return (APPROVED, DECLINED) if isinstance(self.work, Approve) else (DONE,)

    @property
    def variable(self) -> str:
        """The variable that holds the outcome."""
        return f"{self.id.replace('-', '_')}_outcome"

    @property
    def votes(self) -> str:
        """The variable that holds the answers of a vote, as far as they are given."""
        return f"{self.id.replace('-', '_')}_votes"

    @property
    def is_framed(self) -> bool:
        """Whether parallel branches need a sub-process around them: for a clock or an assignment."""
        is_bare = not (self.deadline or self.on_due or self.sets)
        return isinstance(self.work, Parallel) and not is_bare


def walk(stages: tuple[Stage, ...]) -> Iterator[Stage]:
    """Yield `stages` and, behind each frame, the stages of its branches."""
    for stage in stages:
        yield stage
        if isinstance(stage.work, Parallel):
            for branch in stage.work.branches:
                yield from walk(branch)
