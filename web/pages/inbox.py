"""The inbox: what Kontor has told a person, with links to the exact task."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from crm_entities import staff
from ledger import numbers
from scheduler import alerts
from web import inbox_lines, rights, visit
from web.speech import gettext

page = Blueprint("inbox", __name__, url_prefix="/inbox")
PAGE = 50
FILTERS: Mapping[str, tuple[str, ...]] = {
    "deadlines": ("deadline_near", "deadline_due", "deadline_overdue", "pause_over_cap"),
    "people": ("task_assigned", "task_handed_over", "task_offered", "mention"),
}
"""Kinds of alerts behind each filter."""


@page.get("")
@rights.person
def listing() -> str:
    """List the alerts, the newest first; `show` narrows to unread ones, deadlines or people."""
    chosen = request.args.get("show", "")
    before = request.args.get("before", type=numbers.whole)
    found = alerts.inbox(
        visit.tx(),
        visit.actor(),
        before=before,
        most=PAGE,
        unread=chosen == "unread",
        kinds=FILTERS.get(chosen, ()),
    )
    onward = None
    if len(found) == PAGE:
        onward = url_for(".listing", show=chosen or None, before=found[-1].id)
    lines = inbox_lines.lines(found)
    return render_template(
        "inbox/list.html",
        hours=inbox_lines.hours(lines, _limit()),
        has_lines=bool(lines),
        has_new=any(line.is_new for line in lines),
        onward=onward,
        chosen=chosen,
        filters={
            "": gettext("All"),
            "unread": gettext("Unread"),
            "deadlines": gettext("Deadlines"),
            "people": gettext("From colleagues"),
        },
    )


@page.get("/count")
@rights.person
def count() -> Response:
    """Return the number of unread alerts, for a page that stays open; 304 where it is the same."""
    answer = Response(str(alerts.unread_count(visit.tx(), visit.actor())), mimetype="text/plain")
    answer.set_etag(f"{visit.actor()}-{answer.get_data(as_text=True)}".replace(":", "-"))
    answer.make_conditional(request)
    return answer


@page.post("/seen")
@rights.person
def see() -> Answer:
    """Mark one alert as seen, or all."""
    chosen = request.form.get("alert", type=numbers.whole)
    visit.run(lambda tx: alerts.seen(tx, tx.actor, None if chosen is None else [chosen]))
    return redirect(url_for(".listing"), code=303)


def _limit() -> int:
    """Return how many entries of one hour show before small news are folded."""
    own = (staff.get(visit.tx(), visit.viewer().id).mail_choices or {}).get("budget")
    return visit.settings().mail_budget if own is None else int(own)
