"""What a stage asks for, and where its answers lead."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from process_defs.language.texts import NOWHERE, Place, Said, Title

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
