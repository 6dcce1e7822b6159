"""Event definitions (BPMN 10.5.5); an expression that the file leaves out is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.bpmn.graph.parts import IoMapping
from engine.feel import Expression


@dataclass(frozen=True, slots=True)
class Timer:
    """`timeDate`, `timeDuration`, `timeCycle` by the wall clock; `clock` binds it to the stage clock instead."""

    kind: Literal["date", "duration", "cycle", "clock"]
    expression: Expression | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message by name; `correlation` maps a key's property to the expression over the waiting case's variables."""

    name: str | Expression
    correlation: Mapping[str, Expression] = field(default_factory=dict)
    retrieval: Mapping[str, Expression] = field(default_factory=dict)
    outputs: tuple[IoMapping, ...] = ()


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal by name: every catcher hears it (BPMN 10.5.4)."""

    name: str | Expression


@dataclass(frozen=True, slots=True)
class Error:
    """`code` None catches every error; thrown, it is the error's code."""

    code: str | None
    name: str | None = None
    code_variable: str | None = None
    message_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Escalation:
    """`code` None catches every escalation."""

    code: str | None
    name: str | None = None
    code_variable: str | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    """Fires when the condition becomes true."""

    condition: Expression


@dataclass(frozen=True, slots=True)
class Compensation:
    """Undoes `activity`, or every completed activity of the scope; `waits` as `waitForCompletion` says."""

    activity: str | None = None
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Cancel:
    """Cancels the transaction around it (BPMN 13.4.5)."""


@dataclass(frozen=True, slots=True)
class Terminate:
    """Ends its process at once."""


@dataclass(frozen=True, slots=True)
class Link:
    """Goes on at the catch event of the same name, in the same scope."""

    name: str


EventDefinition = (
    Timer
    | Message
    | Signal
    | Error
    | Escalation
    | Conditional
    | Compensation
    | Cancel
    | Terminate
    | Link
)
