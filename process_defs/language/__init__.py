"""A definition as its owner wrote it: immutable, typed, each part with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from process_defs.language.decisions import Decide
from process_defs.language.forms import FIELD_TYPES, Field, FieldType, Goto, Option, Outcome
from process_defs.language.stages import (
    APPROVED,
    DECLINED,
    DONE,
    END,
    NEXT,
    Approve,
    Auto,
    Draw,
    Each,
    Parallel,
    Person,
    Run,
    Skip,
    Stage,
    Wait,
    Work,
    walk,
)
from process_defs.language.stories import Expect, Step, Test
from process_defs.language.texts import NOWHERE, Assignment, Place, Said, Title

__all__ = [
    "APPROVED",
    "CLIENT_FILTERS",
    "DECLINED",
    "DONE",
    "END",
    "FIELD_TYPES",
    "NEXT",
    "NOWHERE",
    "OWN_FILTER",
    "Approve",
    "Assignment",
    "Auto",
    "CaseRule",
    "Decide",
    "Definition",
    "Draw",
    "Each",
    "End",
    "Expect",
    "Field",
    "FieldType",
    "Goto",
    "Ladder",
    "Level",
    "Option",
    "Outcome",
    "Parallel",
    "Person",
    "Place",
    "Run",
    "Said",
    "Skip",
    "Stage",
    "Start",
    "Step",
    "Subject",
    "Test",
    "Title",
    "Trigger",
    "Wait",
    "Work",
    "walk",
]

Subject = Literal["client", "deal"]


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a ladder; texts as written."""

    at: Said
    id: Said | None = None
    notify: tuple[Said, ...] = ()
    reassign: Said | None = None
    priority: Said | None = None
    start: Said | None = None
    hours: Said | None = None
    how: tuple[Said, ...] = ()
    sets: tuple[Assignment, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is told when, from the first warning to the last step."""

    id: str
    levels: tuple[Level, ...]
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class End:
    """A way in which the case ends, and what that sets."""

    id: str
    title: Title | None = None
    sets: tuple[Assignment, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


CLIENT_FILTERS = (
    "segment",
    "status",
    "kind",
    "tag",
    "without tag",
    "source",
    "country",
    "city",
    "language",
    "team",
    "owner",
    "no contact for",
    "contact within",
    "birthday",
    "created",
    "open deal",
    "won deal",
    "deal amount",
)
"""By what the clients of a schedule are chosen: by a segment, or by the words that a segment is made of."""
OWN_FILTER = "custom."
"""What stands before the key of a field of the company's own making."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a case by itself: a condition on a record, a schedule, a message.

    A schedule may start one case for each client that passes `clients` (None: one case in all), and
    may make up for `missed` runs: `once` or `all`.
    """

    kind: Literal["when", "every", "message"]
    said: Said
    clients: tuple[Assignment, ...] | None = None
    missed: Said | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Start:
    """How a case begins; by hand is always possible."""

    unique: bool = False
    triggers: tuple[Trigger, ...] = ()
    form: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseRule:
    """The promise for the whole case."""

    deadline: Said
    ladder: Said | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One process file. `text` is the source, `name` the file's name for messages."""

    id: str
    stages: tuple[Stage, ...]
    text: str = field(default="", compare=False)
    name: str = field(default="", compare=False)
    title: Title | None = None
    subject: Subject | None = None
    owner: Said | None = None
    calendar: Said | None = None
    start: Start = Start()
    people: Mapping[str, Said] = field(default_factory=dict)
    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    ends: Mapping[str, End] = field(default_factory=dict)
    case: CaseRule | None = None
    tests: tuple[Test, ...] = ()

    def every_stage(self) -> Iterator[Stage]:
        """Yield all stages in order, those of branches after their frame."""
        yield from walk(self.stages)

    def stage(self, stage_id: str) -> Stage | None:
        """Return the stage of that id, wherever it stands."""
        return next((stage for stage in self.every_stage() if stage.id == stage_id), None)
