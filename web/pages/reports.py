"""Reports on deadlines: figures, the cases behind each, and both as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import Blueprint, Response, render_template, request, url_for

from ledger import paging
from ledger.rejection import not_found
from scheduler import figures
from web import (
    addresses,
    clock_figures,
    clock_report,
    downloads,
    formats,
    open_work,
    report_files,
    report_filters,
    rights,
    sheets,
    visit,
)
from web.report_filters import Filters
from web.sheets import Cell
from web.speech import gettext

page = Blueprint("reports", __name__, url_prefix="/reports")
PRESETS = (30, 90, 365)


@page.get("")
@rights.holding("report.read")
def deadlines() -> str:
    """Show how promises were kept: rates, lateness by holder, pauses, first answers, trend, forecasts."""
    filters = report_filters.read(request.args)
    open_now = open_work.late_so_far(filters)
    chart, trend, total = clock_report.trend(filters)
    return render_template(
        "reports/deadlines.html",
        filters=filters,
        total=total,
        response=clock_figures.total(report_filters.read({**request.args, "kind": "response"})),
        lines=clock_report.lines(filters),
        charges=clock_report.charges(filters, open_now.seconds),
        open_now=open_now,
        pauses=clock_figures.pauses(filters),
        chart=chart,
        trend=trend,
        accuracy=clock_figures.accuracy(filters),
        risks=open_work.at_risk(),
        options=clock_report.options(),
        reached=figures.reached(visit.tx()),
        presets=[(days, _back(filters, days)) for days in PRESETS],
        percent=clock_report.percent,
        worked=clock_report.worked,
    )


@page.get("/cases")
@rights.holding("report.read")
def cases() -> str:
    """List the clocks behind a figure, the latest first."""
    filters = report_filters.read(request.args)
    found = clock_figures.behind(filters, request.args.get("after"))
    return render_template(
        "reports/cases.html",
        filters=filters,
        lines=clock_report.past(found.rows),
        onward=addresses.onward(after=found.next),
        worked=clock_report.worked,
        verdict=clock_report.verdict,
    )


@page.get("/deadlines.<form>")
@rights.holding("report.read")
def table(form: str) -> Response:
    """Give the table of a report as .csv or .xlsx."""
    filters = report_filters.read(request.args)
    titles, rows = report_files.table_titles(filters), report_files.table_rows(filters)
    return _file(form, gettext("Deadlines"), titles, rows)


@page.get("/cases.<form>")
@rights.holding("report.read")
def case_table(form: str) -> Response:
    """Give all the clocks behind a figure as .csv or .xlsx."""
    filters = report_filters.read(request.args)
    return _file(form, gettext("Cases"), report_files.case_titles(), _every(filters))


def _every(filters: Filters) -> Iterator[list[Cell]]:
    after, is_over = None, False
    while not is_over:
        found = clock_figures.behind(filters, after, paging.MOST)
        for one in clock_report.past(found.rows):
            yield report_files.case_row(one)
        after, is_over = found.next, found.next is None


def _file(form: str, name: str, titles: list[str], rows: Iterator[list[Cell]]) -> Response:
    if form not in ("csv", "xlsx"):
        raise not_found(f"a file of the form {form}")
    if form == "xlsx":
        body, kind = sheets.as_xlsx(name, titles, rows), downloads.XLSX
    else:
        body, kind = sheets.as_csv(titles, rows), downloads.CSV
    file = f"{name}-{formats.today().isoformat()}.{form}"
    return downloads.answer(file, sheets.chunks(body), kind)


def _back(filters: Filters, days: int) -> tuple[str, bool]:
    """Return the address of the last so many days, and whether they are shown."""
    today = formats.today()
    since = today - timedelta(days=days - 1)
    is_shown = (filters.since, filters.until) == (since, today)
    return url_for(".deadlines", **filters.address(since=since, until=today)), is_shown
