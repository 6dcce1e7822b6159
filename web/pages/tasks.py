"""My tasks: overdue, today, upcoming, waiting, snoozed; the team's queue; what I have done."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web import addresses, formats, open_work, rights, tasklist, visit

page = Blueprint("tasks", __name__)
Answer = Response | str
FORECAST = 20
"""Tasks due today of which it is said how likely they are to be late."""


@page.get("/")
@rights.person
def home() -> Answer:
    """Go to the first screen of the day."""
    return redirect(url_for(".mine"))


@page.get("/tasks")
@rights.person
def mine() -> Answer:
    """List one's tasks, the queue of one's groups, or what one has done; the tab and the words stand in the address."""
    me, text, tab = visit.actor(), request.args.get("q", ""), request.args.get("tab")
    names, repairs = visit.viewer().names, rights.may("case.repair")
    after = request.args.get("after")
    if tab == "team":
        found = tasklist.claimable(names, me, repairs=repairs, text=text, after=after)
    elif tab == "done":
        found = tasklist.done(me, text=text, after=after)
    else:
        tab, found = "mine", tasklist.mine(me, text=text, after=after)
    today = {line.id for line in found.groups["today"]} if tab == "mine" else set()
    return render_template(
        "tasks/list.html",
        tab=tab,
        found=found,
        onward=addresses.onward(after=found.next),
        counts=tasklist.counts(me),
        team_count=tasklist.claimable_count(names, repairs=repairs),
        today=formats.today(),
        risks=open_work.of_rows([row for row in found.rows if row.id in today][:FORECAST]),
    )
