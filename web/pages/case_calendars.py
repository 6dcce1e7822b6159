"""A case is given a working calendar of its own, and its running deadlines follow it once they were looked at."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from engine import calendars, instances
from engine.clocks import recomputing
from ledger.rejection import invalid
from web import case_calendar, case_rights, process_words, rights, visit
from web.speech import gettext, ngettext

page = Blueprint("case_calendars", __name__, url_prefix="/cases/<int:case_id>/calendar")
Answer = Response | str


@page.get("")
@rights.holding("case.reassign")
def look(case_id: int) -> Answer:
    """Show which running deadlines of a case would move if they followed its own calendar."""
    case = _case(case_id)
    key = instances.calendar_of(visit.tx(), case_id)
    report = recomputing.report_case(visit.tx(), case_id, key) if key else None
    return render_template(
        "cases/calendar.html",
        case=case,
        title=process_words.process_title(case.definition_id),
        calendar=calendars.keys(visit.tx()).get(key or "", ""),
        report=report,
        lines=[(one, process_words.clock_title(one)) for one in report.moves] if report else [],
    )


@page.post("")
@rights.holding("case.reassign")
def choose(case_id: int) -> Answer:
    """Give a case a calendar of its own, or none; what runs is looked at next."""
    _case(case_id)
    key = case_calendar.read(request.form)
    visit.run(lambda tx: instances.set_calendar(tx, case_id, key))
    flash(gettext("New deadlines of this case follow the calendar you chose."))
    if key and recomputing.report_case(visit.tx(), case_id, key).clocks:
        return redirect(url_for(".look", case_id=case_id), code=303)
    return redirect(url_for("cases.show", case_id=case_id), code=303)


@page.post("/recompute")
@rights.holding("case.reassign")
def recompute(case_id: int) -> Answer:
    """Let the running deadlines of a case follow its own calendar."""
    _case(case_id)
    key = instances.calendar_of(visit.tx(), case_id)
    if key is None:
        raise invalid(gettext("This case has no calendar of its own."))
    done = visit.run(lambda tx: recomputing.recompute_case(tx, case_id, key))
    flash(
        ngettext(
            "%(num)s deadline was reckoned again.", "%(num)s deadlines were reckoned again.", done
        )
    )
    return redirect(url_for("cases.show", case_id=case_id), code=303)


def _case(case_id: int) -> Row[Any]:
    case = instances.get(visit.tx(), case_id)
    case_rights.demand_case("case.reassign", case)
    return case
