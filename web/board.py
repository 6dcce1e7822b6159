"""Moving a deal on the board: by an outcome of its process where one leads there, else by a plain change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine import user_tasks
from engine.bpmn import graph
from engine.waiting.tasks import IS_OPEN, tasks
from ledger.rejection import invalid_state
from ledger.transaction import Transaction
from web import languages, process_words, visit
from web.speech import gettext, listed

PATH = ("deal", "pipeline_stage")
FIELD = ".".join(PATH)


@dataclass(frozen=True, slots=True)
class Way:
    """An outcome of an open task that leads to a column; `asks` where the task's page must be filled in first."""

    task_id: int
    stage: str
    title: str
    outcome: str
    asks: bool


def ways(subjects: Iterable[str]) -> dict[str, list[Row[Any]]]:
    """Return the open tasks about each of `subjects` whose process moves the deal: one statement."""
    found: dict[str, list[Row[Any]]] = {}
    for row in visit.tx().execute(_open, {"subjects": list(subjects)}):
        if _moves_deals(process_words.process(row.definition_id)):
            found.setdefault(row.subject, []).append(row)
    return found


def leading(rows: Sequence[Row[Any]]) -> dict[str, Way]:
    """Return, by column, the first way that an open task offers to it."""
    found: dict[str, Way] = {}
    for row in rows:
        process = process_words.process(row.definition_id)
        element = process.elements[row.element]
        if not isinstance(element, graph.UserTask):
            continue
        for outcome in element.outcomes or (graph.Outcome("done", ""),):
            asks = bool(
                outcome.ask or element.requires or any(one.required for one in element.form)
            )
            title = process_words.element_title(row.definition_id, row.element)
            for stage in columns_after(process, element, outcome.id):
                found.setdefault(stage, Way(row.id, stage, title, outcome.id, asks))
    return found


def take(tx: Transaction, way: Way) -> None:
    """Complete the task with the outcome that leads to the column."""
    user_tasks.complete(tx, way.task_id, {}, outcome=way.outcome)


def refusal(rows: Sequence[Row[Any]], wanted: str) -> Exception:
    """Return why a column cannot be reached now, and which can."""
    row = rows[0]
    stage = process_words.element_title(row.definition_id, row.element)
    reachable = listed(sorted(leading(rows))) or gettext("no other column")
    return invalid_state(
        gettext(
            "“%(process)s” is at “%(stage)s” and does not lead to “%(wanted)s” from there, but to: %(reachable)s.",
            process=process_words.process_title(row.definition_id),
            stage=stage,
            wanted=wanted,
            reachable=reachable,
        )
    )


def columns_after(process: graph.Process, element: graph.Element, outcome: str) -> list[str]:
    """Return the columns that the path behind an outcome sets first, over gateways and skipped stages."""
    found: list[str] = []
    ahead = [flow.target for flow in _flows_of(process, element, outcome)]
    seen: set[str] = set()
    while ahead:
        at = process.elements.get(ahead.pop(0))
        if at is None or at.id in seen:
            continue
        seen.add(at.id)
        column = _column_set_by(at)
        if column is not None:
            found.append(column)
        elif isinstance(at, graph.Gateway):
            ahead.extend(flow.target for flow in at.outgoing)
    return found


def _flows_of(
    process: graph.Process, element: graph.Element, outcome: str
) -> Sequence[graph.SequenceFlow]:
    """Return the flows that an outcome takes: those of the gateway behind the stage whose id ends with it."""
    behind = [
        process.elements[flow.target]
        for flow in element.outgoing
        if flow.target in process.elements
    ]
    chosen = next((one for one in behind if one.id == f"{element.id}__outcome"), None)
    if chosen is None:
        return element.outgoing
    named = [flow for flow in chosen.outgoing if flow.id == f"flow__{element.id}__{outcome}"]
    return named or [flow for flow in chosen.outgoing if flow.name == outcome]


def _column_set_by(element: graph.Element) -> str | None:
    for mapping in element.sets:
        if mapping.target == FIELD and not mapping.source.paths:
            value = mapping.source.evaluate({}, now=visit.tx().now)
            return None if value is None else str(value)
    return None


_open = (
    select(tasks.c.id, tasks.c.subject, tasks.c.definition_id, tasks.c.element)
    .where(tasks.c.subject.in_(bindparam("subjects", expanding=True)), IS_OPEN)
    .order_by(tasks.c.id)
)


def _moves_deals(process: graph.Process) -> bool:
    return any(mapping.target == FIELD for one in process.elements.values() for mapping in one.sets)


def titles(stages: Iterable[Any]) -> Mapping[str, str]:
    """Return the columns' titles by key."""
    return {stage.key: languages.titled(stage.title, stage.key) for stage in stages}
