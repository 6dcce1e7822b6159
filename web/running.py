"""Running cases as lines: what runs, where it stands, who holds it, when it is due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, select

from engine.clocks.table import IS_PAUSED, clocks
from engine.waiting.cases import cases
from engine.waiting.tasks import IS_OPEN, tasks
from web import position, process_words, sentences, shown, visit
from web.speech import listed

LIVE = ("active", "suspended")


@dataclass(frozen=True, slots=True)
class Line:
    """One running case; stage, holder and due are those of its most urgent open task."""

    id: int
    title: str
    state: str
    stage: str
    holder: str | None
    due: shown.Due | None
    subject: str | None
    started_at: datetime


def of_subjects(subjects: Iterable[str]) -> list[Line]:
    """Return the running cases about any of `subjects`, the latest first: three statements."""
    return lines(visit.tx().execute(_about, {"subjects": list(subjects)}).all())


def lines(rows: Sequence[Row[Any]]) -> list[Line]:
    """Return rows of cases as lines."""
    urgent = _most_urgent([row.id for row in rows])
    waiting = _waiting([row.id for row in rows if row.id not in urgent])
    shown.gather(task.assignee for task in urgent.values())
    running = {case: task.clock_id for case, task in urgent.items()}
    running |= {case: clock.id for case, clock in waiting.items()}
    still = pauses(running.values())
    return [
        _line(row, urgent.get(row.id), waiting.get(row.id), still.get(running.get(row.id) or 0))
        for row in rows
    ]


def pauses(clock_ids: Iterable[int | None]) -> dict[int, str]:
    """Return the reasons of those clocks that stand still."""
    wanted = {one for one in clock_ids if one is not None}
    if not wanted:
        return {}
    rows = visit.tx().execute(_paused, {"clocks": list(wanted)})
    return {row.id: _reason(row.facts or ()) for row in rows}


def _reason(facts: Iterable[dict[str, Any]]) -> str:
    """Return why a clock stands still: the reasons of the pauses that nobody has ended."""
    still: dict[str, str] = {}
    for one in facts:
        if one.get("fact") == "paused":
            still.setdefault(one["by"], str(one.get("reason") or ""))
        elif one.get("fact") == "resumed":
            still.pop(one["by"], None)
    return listed(map(sentences.pause_reason, dict.fromkeys(still.values())))


def _most_urgent(case_ids: list[int]) -> dict[int, Row[Any]]:
    if not case_ids:
        return {}
    question = select(tasks).where(tasks.c.case_id.in_(case_ids), IS_OPEN)
    found: dict[int, Row[Any]] = {}
    ordered = question.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id)
    for row in visit.tx().execute(ordered):
        found.setdefault(row.case_id, row)
    return found


def _waiting(case_ids: list[int]) -> dict[int, Row[Any]]:
    """Return the most urgent stage clock of cases that wait for something else than a person."""
    if not case_ids:
        return {}
    is_open = (
        clocks.c.case_id.in_(case_ids) & (clocks.c.kind == "stage") & (clocks.c.state != "closed")
    )
    found: dict[int, Row[Any]] = {}
    for row in visit.tx().execute(select(clocks).where(is_open).order_by(clocks.c.due_at)):
        found.setdefault(row.case_id, row)
    return found


def _line(row: Row[Any], task: Row[Any] | None, clock: Row[Any] | None, pause: str | None) -> Line:
    due_at = task.due_at if task is not None else clock.due_at if clock is not None else None
    return Line(
        id=row.id,
        title=process_words.process_title(row.definition_id),
        state=row.state,
        stage=_stage(row, task),
        holder=task.assignee if task is not None else None,
        due=shown.due_state(due_at, pause),
        subject=row.subject,
        started_at=row.started_at,
    )


def _stage(row: Row[Any], task: Row[Any] | None) -> str:
    if task is not None:
        return process_words.element_title(task.definition_id, task.element, task.title)
    here = position.elements(row.tokens)
    return process_words.element_title(row.definition_id, here[0]) if here else ""


_about = (
    select(cases)
    .where(cases.c.subject.in_(bindparam("subjects", expanding=True)), cases.c.state.in_(LIVE))
    .order_by(cases.c.id.desc())
    .limit(50)
)
_paused = select(clocks.c.id, clocks.c.facts).where(
    clocks.c.id.in_(bindparam("clocks", expanding=True)), IS_PAUSED
)
