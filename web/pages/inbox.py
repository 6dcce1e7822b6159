"""The inbox: what Kontor has told a person, with links to the exact task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Row
from werkzeug.wrappers import Response

from ledger import numbers
from scheduler import alerts, texts
from scheduler.ports import Address
from web import languages, rights, subjects, visit

page = Blueprint("inbox", __name__, url_prefix="/inbox")
PAGE = 50
NAMING = frozenset({"task_handed_over", "mention"})
"""Kinds of alerts whose words name a colleague."""
LOOKS = {
    "deadline_near": ("clock", "amber"),
    "deadline_due": ("alarm", "amber"),
    "deadline_overdue": ("alarm", "red"),
    "pause_over_cap": ("player-pause", "blue"),
    "outage_summary": ("plug-connected-x", "red"),
    "mention": ("at", "accent"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One alert as a row."""

    id: int
    title: str
    text: str
    url: str | None
    at: datetime
    is_new: bool
    icon: str
    tone: str
    about: str


@page.get("")
@rights.person
def listing() -> str:
    """List the alerts, the newest first."""
    found = alerts.inbox(
        visit.tx(), visit.actor(), before=request.args.get("before", type=numbers.whole), most=PAGE
    )
    subjects.gather(row.subject for row in found)
    reader = Address(visit.viewer().name, None, languages.language(), languages.zone())
    onward = url_for(".listing", before=found[-1].id) if len(found) == PAGE else None
    return render_template(
        "inbox/list.html", lines=[_line(row, reader) for row in found], onward=onward
    )


@page.get("/count")
@rights.person
def count() -> str:
    """Return the number of unread alerts, for a page that stays open."""
    return str(alerts.unread_count(visit.tx(), visit.actor()))


@page.post("/seen")
@rights.person
def see() -> Response:
    """Mark one alert as seen, or all."""
    chosen = request.form.get("alert", type=numbers.whole)
    visit.run(lambda tx: alerts.seen(tx, tx.actor, None if chosen is None else [chosen]))
    return redirect(url_for(".listing"), code=303)


def _line(row: Row[Any], reader: Address) -> Line:
    said = texts.say(visit.tx(), _bare(row), reader)
    icon, tone = LOOKS.get(row.kind, ("bell", "accent"))
    known = subjects.of(row.subject)
    return Line(
        id=row.id,
        title=said.title,
        text=said.text,
        url=_target(row),
        at=row.created_at,
        is_new=row.seen_at is None,
        icon=icon,
        tone=tone,
        about=known.title if known else "",
    )


def _bare(row: Row[Any]) -> Any:
    """Return an alert without what the line says itself or its words do not use: each would be a question more."""
    data = dict(row.data or {})
    if row.kind not in NAMING:
        data.pop("by", None)
    return SimpleNamespace(**{**row._mapping, "subject": None, "data": data})  # noqa: SLF001  # its public name


def _target(row: Row[Any]) -> str | None:
    if row.task_id is not None:
        return url_for("task.show", task_id=row.task_id)
    return None if row.case_id is None else url_for("cases.show", case_id=row.case_id)
