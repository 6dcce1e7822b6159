"""What waits for a program or for a repair: jobs of outside workers, and cases that cannot go on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from engine import incidents, instances, jobs
from web import case_rights, process_words, rights, visit
from web.speech import gettext

page = Blueprint("jobs", __name__, url_prefix="/jobs")


@dataclass(frozen=True, slots=True)
class Line:
    """A job or an incident; `words` is the topic that a worker asks for, or what went wrong."""

    id: int
    case_id: int
    title: str
    process: str
    words: str
    since: datetime
    error: str = ""
    tries_left: int | None = None
    worker: str = ""
    until: datetime | None = None


@page.get("")
@rights.holding("case.repair")
def listing() -> str:
    """List the newest incidents and jobs of the cases that the visitor may repair."""
    tx = visit.tx()
    return render_template(
        "jobs/list.html",
        stuck=[_incident(row) for row in incidents.listed(tx) if _may(row.case_id)],
        waiting=[_job(row) for row in jobs.waiting(tx) if _may(row.case_id)],
    )


@page.post("/<int:job_id>/complete")
@rights.holding("case.repair")
def complete(job_id: int) -> Response:
    """Report a job as done by hand: no worker will do it."""
    case_rights.demand_case(
        "case.repair", instances.get(visit.tx(), jobs.case_of(visit.tx(), job_id))
    )
    visit.run(lambda tx: jobs.complete(tx, job_id))
    flash(gettext("The work was reported as done."))
    return redirect(url_for(".listing"), code=303)


def _may(case_id: int) -> bool:
    return case_rights.may_on_case("case.repair", instances.get(visit.tx(), case_id))


def _incident(row: Row[Any]) -> Line:
    title = process_words.element_title(row.definition_id, row.element)
    return Line(
        row.id,
        row.case_id,
        title,
        process_words.process_title(row.definition_id),
        row.message,
        row.at,
    )


def _job(row: Row[Any]) -> Line:
    return Line(
        row.id,
        row.case_id,
        process_words.element_title(row.definition_id, row.element),
        process_words.process_title(row.definition_id),
        row.topic,
        row.created_at,
        row.error or "",
        row.tries_left,
        **_claim(row),
    )


def _claim(row: Row[Any]) -> dict[str, Any]:
    """Return who works on a job and until when; a lease that is over holds nothing."""
    if row.state != "claimed" or row.due_at <= visit.tx().now:
        return {}
    number, _, name = (row.worker or "").partition("/")
    return {"worker": name or number, "until": row.due_at}
