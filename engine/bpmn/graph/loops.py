"""The two kinds of loop of an activity (BPMN 13.3.6, 13.3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.bpmn.graph.events import EventDefinition
from engine.feel import Expression


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """BPMN 13.3.6: repeat while `condition`, asked before (`test_before`) or after each round."""

    condition: Expression | None
    test_before: bool = False
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """BPMN 13.3.7. One of `cardinality` and `collection`; the events are those that `behaviour` throws."""

    sequential: bool
    cardinality: Expression | None = None
    collection: Expression | None = None
    item: str | None = None
    output_collection: str | None = None
    output_item: Expression | None = None
    completion: Expression | None = None
    behaviour: Literal["all", "one", "none", "complex"] = "all"
    none_event: EventDefinition | None = None
    one_event: EventDefinition | None = None
    complex_events: tuple[tuple[Expression, EventDefinition], ...] = ()
