"""A decision as a stage: a table written in place, or a decision that is deployed on its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from process_defs.language.texts import NOWHERE, Place, Said, Title

POLICIES = {
    "unique": ("UNIQUE", None),
    "any": ("ANY", None),
    "first": ("FIRST", None),
    "priority": ("PRIORITY", None),
    "collect": ("COLLECT", None),
    "sum": ("COLLECT", "SUM"),
    "min": ("COLLECT", "MIN"),
    "max": ("COLLECT", "MAX"),
    "count": ("COLLECT", "COUNT"),
    "rule order": ("RULE ORDER", None),
    "output order": ("OUTPUT ORDER", None),
}
"""The words for DMN's hit policies and aggregations."""
LISTS = frozenset({"collect", "rule order", "output order"})
"""Policies by which all rules that apply give a result."""
OUTCOME = "outcome"
"""The output that is the outcome of the stage."""


@dataclass(frozen=True, slots=True)
class Column:
    """What a table looks at: an expression; `of` are the values it may have."""

    value: Said
    type: str | None = None
    title: Title | None = None
    of: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What a table gives: a variable; `of` are its values, the first of the highest priority."""

    name: Said
    type: str | None = None
    title: Title | None = None
    of: tuple[Said, ...] = ()
    default: Said | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: what must hold, and what is then given."""

    when: tuple[Said, ...]
    then: tuple[Said, ...]
    note: str | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Rules:
    """A decision table written in place."""

    inputs: tuple[Column, ...]
    outputs: tuple[Result, ...]
    rules: tuple[Rule, ...]
    hit: str = "unique"
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Decide:
    """A decision: `rules` in place, or a `decision` by id in a `version` (a number or `latest`).

    `gives` is the variable that holds the whole result.
    """

    rules: Rules | None = None
    decision: Said | None = None
    version: str = "latest"
    gives: Said | None = None
