"""A process, its data, and all that one file defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.bpmn.graph.elements import Element
from engine.bpmn.graph.parts import ClockRule
from engine.feel import Expression


@dataclass(frozen=True, slots=True)
class DataObject:
    """A variable that the model draws; `store`: one that outlives the case."""

    id: str
    name: str
    is_collection: bool = False
    store: bool = False


@dataclass(frozen=True, slots=True)
class Campaign:
    """How a cron line starts cases: `clients` are filters in words for one case a client, None for one in all.

    `makes_up` says that each missed run is made up for, not all of them by one.
    """

    clients: tuple[tuple[str, str], ...] | None = None
    makes_up: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One executable process of a file. `elements` holds every element, also those inside sub-processes."""

    id: str
    name: str | None = None
    line: int = 0
    executable: bool = True
    elements: Mapping[str, Element]
    children: Mapping[str | None, tuple[str, ...]]
    """Ids of the elements directly inside a sub-process; under None, inside the process."""
    starts: Mapping[str | None, tuple[str, ...]]
    """Where a token enters: none start events, else elements without incoming flows (BPMN 13.2)."""
    event_subprocesses: Mapping[str | None, tuple[str, ...]] = field(default_factory=dict)
    data: tuple[DataObject, ...] = ()
    stores: frozenset[str] = frozenset()
    """Names that mean a data store: its value outlives the case."""
    properties: tuple[tuple[str, Expression | None], ...] = ()
    roles: Mapping[str, str] = field(default_factory=dict)
    """`kontor:role`: name used in references → person in words."""
    owner: str | None = None
    subject: str | None = None
    """`client`, `deal` or None."""
    calendar: str | None = None
    case_clock: ClockRule | None = None
    unique_per_subject: bool = False
    schedules: tuple[str, ...] = ()
    """`start: every`, cron lines in the calendar's zone."""
    campaigns: Mapping[str, Campaign] = field(default_factory=dict)
    """What a cron line does beside starting one case, by the line."""
    conditions: tuple[Expression, ...] = ()
    """`start: when`, asked when a record of the subject's kind changes."""
    titles: Mapping[str, str] = field(default_factory=dict)
    decisions: str | None = None
    """`kontor:decisions`: a decision model that belongs to this process alone, as DMN."""
    paths: frozenset[tuple[str, ...]] = frozenset()
    """Every subject field that an expression of the process names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFlow:
    """A message flow between two pools: from an element or pool to an element or pool (BPMN 9.4)."""

    id: str
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All that one file defines; `processes` by id, executable ones and drawings."""

    processes: Mapping[str, Process]
    message_flows: tuple[MessageFlow, ...] = ()
