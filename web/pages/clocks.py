"""What people do to a deadline: stop it, let it run on, set another due date, each with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from engine import clocks, instances
from engine.calendar import BusinessDays, CalendarDays
from engine.clocks import holding
from ledger.rejection import invalid
from web import addresses, case_rights, clock_form, fields, formats, rights, visit
from web.speech import gettext

page = Blueprint("clocks", __name__, url_prefix="/clocks/<int:clock_id>")
LONGEST = 1000
"""The largest cap of a pause, in days."""
FARTHEST = timedelta(days=3653)


@page.post("/pause")
@rights.person
def pause(clock_id: int) -> Response:
    """Stop the clock, for a reason, for at most so many days; also as its task's holder, where that is allowed."""
    _demand(clock_id, is_holder_enough=True)
    read = fields.read(clock_form.pause_fields(), request.form)
    cap = _cap(read["at_most"], read["unit"])
    visit.run(lambda tx: clocks.pause(tx, clock_id, str(read["reason"]), until=cap))
    flash(gettext("The clock stands still."))
    return _back(clock_id)


@page.post("/resume")
@rights.person
def resume(clock_id: int) -> Response:
    """Let the clock run on."""
    _demand(clock_id, is_holder_enough=True)
    visit.run(lambda tx: clocks.resume(tx, clock_id))
    flash(gettext("The clock runs again."))
    return _back(clock_id)


@page.post("/due")
@rights.holding("case.reassign")
def move(clock_id: int) -> Response:
    """Set another due date; it is reported as extended."""
    _demand(clock_id)
    read = fields.read(clock_form.move_fields(), request.form)
    due, reason = read["due"], str(read["reason"])
    now = visit.tx().now
    if not isinstance(due, datetime) or not now < due <= now + FARTHEST:
        words = gettext("Please choose a due date that lies ahead, within ten years.")
        raise invalid(words, field="due")
    visit.run(lambda tx: clocks.override(tx, clock_id, due, reason))
    flash(gettext("It is now due %(when)s.", when=formats.moment(due)))
    return _back(clock_id)


def _demand(clock_id: int, *, is_holder_enough: bool = False) -> None:
    row = clocks.get(visit.tx(), clock_id)
    if is_holder_enough and holding.own_cap(visit.tx(), row) is not None:
        return
    if not rights.may("case.reassign"):
        raise holding.refusal(row)
    case_rights.demand_case("case.reassign", instances.get(visit.tx(), row.case_id))


def _cap(number: object, unit: object) -> BusinessDays | CalendarDays | None:
    if number is None:
        return None
    count = int(number) if isinstance(number, Decimal) and number == int(number) else 0
    if not 0 < count <= LONGEST:
        words = gettext("Please write a number of days from 1 to %(most)s.", most=LONGEST)
        raise invalid(words, field="at_most")
    return CalendarDays(count) if unit == "calendar" else BusinessDays(count)


def _back(clock_id: int) -> Response:
    case_id = clocks.get(visit.tx(), clock_id).case_id
    back = addresses.inside(request.form.get("back"), url_for("cases.show", case_id=case_id))
    return redirect(f"{back}#clock-{clock_id}", code=303)
