"""A definition's own tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from process_defs.language.texts import NOWHERE, Place, Said


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
