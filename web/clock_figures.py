"""Figures about deadlines that ended: set-wise over what was measured, each through `report_scope.counted`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Row, case, exists, func, literal, select

from crm_entities.deals import Deal
from engine.clocks import forecasting, forecasts
from engine.clocks.measures import charged, measures, stops
from ledger import numbers, paging
from ledger.paging import Order, Page
from web import report_filters, visit
from web.report_filters import NOBODY, Filters
from web.report_scope import counted

MOST_GROUPS = 200
"""Groups that a page shows; a file holds all."""
PAGE = 50
LATEST = Order(
    (measures.c.closed_at, measures.c.clock_id),
    "ti",
    attrgetter("closed_at", "clock_id"),
    descending=True,
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many promises were met, extended, late or no longer needed; times are working seconds."""

    met: int = 0
    extended: int = 0
    late: int = 0
    ended: int = 0
    late_seconds: int = 0
    worked: float = 0.0

    @property
    def judged(self) -> int:
        """All that say something: those no longer needed do not."""
        return self.met + self.extended + self.late

    @property
    def rate(self) -> float | None:
        """The share that was met as promised; None where nothing was judged."""
        return self.met / self.judged if self.judged else None

    def __add__(self, other: Count) -> Count:
        size, others = self.judged, other.judged
        mean = (self.worked * size + other.worked * others) / (size + others or 1)
        return Count(
            self.met + other.met,
            self.extended + other.extended,
            self.late + other.late,
            self.ended + other.ended,
            self.late_seconds + other.late_seconds,
            mean,
        )


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a report: `id` is what it is grouped by, `definition` some version of its process."""

    id: tuple[Any, ...]
    count: Count
    definition: int = 0
    charged: int = 0


def total(filters: Filters) -> Count:
    """Return all that count as one figure."""
    row = visit.tx().execute(select(*_sums()).where(counted(filters))).one()
    return _count(row)


def together(counts: Iterable[Count]) -> Count:
    """Return counts of different times as one."""
    return sum(counts, Count())


def groups(filters: Filters, most: int | None = MOST_GROUPS) -> list[Group]:
    """Return the figures by stage, definition, team, person or client, the latest the most first."""
    if filters.by == "team":
        return _by_team(filters)
    columns = _grouped_by(filters.by)
    question = select(*columns, func.max(measures.c.definition_id).label("definition"), *_sums())
    if filters.by == "client":
        question = question.select_from(_with_deals())
    question = question.where(counted(filters)).group_by(*columns)
    question = question.order_by(func.sum(measures.c.late).desc(), *columns).limit(most)
    found = [
        Group(tuple(row[: len(columns)]), _count(row), row.definition)
        for row in visit.tx().execute(question)
    ]
    return _with_charges(filters, found) if filters.by == "person" else found


def charges(filters: Filters) -> dict[str, int]:
    """Return the late working seconds by who held the task, nobody as an empty name; asked once a page."""
    known: dict[Filters, dict[str, int]] = g.setdefault("charges", {})
    if filters not in known:
        question = (
            select(charged.c.holder, func.sum(charged.c.seconds).label("seconds"))
            .join(measures, measures.c.clock_id == charged.c.clock_id)
            .where(counted(filters, is_charge=True), measures.c.late > 0)
            .group_by(charged.c.holder)
        )
        rows = visit.tx().execute(question)
        known[filters] = {row.holder: int(row.seconds) for row in rows}
    return dict(known[filters])


def pauses(filters: Filters) -> Sequence[tuple[str, int, int]]:
    """Return by reason how many clocks stood still and for how many working seconds."""
    whole = func.sum(stops.c.seconds).label("seconds")
    question = (
        select(stops.c.reason, func.count().label("size"), whole)
        .join(measures, measures.c.clock_id == stops.c.clock_id)
        .where(counted(filters))
        .group_by(stops.c.reason)
        .order_by(whole.desc(), stops.c.reason)
        .limit(MOST_GROUPS)
    )
    rows = visit.tx().execute(question)
    return [(row.reason, int(row.size), int(row.seconds)) for row in rows]


def trend(filters: Filters) -> list[Count]:
    """Return the figures of each week or month of the period, in order."""
    spans = report_filters.periods(filters)
    bounds = [report_filters.midnight(following) for _, following in spans[:-1]]
    place: ColumnElement[int] = literal(len(spans) - 1)
    if bounds:
        steps = ((measures.c.closed_at < bound, number) for number, bound in enumerate(bounds))
        place = case(*steps, else_=len(bounds))
    inner = select(
        place.label("place"), measures.c.verdict, measures.c.late, measures.c.worked
    ).where(counted(filters))
    table = inner.subquery()
    question = select(table.c.place, *_sums(table.c)).group_by(table.c.place)
    found = {int(row.place): _count(row) for row in visit.tx().execute(question)}
    return [found.get(number, Count()) for number in range(len(spans))]


def behind(filters: Filters, after: str | None, most: int = PAGE) -> Page[Row[Any]]:
    """Return a page of the clocks behind a figure, the latest first."""
    question = select(measures).where(counted(filters))
    if filters.verdict:
        question = question.where(measures.c.verdict == filters.verdict)
    if filters.charged:
        who = "" if filters.charged == NOBODY else filters.charged
        held = charged.c.clock_id == measures.c.clock_id
        question = question.where(exists().where(held, charged.c.holder == who))
    if filters.reason:
        stood = stops.c.clock_id == measures.c.clock_id
        question = question.where(exists().where(stood, stops.c.reason == filters.reason))
    ordered = paging.ordered(question, LATEST, is_behind=after is not None)
    rows = visit.tx().execute(ordered, paging.given(LATEST, after, most)).all()
    return paging.cut(LATEST, rows, most)


def charges_of(clock_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """Return by clock who was charged with how many seconds, the most first."""
    question = select(charged).where(charged.c.clock_id.in_(list(clock_ids)))
    found: dict[int, list[tuple[str, int]]] = {}
    for row in visit.tx().execute(question.order_by(charged.c.seconds.desc())):
        found.setdefault(row.clock_id, []).append((row.holder, row.seconds))
    return found


def accuracy(filters: Filters) -> forecasting.Accuracy | None:
    """Return how good the forecasts were whose clocks ended in the period."""
    return forecasting.accuracy(forecasts.compared(visit.tx(), counted(filters)))


def _grouped_by(by: str) -> list[ColumnElement[Any]]:
    if by == "stage":
        return [measures.c.key, measures.c.element]
    if by == "client":
        own = (measures.c.about == "client", measures.c.about_id)
        return [case(own, (measures.c.about == "deal", Deal.client_id))]
    return [measures.c.holder if by == "person" else measures.c.key]


def _with_deals() -> Any:
    is_it = (measures.c.about == "deal") & (Deal.id == measures.c.about_id)
    return measures.outerjoin(Deal.__table__, is_it)


def _by_team(filters: Filters) -> list[Group]:
    """Return the figures by the team that the holder was in when the clock ended, and what was charged to each."""
    found: dict[int | None, Group] = {}
    question = select(measures.c.team, *_sums()).where(counted(filters))
    for row in visit.tx().execute(question.group_by(measures.c.team)):
        _join(found, _team(row.team), _count(row), 0)
    blamed = select(charged.c.team, func.sum(charged.c.seconds).label("seconds")).join(
        measures, measures.c.clock_id == charged.c.clock_id
    )
    blamed = blamed.where(counted(filters, is_charge=True), measures.c.late > 0).group_by(
        charged.c.team
    )
    for row in visit.tx().execute(blamed):
        _join(found, _team(row.team), Count(), int(row.seconds))
    return sorted(found.values(), key=lambda one: -one.charged)


def _team(name: str | None) -> int | None:
    return numbers.of_record((name or "").partition(":")[2])


def _join(found: dict[int | None, Group], team: int | None, count: Count, seconds: int) -> None:
    known = found.get(team, Group((team,), Count()))
    found[team] = Group((team,), known.count + count, 0, known.charged + seconds)


def _with_charges(filters: Filters, found: Sequence[Group]) -> list[Group]:
    blamed = charges(filters)
    lines = [
        Group(one.id, one.count, one.definition, blamed.pop(one.id[0] or "", 0)) for one in found
    ]
    lines += [Group((who or None,), Count(), 0, seconds) for who, seconds in blamed.items()]
    return sorted(lines, key=lambda one: -one.charged)


def _sums(columns: Any = measures.c) -> list[ColumnElement[Any]]:
    def number(verdict: str) -> ColumnElement[Any]:
        return func.coalesce(func.sum(case((columns.verdict == verdict, 1), else_=0)), 0).label(
            verdict
        )

    is_judged = columns.verdict != "ended"
    return [
        *(number(verdict) for verdict in ("met", "extended", "late", "ended")),
        func.coalesce(func.sum(columns.late), 0).label("late_seconds"),
        func.avg(case((is_judged, columns.worked))).label("worked"),
    ]


def _count(row: Row[Any]) -> Count:
    return Count(
        int(row.met),
        int(row.extended),
        int(row.late),
        int(row.ended),
        int(row.late_seconds),
        float(row.worked or 0),
    )
