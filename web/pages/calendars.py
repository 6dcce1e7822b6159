"""Calendars: the list, the editor with a year and a bench, who follows them. A change is a new version."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import company
from engine import calendars
from engine.calendar import spec
from engine.clocks import recomputing
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction
from web import (
    calendar_editor,
    calendar_form,
    calendar_use,
    errors,
    process_words,
    rights,
    shown,
    subjects,
    visit,
)
from web.speech import gettext, ngettext

page = Blueprint("calendars", __name__, url_prefix="/calendars")
Answer = Response | str | tuple[str, int]
FIRST = {
    "week": {day: ["09:00-17:00"] for day in spec.DAYS[:5]},
}


@page.get("")
@rights.holding("settings.manage")
def listing() -> Answer:
    """List all calendars and who follows them."""
    rows = calendars.listed(visit.tx())
    shown.gather(row.made_by for row in rows)
    uses = {row.key: calendar_use.of(row.key) for row in rows}
    return render_template("calendars/list.html", calendars=rows, uses=uses)


@page.get("/regions")
@rights.holding("settings.manage")
def regions() -> Answer:
    """Give the regions of a country, as options of a list."""
    found = calendar_form.regions(request.args.get("country", ""))
    return render_template("calendars/regions.html", regions=found, chosen=None)


@page.get("/new")
@rights.holding("settings.manage")
def new() -> Answer:
    """Show the editor with an ordinary week in the company's zone and country."""
    ours = company.get(visit.tx())
    source = {**FIRST, "timezone": ours.zone, "country": ours.country}
    return _editor(None, {**calendar_form.typed_of(source, ""), "key": ""})


@page.post("/new")
@rights.holding("settings.manage")
def create() -> Answer:
    """Make a calendar, or look at it without saving."""
    if request.form.get("then") == "look":
        return _editor(None, request.form)
    try:
        key = _new_key(request.form.get("key", "").strip())
        source = calendar_form.document(request.form)
        visit.run(lambda tx: _save(tx, key, source, None))
    except Rejection as refused:
        return _editor(None, request.form, refused), errors.status(refused)
    flash(gettext("The calendar is kept."))
    return redirect(url_for(".show", calendar_key=key), code=303)


@page.get("/<calendar_key>")
@rights.holding("settings.manage")
def show(calendar_key: str) -> Answer:
    """Show a calendar in the editor."""
    return _editor(calendar_key, _held(calendar_key))


@page.post("/<calendar_key>")
@rights.holding("settings.manage")
def change(calendar_key: str) -> Answer:
    """Save a new version, or look at what was typed without saving."""
    _row(calendar_key)
    if request.form.get("then") == "look":
        return _editor(calendar_key, request.form)
    version = request.form.get("version", type=int) or 0
    try:
        source = calendar_form.document(request.form)
        made = visit.run(lambda tx: _save(tx, calendar_key, source, version))
    except Rejection as refused:
        return _editor(calendar_key, request.form, refused), errors.status(refused)
    flash(
        gettext("Version %(number)s is kept. Deadlines that run keep theirs.", number=made)
        if made != version
        else gettext("Nothing was different; there is no new version.")
    )
    return redirect(url_for(".show", calendar_key=calendar_key), code=303)


@page.post("/<calendar_key>/use")
@rights.holding("settings.manage")
def use(calendar_key: str) -> Answer:
    """Let the company and teams follow the calendar."""
    _row(calendar_key)
    chosen = {int(one) for one in request.form.getlist("teams") if one.isdigit()}
    given = chosen if rights.may("staff.manage") else None
    is_company = request.form.get("company") == "true"
    visit.run(lambda tx: calendar_use.give(tx, calendar_key, given, is_company=is_company))
    flash(gettext("Deadlines that begin from now on follow it."))
    return redirect(url_for(".show", calendar_key=calendar_key) + "#use", code=303)


@page.get("/<calendar_key>/recompute")
@rights.holding("settings.manage")
def look_at_recomputing(calendar_key: str) -> Answer:
    """Show which running deadlines would move if they followed the newest version."""
    row = _row(calendar_key)
    report = recomputing.report(visit.tx(), row.id)
    subjects.gather(one.subject for one in report.moves)
    return render_template(
        "calendars/recompute.html",
        calendar=row,
        report=report,
        lines=[(one, process_words.clock_title(one)) for one in report.moves],
    )


@page.post("/<calendar_key>/recompute")
@rights.holding("settings.manage")
def recompute(calendar_key: str) -> Answer:
    """Let every running deadline follow the newest version, some hundred in each transaction."""
    number = _row(calendar_key).id
    done, last = visit.run(lambda tx: recomputing.recompute(tx, number))
    while last is not None:
        size, last = visit.run(partial(recomputing.recompute, calendar_id=number, after=last))
        done += size
    flash(
        ngettext(
            "%(num)s deadline was reckoned again.", "%(num)s deadlines were reckoned again.", done
        )
    )
    return redirect(url_for(".show", calendar_key=calendar_key), code=303)


def _save(tx: Transaction, key: str, source: Mapping[str, Any], version: int | None) -> int:
    """Write a version if nobody else did since `version` was shown; None: if there is none yet."""
    known = calendars.latest(tx, key)
    if known is not None and version is None:
        words = gettext("There is a calendar of this name already.")
        raise Rejection("already_exists", words, field="key")
    if known is not None and known[1] != version:
        newest = calendars.history(tx, known[0])[0]
        raise Rejection(
            "conflict",
            "%(who)s saved version %(number)s at %(touched_at)s. What you typed is still here.",
            who=newest.made_by,
            number=known[1],
            touched_at=newest.made_at,
        )
    return calendars.define(tx, key, source, title=request.form["title"].strip())[1]


def _new_key(key: str) -> str:
    if not calendar_form.KEY.fullmatch(key) or key in calendar_form.TAKEN:
        words = gettext("Please write a name of small letters, digits and hyphens.")
        raise invalid(words, field="key")
    return key


def _row(key: str) -> Any:
    found = next((row for row in calendars.listed(visit.tx()) if row.key == key), None)
    if found is None:
        raise not_found("the calendar %(calendar)s", calendar=key)
    return found


def _held(key: str) -> dict[str, str]:
    row = _row(key)
    return {**calendar_form.typed_of(row.source, row.title), "version": str(row.version)}


def _editor(key: str | None, typed: Mapping[str, str], refused: Rejection | None = None) -> str:
    row = _row(key) if key is not None else None
    return render_template("calendars/edit.html", **calendar_editor.parts(row, typed, refused))
