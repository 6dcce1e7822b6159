"""Lists of tasks: mine in their groups, those my groups may take, those I have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import url_for
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    select,
)

from engine.clocks.table import clocks
from engine.waiting.tasks import IS_OPEN, candidates, tasks
from ledger.base import Instant
from web import formats, process_words, running, shown, subjects, visit
from web.speech import gettext

MOST = 200
COUNTED = 100
GROUPS = ("overdue", "today", "upcoming", "waiting", "snoozed")


@dataclass(frozen=True, slots=True)
class Line:
    """One task as a row of a list."""

    id: int
    url: str
    title: str
    process: str
    subject: str | None
    client: str
    about: str
    priority: int
    due: shown.Due | None
    assignee: str | None
    group: str
    ended_at: datetime | None = None
    outcome: str = ""
    case_id: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """How many open tasks a person has, by urgency."""

    overdue: int
    today: int
    upcoming: int
    snoozed: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.overdue + self.today + self.upcoming + self.snoozed


def mine(person: str, *, text: str = "") -> Mapping[str, list[Line]]:
    """Return the person's open tasks by group, by due date; `waiting` are those whose clock is paused."""
    lines = as_lines(visit.tx().execute(_held, {"person": person}).all(), text=text)
    return {group: [line for line in lines if line.group == group] for group in GROUPS}


def next_of(person: str, *, besides: int) -> int | None:
    """Return the person's most urgent open task that is not `besides`: the first that `mine` shows."""
    given = {"person": person, "besides": besides, "now": visit.tx().now}
    found: int | None = visit.tx().execute(_next, given).scalar()
    return found


def claimable(
    names: Sequence[str], person: str, *, repairs: bool = False, text: str = ""
) -> list[Line]:
    """Return the open tasks that nobody holds and that one of `names` (a person and his groups) may take.

    Who `repairs` cases also finds those that nobody is responsible for.
    """
    rows = visit.tx().execute(_free[repairs], {"names": list(names)}).all()
    return as_lines([row for row in rows if person not in (row.excluded or ())], text=text)


def done(person: str, *, text: str = "") -> list[Line]:
    """Return what the person has completed, the latest first."""
    return as_lines(visit.tx().execute(_done, {"person": person}).all(), text=text)


def counts(person: str) -> Counts:
    """Return how many tasks the person has, by urgency, in one statement."""
    given = {"person": person, "now": visit.tx().now, "evening": _evening()}
    found = {row.urgency: int(row.size) for row in visit.tx().execute(_counts, given)}
    return Counts(*(found.get(name, 0) for name in ("overdue", "today", "upcoming", "snoozed")))


def claimable_count(names: Sequence[str], *, repairs: bool = False) -> int:
    """Return how many tasks wait for somebody of `names`, counted no further than 100."""
    return int(visit.tx().execute(_free_counts[repairs], {"names": list(names)}).scalar_one())


def as_lines(rows: Sequence[Row[Any]], *, text: str = "") -> list[Line]:
    """Return rows of tasks as lines, those in which every word of `text` stands: three more statements."""
    subjects.gather(row.subject for row in rows)
    wanted = [row for row in rows if _fits(row, text)] if text else rows
    paused = running.pauses(row.clock_id for row in wanted)
    shown.gather(row.assignee for row in wanted)
    folder = url_for("task.show", task_id=0).removesuffix("0")
    return [_line(row, paused.get(row.clock_id), folder) for row in wanted]


def _fits(row: Row[Any], text: str) -> bool:
    known = subjects.of(row.subject)
    title = process_words.element_title(row.definition_id, row.element, row.title)
    about = f"{known.client} {known.title}" if known else ""
    told = f"{title} {process_words.process_title(row.definition_id)} {about}".casefold()
    return all(word in told for word in text.casefold().split())


