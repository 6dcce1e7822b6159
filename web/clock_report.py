"""The report on deadlines as a page and as files show it: figures with their names and ways onward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import url_for
from sqlalchemy import Row

from crm_entities import clients, teams
from engine import definitions
from web import (
    charts,
    clock_figures,
    formats,
    languages,
    process_words,
    report_filters,
    shown,
    subjects,
    visit,
)
from web.clock_figures import Count, Group
from web.fields import Option
from web.report_filters import NOBODY, Filters
from web.speech import gettext

AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: its name, its figures, and where the cases behind it are."""

    title: str
    count: Count
    url: str
    late_url: str
    charged: int = 0
    charged_url: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """Who is charged with how many late working seconds: of what ended, and of what is open, so far."""

    title: str
    seconds: int
    open: int
    url: str


@dataclass(frozen=True, slots=True)
class Past:
    """A clock that ended, as a line behind a figure."""

    id: int
    case_url: str
    title: str
    process: str
    subject: str | None
    holder: str | None
    row: Row[Any]
    charges: Sequence[tuple[str, int]]

    @property
    def verdict(self) -> tuple[str, str, str]:
        """How it is reported: kind, icon, word."""
        return verdict(self.row.verdict)


def verdict(one: str) -> tuple[str, str, str]:
    """Return how a verdict looks: kind, icon, word."""
    return {
        "met": ("good", "check", gettext("on time")),
        "extended": ("extended", "calendar-plus", gettext("extended")),
        "late": ("bad", "alarm", gettext("late")),
        "ended": ("ended", "x", gettext("no longer needed")),
    }[one]


def percent(share: float | None) -> str:
    """Return a share as whole per cent; a dash where there is none."""
    return "–" if share is None else gettext("%(share)s %%", share=round(share * 100))


def worked(seconds: float) -> str:
    """Return working time in hours and minutes; a dash for none."""
    return formats.working(timedelta(seconds=seconds)) if seconds else "–"


def lines(filters: Filters, most: int | None = clock_figures.MOST_GROUPS) -> list[Line]:
    """Return the table of a report, named."""
    found = clock_figures.groups(filters, most)
    names = _names(filters.by, found)
    return [_line(filters, one, names.get(one.id[0])) for one in found]


def _line(filters: Filters, one: Group, name: str | None) -> Line:
    narrowed = _narrowed(filters.by, one)
    title, more = name or "", ""
    if filters.by == "stage":
        title = process_words.element_title(one.definition, one.id[1]) if one.id[1] else ""
        more = process_words.process_title(one.definition)
        title = title or gettext("The whole case")
    elif not title:
        title = gettext("no client") if filters.by == "client" else gettext("nobody (in a queue)")
    cases = filters.address(**narrowed)
    late = filters.address(**narrowed, verdict="late")
    charged = filters.address(charged=one.id[0] or NOBODY) if filters.by == "person" else {}
    return Line(
        title,
        one.count,
        url_for("reports.cases", **cases) if narrowed else "",
        url_for("reports.cases", **late) if narrowed else "",
        one.charged,
        url_for("reports.cases", **charged) if charged else "",
        more,
    )


def _narrowed(by: str, one: Group) -> dict[str, Any]:
    if by == "stage":
        return {"key": one.id[0], "element": one.id[1] or ""}
    if by == "person":
        return {"person": one.id[0] or NOBODY}
    name = {"definition": "key", "team": "team", "client": "client"}[by]
    return {name: one.id[0]} if one.id[0] is not None else {}


def _names(by: str, found: Sequence[Group]) -> dict[Any, str]:
    if by == "person":
        shown.gather(one.id[0] for one in found)
        return {one.id[0]: shown.who(one.id[0]) for one in found}
    if by == "client":
        return _clients([one.id[0] for one in found if one.id[0]])
    if by == "team":
        return {one.id: one.name for one in teams.listing(visit.tx())}
    return {one.id[0]: process_words.process_title(one.definition) for one in found}


def _clients(numbers: Sequence[int]) -> dict[Any, str]:
    names: dict[Any, str] = dict.fromkeys(numbers, gettext("a client you may not see"))
    for begin in range(0, len(numbers), AT_ONCE):
        names |= clients.names(visit.tx(), numbers[begin : begin + AT_ONCE])
    return names


def charges(filters: Filters, open_now: dict[str, int]) -> list[Charge]:
    """Return who is charged with lateness, the most first, with what is open and late so far."""
    ended = clock_figures.charges(filters)
    everybody = sorted(
        {*ended, *open_now}, key=lambda who: -(ended.get(who, 0) + open_now.get(who, 0))
    )
    shown.gather(everybody)
    return [
        Charge(
            shown.who(who) or gettext("nobody (in a queue)"),
            ended.get(who, 0),
            open_now.get(who, 0),
            url_for("reports.cases", **filters.address(charged=who or NOBODY)),
        )
        for who in everybody
    ]


def trend(filters: Filters) -> tuple[charts.Chart, list[tuple[str, Count]], Count]:
    """Return the chart of the weeks or months from the first in which something ended, as a table too, and in one."""
    counts = clock_figures.trend(filters)
    total = clock_figures.together(counts)
    empty = next((place for place, one in enumerate(counts) if one.judged), 0)
    counts = counts[empty:]
    firsts = [first for first, _ in report_filters.periods(filters)][empty:]
    names = [formats.day_of_month(first) for first in firsts]
    titles = [
        gettext(
            "%(name)s: %(met)s on time, %(extended)s extended, %(late)s late",
            name=name,
            met=one.met,
            extended=one.extended,
            late=one.late,
        )
        for name, one in zip(names, counts, strict=True)
    ]
    shares = [percent(one.rate) if one.judged else "" for one in counts]
    sizes = [(one.met, one.extended, one.late) for one in counts]
    return (
        charts.columns(sizes, names, shares, titles),
        list(zip(names, counts, strict=True)),
        total,
    )


def past(rows: Sequence[Row[Any]]) -> list[Past]:
    """Return clocks that ended as lines."""
    about = {row.clock_id: f"{row.about}:{row.about_id}" if row.about_id else None for row in rows}
    subjects.gather(about.values())
    blamed = clock_figures.charges_of(row.clock_id for row in rows)
    held = [who for each in blamed.values() for who, _ in each]
    shown.gather([*held, *(row.holder for row in rows)])
    return [
        Past(
            row.clock_id,
            url_for("cases.show", case_id=row.case_id),
            process_words.clock_title(row),
            process_words.process_title(row.definition_id),
            about[row.clock_id],
            row.holder,
            row,
            blamed.get(row.clock_id, ()),
        )
        for row in rows
    ]


def options() -> dict[str, list[Option]]:
    """Return what a report can be narrowed by: definitions and teams, named."""
    known = definitions.listed(visit.tx())
    titles = {one.key: languages.titled(one.titles, one.title) or one.key for one in known}
    return {
        "key": [
            Option(key, title) for key, title in sorted(titles.items(), key=lambda one: one[1])
        ],
        "team": [Option(str(one.id), one.name) for one in teams.listing(visit.tx())],
    }
