"""Lists of tasks, page by page: mine in their groups, those my groups may take, those I have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

from flask import g
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

from engine.clocks.table import IS_PAUSED, clocks
from engine.waiting.tasks import IS_OPEN, candidates, tasks
from ledger import paging
from ledger.base import Instant
from ledger.paging import Order
from web import formats, task_lines, visit

PAGE = 50
LOOKED_AT = 1000
"""Tasks in which words are looked for, the most urgent."""
COUNTED = 100
GROUPS = ("overdue", "today", "upcoming", "waiting", "snoozed")
NEVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Where a task without a due date stands among those with one."""


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


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of a list: its lines, the rows they were made from, and the key of the next page."""

    lines: list[task_lines.Line]
    rows: Sequence[Row[Any]]
    next: str | None

    @property
    def groups(self) -> Mapping[str, list[task_lines.Line]]:
        """The lines by how urgent they are; `waiting` are those whose clock is paused."""
        return {name: [line for line in self.lines if line.group == name] for name in GROUPS}


def mine(person: str, *, text: str = "", after: str | None = None) -> Tab:
    """Return the person's open tasks by due date, behind those the paused ones, then the snoozed ones."""
    return _tab(MINE, _held, {"person": person, "now": visit.tx().now}, text, after)


def claimable(
    names: Sequence[str],
    person: str,
    *,
    repairs: bool = False,
    text: str = "",
    after: str | None = None,
) -> Tab:
    """Return the open tasks that nobody holds and that one of `names` (a person and his groups) may take.

    Who `repairs` cases also finds those that nobody is responsible for.
    """
    return _tab(FREE, _free[repairs], {"names": list(names)}, text, after, besides=person)


def done(person: str, *, text: str = "", after: str | None = None) -> Tab:
    """Return what the person has completed, the latest first."""
    return _tab(DONE, _done, {"person": person}, text, after)


def next_of(person: str, *, besides: int = 0, case_id: int | None = None) -> int | None:
    """Return the person's most urgent open task that is not `besides`, of a case where one is named."""
    given = {"person": person, "besides": besides, "now": visit.tx().now}
    question, own = (_next, {}) if case_id is None else (_next_in_case, {"case": case_id})
    found: int | None = visit.tx().execute(question, given | own).scalar()
    return found


def _tab(
    order: Order,
    questions: Mapping[bool, Select[Any]],
    given: Mapping[str, Any],
    text: str,
    after: str | None,
    besides: str = "",
) -> Tab:
    """Return a page, or all that fit where words are looked for."""
    if text:
        asked, after = {"page_most": LOOKED_AT}, None
    else:
        asked = paging.given(order, after, PAGE)
    rows = visit.tx().execute(questions[after is not None], {**given, **asked}).all()
    page = (
        paging.Page(task_lines.fitting(rows, text)[:PAGE], None)
        if text
        else paging.cut(order, rows, PAGE)
    )
    shown_rows = [row for row in page.rows if not besides or besides not in (row.excluded or ())]
    return Tab(task_lines.as_lines(shown_rows), shown_rows, page.next)


def counts(person: str) -> Counts:
    """Return how many tasks the person has, by urgency: one statement, asked once a page."""
    known: dict[str, Counts] = g.setdefault("task_counts", {})
    if person not in known:
        given = {"person": person, "now": visit.tx().now, "evening": _evening()}
        found = {row.urgency: int(row.size) for row in visit.tx().execute(_counts, given)}
        sizes = (found.get(name, 0) for name in ("overdue", "today", "upcoming", "snoozed"))
        known[person] = Counts(*sizes)
    return known[person]


def claimable_count(names: Sequence[str], *, repairs: bool = False) -> int:
    """Return how many tasks wait for somebody of `names`, counted no further than 100."""
    return int(visit.tx().execute(_free_counts[repairs], {"names": list(names)}).scalar_one())


def _evening() -> datetime:
    """The end of the present day in the person's zone."""
    local = formats.local(visit.tx().now)
    return local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


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


def _pages(question: Select[Any], order: Order) -> Mapping[bool, Select[Any]]:
    """Return the first page of a list, and those behind a key."""
    return {
        is_behind: paging.ordered(question, order, is_behind=is_behind)
        for is_behind in (False, True)
    }


# Built once: these stand on every page, and building a statement costs more than asking it.
_now = bindparam("now", type_=Instant)
_is_paused = exists().where(clocks.c.id == tasks.c.clock_id, IS_PAUSED)
_rank = case((tasks.c.follow_up_at > _now, 2), (_is_paused, 1), else_=0)
_due = func.coalesce(tasks.c.due_at, NEVER, type_=Instant)
MINE = Order((_rank, _due, tasks.c.id), "iti", lambda row: (row.rank, row.due_at or NEVER, row.id))
FREE = Order((_due, tasks.c.id), "ti", lambda row: (row.due_at or NEVER, row.id))
DONE = Order((tasks.c.ended_at, tasks.c.id), "ti", attrgetter("ended_at", "id"), descending=True)
_left_out = {"scope_id", "token_id", "stage", "owner", "candidates", "draft"}
_columns = [column for column in tasks.c if column.name not in _left_out]
_is_held = and_(tasks.c.assignee == bindparam("person"), IS_OPEN)
_held = _pages(select(*_columns, _rank.label("rank")).where(_is_held), MINE)
_free = {
    repairs: _pages(select(*_columns).where(_is_free(repairs=repairs)), FREE)
    for repairs in (False, True)
}
_free_counts = {repairs: _free_count(repairs=repairs) for repairs in (False, True)}
_is_done = and_(tasks.c.ended_by == bindparam("person"), tasks.c.state == "completed")
_done = _pages(select(*_columns).where(_is_done), DONE)
_next = (
    select(tasks.c.id)
    .where(_is_held, tasks.c.id != bindparam("besides"))
    .order_by(*MINE.columns)
    .limit(1)
)
_next_in_case = _next.where(tasks.c.case_id == bindparam("case"))
_urgency = case(
    (tasks.c.follow_up_at > _now, "snoozed"),
    (_is_paused, "upcoming"),
    (tasks.c.due_at < _now, "overdue"),
    (tasks.c.due_at < bindparam("evening", type_=Instant), "today"),
    else_="upcoming",
)
_counts = (
    select(_urgency.label("urgency"), func.count().label("size"))
    .where(_is_held)
    .group_by("urgency")
)
