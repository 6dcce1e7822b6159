"""Open tasks as reports see them: who is late so far, and what is at risk, of what the reader may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, select

from crm_entities import rights as record_rights
from engine import definitions
from engine.clocks import forecasts, measures
from engine.clocks.forecasts import Expected
from engine.clocks.table import CLOSED, clocks
from engine.waiting.tasks import IS_OPEN, tasks
from web import case_rights, formats, report_scope, subjects, task_lines, visit
from web.report_filters import NOBODY, Filters
from web.report_scope import Teams
from web.speech import gettext, ngettext

MOST = 500
"""Open tasks that are looked at, the most urgent."""
RISKY_WITHIN = timedelta(days=7)
SHOWN = 10
LIKELY, POSSIBLE = 0.5, 0.2


@dataclass(frozen=True, slots=True)
class Risk:
    """What is to be expected of a task: how it looks, and in words why."""

    kind: str
    icon: str
    short: str
    words: str
    probability: float


@dataclass(frozen=True, slots=True)
class SoFar:
    """Late working seconds of open tasks by who holds them, of how many tasks, and whether more are late."""

    seconds: dict[str, int]
    tasks: int = 0
    has_more: bool = False


def late_so_far(filters: Filters) -> SoFar:
    """Return who is charged with what is overdue now; nothing where a report looks at the past or at one client."""
    if filters.until < formats.today() or filters.kind != "stage" or filters.client is not None:
        return SoFar({})
    question = select(tasks).where(IS_OPEN, tasks.c.due_at < visit.tx().now)
    found = visit.tx().execute(question.order_by(tasks.c.due_at).limit(MOST + 1)).all()
    rows = [row for row in visible(found[:MOST]) if _is_wanted(row, filters)]
    wanted = {row.clock_id for row in rows if row.clock_id is not None}
    running = select(clocks).where(clocks.c.id.in_(wanted), clocks.c.state != CLOSED)
    blamed = measures.charges(visit.tx(), visit.tx().execute(running).all(), visit.tx().now)
    seconds: Counter[str] = Counter()
    for each in blamed.values():
        seconds.update(each)
    return SoFar(_only_asked(seconds, filters), len(rows), len(found) > MOST)


def at_risk() -> list[tuple[task_lines.Line, Risk]]:
    """Return the tasks due within a week that are most likely to be late, those first."""
    now = visit.tx().now
    near = (tasks.c.due_at >= now) & (tasks.c.due_at < now + RISKY_WITHIN)
    question = select(tasks).where(IS_OPEN, near).order_by(tasks.c.due_at).limit(MOST)
    rows = visible(visit.tx().execute(question).all())
    said = of_rows(rows)
    likely = [row for row in rows if row.id in said and said[row.id].probability >= POSSIBLE]
    likely = sorted(likely, key=lambda row: -said[row.id].probability)[:SHOWN]
    return [(line, said[line.id]) for line in task_lines.as_lines(likely)]


def of_rows(rows: Sequence[Row[Any]]) -> dict[int, Risk]:
    """Return by task what is to be expected, or why nothing can be said; nothing of a clock that stands still."""
    found = forecasts.of_tasks(visit.tx(), rows)
    return {task: _risk(one) for task, one in found.items()}


def visible(rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Return those tasks that the reader of a report may see (see `report_scope.seen`)."""
    reach = record_rights.reach(visit.viewer(), report_scope.RIGHT)
    if reach is None:
        return []
    team = set(case_rights.colleagues())
    subjects.gather(row.subject for row in rows)
    return [row for row in rows if row.assignee in team or _is_seen(row, is_all=reach == "all")]


def _is_seen(row: Row[Any], *, is_all: bool) -> bool:
    if row.subject is None:
        return is_all
    known = subjects.of(row.subject)
    return known is not None and known.url is not None


def _is_wanted(row: Row[Any], filters: Filters) -> bool:
    key = definitions.process(visit.tx(), row.definition_id).id
    return filters.key in ("", key) and filters.element in ("", row.element)


def _only_asked(seconds: Counter[str], filters: Filters) -> dict[str, int]:
    if filters.person:
        who = "" if filters.person == NOBODY else filters.person
        return {who: seconds[who]} if seconds[who] else {}
    if filters.team is not None:
        return {who: seconds[who] for who in Teams.read().members(filters.team) if seconds[who]}
    return dict(seconds)


def _risk(one: Expected) -> Risk:
    found = one.forecast
    if found.probability is None:
        words = ngettext(
            "Not enough history for a forecast: %(num)s visit of this stage ended.",
            "Not enough history for a forecast: %(num)s visits of this stage ended.",
            found.visits,
        )
        return Risk("unknown", "help-circle", gettext("no forecast"), words, 0.0)
    share = round(found.probability * 100)
    kind, icon = "good", "trending-up"
    if found.probability >= LIKELY:
        kind, icon = "bad", "alert-triangle"
    elif found.probability >= POSSIBLE:
        kind, icon = "extended", "alert-circle"
    words = gettext("Probably done %(when)s", when=formats.moment(one.at)) if one.at else ""
    return Risk(kind, icon, gettext("%(share)s %% late", share=share), words, found.probability)
