"""The report on deadlines as files: the table of figures, and the clocks behind one."""

from __future__ import annotations

from collections.abc import Iterator

from web import clock_report, shown, subjects
from web.clock_report import Past
from web.report_filters import Filters
from web.sheets import Cell
from web.speech import gettext


def table_titles(filters: Filters) -> list[str]:
    """Return the titles of a report's file."""
    return [
        {
            "stage": gettext("Stage"),
            "definition": gettext("Process"),
            "team": gettext("Team"),
            "person": gettext("Person"),
            "client": gettext("Client"),
        }[filters.by],
        *([gettext("Process")] if filters.by == "stage" else []),
        gettext("on time"),
        gettext("extended"),
        gettext("late"),
        gettext("no longer needed"),
        gettext("On time, per cent"),
        gettext("Late, working minutes"),
        gettext("Charged, working minutes"),
        gettext("Taken on average, working minutes"),
    ]


def table_rows(filters: Filters) -> Iterator[list[Cell]]:
    """Yield the rows of a report's file, all of them."""
    for one in clock_report.lines(filters, most=None):
        count = one.count
        yield [
            one.title,
            *([one.more] if filters.by == "stage" else []),
            count.met,
            count.extended,
            count.late,
            count.ended,
            None if count.rate is None else round(count.rate * 100, 1),
            round(count.late_seconds / 60),
            round(one.charged / 60) if filters.by in ("person", "team") else None,
            round(count.worked / 60),
        ]


def case_titles() -> list[str]:
    """Return the titles of the file of cases behind a figure."""
    return [
        gettext("Case"),
        gettext("Process"),
        gettext("Stage"),
        gettext("About"),
        gettext("Done by"),
        gettext("Begun"),
        gettext("Due"),
        gettext("Ended"),
        gettext("Outcome"),
        gettext("Late, working minutes"),
        gettext("Charged to"),
    ]


def case_row(one: Past) -> list[Cell]:
    """Return the row of a clock in the file of cases behind a figure."""
    named = subjects.of(one.subject)
    blamed = "; ".join(
        f"{shown.who(who) or gettext('nobody (in a queue)')} {round(seconds / 60)}"
        for who, seconds in one.charges
    )
    return [
        one.row.case_id,
        one.process,
        one.title,
        named.title if named else "",
        shown.who(one.holder),
        one.row.entered_at,
        one.row.due_at,
        one.row.closed_at,
        one.verdict[2],
        round(one.row.late / 60),
        blamed,
    ]