def _line(row: Row[Any], pause: str | None, folder: str) -> Line:
    known = subjects.of(row.subject)
    due = shown.due_state(row.due_at, pause)
    return Line(
        id=row.id,
        url=f"{folder}{row.id}",
        title=process_words.element_title(row.definition_id, row.element, row.title),
        process=process_words.process_title(row.definition_id),
        subject=row.subject,
        client=known.client if known else "",
        about=known.title if known else "",
        priority=row.priority,
        due=due,
        assignee=row.assignee,
        group=_group(row, due),
        ended_at=row.ended_at,
        outcome=_outcome(row),
        case_id=row.case_id,
    )


def _outcome(row: Row[Any]) -> str:
    if not row.outcome:
        return gettext("done") if row.state == "completed" else ""
    element = process_words.process(row.definition_id).elements.get(row.element)
    known = {one.id: process_words.outcome_title(one) for one in getattr(element, "outcomes", ())}
    return known.get(row.outcome, gettext("done") if row.outcome == "done" else row.outcome)


def _group(row: Row[Any], due: shown.Due | None) -> str:
    if row.follow_up_at is not None and row.follow_up_at > visit.tx().now:
        return "snoozed"
    kinds = {"overdue": "overdue", "today": "today", "paused": "waiting"}
    return kinds.get(due.kind, "upcoming") if due is not None else "upcoming"


def _evening() -> datetime:
    """The end of the present day in the person's zone."""
    local = formats.local(visit.tx().now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _by_due(question: Select[Any]) -> Select[Any]:
    return question.order_by(tasks.c.due_at.is_(None), tasks.c.due_at, tasks.c.id).limit(MOST)


def _is_free(*, repairs: bool) -> ColumnElement[bool]:
    names: BindParameter[list[str]] = bindparam("names", expanding=True)
    offered = select(candidates.c.task_id).where(candidates.c.who.in_(names))
    is_offered: ColumnElement[bool] = tasks.c.id.in_(offered)
    if repairs:
        is_offered = is_offered | tasks.c.id.not_in(select(candidates.c.task_id))
    return and_(is_offered, tasks.c.assignee.is_(None), IS_OPEN)


def _free_count(*, repairs: bool) -> Select[Any]:
    waiting = select(tasks.c.id).where(_is_free(repairs=repairs)).limit(COUNTED)
    return select(func.count()).select_from(waiting.subquery())


# Built once: these stand on every page, and building a statement costs more than asking it.
_is_held = and_(tasks.c.assignee == bindparam("person"), IS_OPEN)
_held = _by_due(select(tasks).where(_is_held))
_free = {
    repairs: _by_due(select(tasks).where(_is_free(repairs=repairs))) for repairs in (False, True)
}
_free_counts = {repairs: _free_count(repairs=repairs) for repairs in (False, True)}
_done = (
    select(tasks)
    .where(tasks.c.ended_by == bindparam("person"), tasks.c.state == "completed")
    .order_by(tasks.c.ended_at.desc())
    .limit(COUNTED)
)
_is_paused = exists().where(clocks.c.id == tasks.c.clock_id, clocks.c.state == "paused")
_next = (
    select(tasks.c.id)
    .where(_is_held, tasks.c.id != bindparam("besides"))
    .order_by(
        case((tasks.c.follow_up_at > bindparam("now", type_=Instant), 2), (_is_paused, 1), else_=0),
        tasks.c.due_at.is_(None),
        tasks.c.due_at,
        tasks.c.id,
    )
    .limit(1)
)
_urgency = case(
    (tasks.c.follow_up_at > bindparam("now", type_=Instant), "snoozed"),
    (_is_paused, "upcoming"),
    (tasks.c.due_at < bindparam("now", type_=Instant), "overdue"),
    (tasks.c.due_at < bindparam("evening", type_=Instant), "today"),
    else_="upcoming",
)
_counts = (
    select(_urgency.label("urgency"), func.count().label("size"))
    .where(_is_held)
    .group_by("urgency")
)
