"""What the calendar editor shows: the form as typed, the year and the week that it makes, the bench's answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from flask import request

from crm_entities import teams
from engine import calendars
from engine.calendar import Calendar
from engine.clocks import recomputing
from ledger.rejection import Rejection
from web import (
    calendar_bench,
    calendar_form,
    calendar_use,
    calendar_year,
    fields,
    rights,
    shown,
    visit,
)

YEARS_AHEAD = 4


def parts(
    row: Any, typed: Mapping[str, str], refused: Rejection | None = None
) -> dict[str, object]:
    """Return what the editor's page shows for what was typed; `row` is None for a new calendar."""
    wrong = dict(getattr(refused, "errors", None) or {})
    if refused is not None and refused.field and not wrong:
        wrong[refused.field] = refused.sentence
    hours, wrong = _hours(typed, wrong)
    seen = _seen(hours, typed, wrong) if hours is not None else {}
    history = calendars.history(visit.tx(), row.id) if row is not None else ()
    shown.gather(one.made_by for one in history)
    return {
        "calendar": row,
        "typed": typed,
        "refused": refused,
        "errors": wrong,
        "is_looking": request.form.get("then") == "look",
        "days": calendar_form.day_names(),
        "countries": calendar_form.countries(),
        "regions": calendar_form.regions(typed.get("country", "")),
        "zones": sorted(one for one in available_timezones() if "/" in one or one == "UTC"),
        "bench": calendar_bench.form(),
        "history": history,
        "waiting": recomputing.waiting(visit.tx(), row.id) if row is not None else 0,
        "use": calendar_use.of(row.key) if row is not None else None,
        "teams": teams.listing(visit.tx()) if rights.may("staff.manage") else (),
        "year": None,
        "bars": None,
        "asked": typed,
        "answer": None,
        "years": (),
        **seen,
    }


def _hours(
    typed: Mapping[str, str], wrong: dict[str, str]
) -> tuple[Calendar | None, dict[str, str]]:
    """Return the calendar as typed, or None with what is wrong in it."""
    try:
        source = calendar_form.document({**typed, "title": typed.get("title") or "-"})
        return calendars.draft(visit.tx(), source), wrong
    except fields.Refused as refused:
        return None, {**refused.errors, **wrong}
    except Rejection as refused:
        return None, {(refused.field or "title"): refused.sentence, **wrong}


def _seen(hours: Calendar, typed: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    """Return what the page shows of a calendar: its week as bars, a year, the bench's answer."""
    now: datetime = visit.tx().now
    this = hours.local(now).year
    chosen = typed.get("year", "")
    number = (
        int(chosen) if chosen.isdigit() and this - 1 <= int(chosen) <= this + YEARS_AHEAD else this
    )
    asked = typed if typed.get("bench_start") else calendar_bench.question(hours, now)
    try:
        answer = calendar_bench.answer(hours, asked)
    except fields.Refused as refused:
        wrong.update(refused.errors)
        answer = None
    except Rejection as refused:
        wrong[refused.field or "bench_amount"] = refused.sentence
        answer = None
    return {
        "bars": calendar_year.bars(hours),
        "year": calendar_year.of(hours, number),
        "years": range(this - 1, this + YEARS_AHEAD + 1),
        "short_days": calendar_year.short_days(),
        "asked": asked,
        "answer": answer,
    }
