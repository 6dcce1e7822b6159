"""What elements are made of: flows, mappings, references to people, clocks, form fields, outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.calendar import Deadline
from engine.feel import Expression
from engine.ladder import Ladder, Reassigning


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """A sequence flow (BPMN 8.4.13); without an id in the file it is `flow__<source>__<n>`."""

    id: str
    source: str
    target: str
    name: str | None = None
    condition: Expression | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class IoMapping:
    """One input or output: evaluate `source`, assign `target`."""

    target: str
    source: Expression
    optional: bool = False
    """A data association: where the source has no value yet, nothing moves and the target keeps its own."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A person or group, resolved when needed: words (`group:legal`, `manager of deal.owner`) or FEEL."""

    text: str
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class ClockRule:
    """A deadline in working time with its ladder; compiled data, never copied into rows."""

    kind: Literal["stage", "response", "case"]
    deadline: Deadline | Expression
    ladder: Ladder | None = None
    calendar: str | None = None
    reassigned: Reassigning = field(default_factory=Reassigning)
    """What a new holder changes."""
    pausable: Deadline | None = None
    """For how long at most whoever holds the task may stop the clock; None: he may not."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form.

    `type`: text, number, money, percent, date, datetime, boolean, choice, person, file.
    """

    name: str
    type: str
    label: str | None = None
    required: bool = False
    of: tuple[str, ...] = ()
    default: Expression | None = None
    help: str | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    """The label by language code."""
    option_titles: Mapping[str, str] = field(default_factory=dict)
    """What a person reads for each value in `of`; a value that is missing is shown as it is."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A named way out of a stage, shown as a button; `ask` are the fields asked for when it is chosen."""

    id: str
    title: str
    ask: tuple[FormField, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title by language code."""
