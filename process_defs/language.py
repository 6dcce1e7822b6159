"""A definition as its owner wrote it: immutable, typed, each part with its place in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Subject = Literal["client", "deal"]
FieldType = Literal[
    "text", "number", "money", "percent", "date", "datetime", "boolean", "choice", "person", "file"
]
FIELD_TYPES: tuple[FieldType, ...] = (
    "text",
    "number",
    "money",
    "percent",
    "date",
    "datetime",
    "boolean",
    "choice",
    "person",
    "file",
)
DONE = "done"
"""The outcome of a stage that names none."""
APPROVED = "approved"
DECLINED = "declined"
END = "end"
"""The end behind the last stage; `ends` may say what it sets."""
NEXT = "next"
"""As a target: the stage that follows, behind the last one of a branch the end of the branch."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: `line` and `column` from 1, `start` and `end` as indices into the text."""

    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Said:
    """A scalar as written: its text and its place."""

    text: str
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def is_expression(self) -> bool:
        """Whether the value is computed: it begins with `=`."""
        return self.text.lstrip().startswith("=")

    @property
    def expression(self) -> str:
        """The FEEL text, without the `=`."""
        return self.text.strip().removeprefix("=").strip()


@dataclass(frozen=True, slots=True)
class Title:
    """A text for people. `words` maps a language to it; one that names no language stands under ``""``."""

    words: Mapping[str, str]
    place: Place = field(default=NOWHERE, compare=False)

    def __str__(self) -> str:
        return self.said_in("en")

    def said_in(self, language: str) -> str:
        """Return the text in `language`, else without a language, else in English, else the first."""
        for wanted in (language, "", "en"):
            if wanted in self.words:
                return self.words[wanted]
        return next(iter(self.words.values()), "")

    @property
    def translations(self) -> Mapping[str, str]:
        return {language: text for language, text in self.words.items() if language}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    value: str
    title: Title | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; `name` is a variable or a subject's field such as `deal.amount`."""

    name: str
    type: FieldType = "text"
    title: Title | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    default: Said | None = None
    help: str | None = None
    place: Place = field(default=NOWHERE, compare=False)
    is_bare: bool = False
    """Only named (`ask: [lost_reason]`): type and title are those of the field of that name elsewhere."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A field or variable and the value it gets."""

    target: Said
    value: Said


@dataclass(frozen=True, slots=True)
class Goto:
    """Where an outcome leads: to a stage or to an end."""

    name: Said
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """A named way out of a stage; without `goto` its owner has forgotten to say where it leads."""

    id: str
    goto: Goto | None = None
    title: Title | None = None
    ask: tuple[Field, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


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
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Who is told when, from the first warning to the last step."""

    id: str
    levels: tuple[Level, ...]
    place: Place = field(default=NOWHERE, compare=False)


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


Work = Person | Approve | Wait | Auto | Run | Parallel


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


@dataclass(frozen=True, slots=True)
class End:
    """A way in which the case ends, and what that sets."""

    id: str
    title: Title | None = None
    sets: tuple[Assignment, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a case by itself: a condition on a record, a schedule, a message."""

    kind: Literal["when", "every", "message"]
    said: Said


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


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a test: complete a stage, send a message or signal, do a job, let time pass."""

    kind: Literal["do", "message", "signal", "job", "pass"]
    what: Said
    outcome: Said | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expect:
    """What a test looks at after its last step; None is not looked at."""

    end: Said | None = None
    path: tuple[str, ...] | None = None
    waits_at: tuple[str, ...] | None = None
    alerted: tuple[str, ...] | None = None
    values: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Test:
    """A story about the definition that must stay true; `given` are fields by subject, and variables."""

    __test__ = False

    name: str
    given: Mapping[str, object]
    steps: tuple[Step, ...]
    expect: Expect
    place: Place = field(default=NOWHERE, compare=False)


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


def walk(stages: tuple[Stage, ...]) -> Iterator[Stage]:
    """Yield `stages` and, behind each frame, the stages of its branches."""
    for stage in stages:
        yield stage
        if isinstance(stage.work, Parallel):
            for branch in stage.work.branches:
                yield from walk(branch)
