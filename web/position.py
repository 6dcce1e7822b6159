"""Where a case stands: the stages as a bar, the elements as marks on the process map."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Row, select

from engine.bpmn import graph
from engine.waiting.cases import scopes
from ledger import event_log
from web import languages, visit

STAGES = frozenset(
    {"userTask", "manualTask", "receiveTask", "callActivity", "subProcess", "businessRuleTask"}
)
ENDED = frozenset({"task_completed", "job_completed"})
"""Events that say by themselves that an element was completed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the bar; `state` is done, here or ahead."""

    title: str
    state: str


@dataclass(frozen=True, slots=True)
class Position:
    """Ids of the elements where tokens are, and of those that were completed."""

    here: tuple[str, ...]
    done: tuple[str, ...]


def of_case(case: Row[Any]) -> Position:
    """Return the position of a case, its sub-processes' included."""
    tx = visit.tx()
    rows = tx.execute(select(scopes.c.tokens).where(scopes.c.case_id == case.id)).scalars()
    here = {element for text in (case.tokens, *rows) for element in elements(text)}
    done: set[str] = set()
    for event in event_log.of_case(tx, case.id):
        done.update(_completed(event))
        renamed = (event.data or {}).get("mapping") if event.kind == "case_migrated" else None
        done = {renamed.get(element, element) for element in done} if renamed else done
    return Position(tuple(sorted(here)), tuple(sorted(done - here)))


def bar(process: graph.Process, position: Position) -> list[Stage]:
    """Return the stages of a process from the start on, each once, with what is done and where the case is."""
    here, done = _climbed(process, position.here), set(position.done)
    return [
        Stage(
            languages.titled(getattr(element, "title", None), element.name or element.id),
            "here" if element.id in here else "done" if element.id in done else "ahead",
        )
        for element in _in_order(process)
        if element.kind in STAGES and not getattr(element, "triggered_by_event", False)
    ]


def _climbed(process: graph.Process, here: Iterable[str]) -> Collection[str]:
    """Return the elements and all sub-processes around them."""
    found: set[str] = set()
    for one in here:
        at = process.elements.get(one)
        while at is not None and at.id not in found:
            found.add(at.id)
            at = process.elements.get(at.parent or "")
    return found


def _in_order(process: graph.Process) -> list[graph.Element]:
    """Return the process's own elements as a token meets them, default ways first."""
    ahead, seen = list(process.starts.get(None, ())), dict[str, graph.Element]()
    while ahead:
        element = process.elements.get(ahead.pop(0))
        if element is None or element.id in seen:
            continue
        seen[element.id] = element
        ahead.extend(flow.target for flow in element.outgoing)
        ahead.extend(getattr(element, "boundary", ()))
    return list(seen.values())


def elements(packed: str | None) -> list[str]:
    """Return the elements of a row's tokens, which are packed as [id, element, phase, …]."""
    return [str(token[1]) for token in orjson.loads(packed)["t"]] if packed else []


def _completed(event: Row[Any]) -> list[str]:
    if event.kind in ENDED:
        return [event.element]
    if event.kind != "case_advanced":
        return []
    return [str(passed[0]) for passed in (event.data or {}).get("completed", ())]
