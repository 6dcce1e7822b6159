"""My tasks: overdue, today, upcoming, waiting, snoozed; the team's queue; what I have done."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from web import formats, open_work, rights, tasklist, visit

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
    me, text = visit.actor(), request.args.get("q", "")
    tab = request.args.get("tab", "mine")
    names, repairs = visit.viewer().names, rights.may("case.repair")
    groups = tasklist.mine(me, text=text) if tab == "mine" else {}
    lines = []
    if tab in ("team", "done"):
        lines = (
            tasklist.claimable(names, me, repairs=repairs, text=text)
            if tab == "team"
            else tasklist.done(me, text=text)
        )
    return render_template(
        "tasks/list.html",
        tab=tab,
        groups=groups,
        lines=lines,
        counts=tasklist.counts(me),
        team_count=tasklist.claimable_count(names, repairs=repairs),
        today=formats.today(),
        most=tasklist.MOST,
        risks=open_work.of_tasks([line.id for line in groups.get("today", ())][:FORECAST]),
    )
