"""How the program does: for a monitor as text, where a token was set, and for an administrator as a page."""

from __future__ import annotations

import hmac

from flask import Blueprint, Response, abort, render_template, request

from ledger import timings
from web import metrics, rights, visit
from web.speech import gettext

page = Blueprint("metrics", __name__)
KIND = "text/plain; version=0.0.4; charset=utf-8"


@page.get("/metrics")
@rights.public
def text() -> Response:
    """Give every figure in Prometheus's text format to whoever bears the token, if one is set."""
    token = visit.settings().metrics_token
    if not token:
        abort(404)
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        abort(401)
    return Response(metrics.as_text(metrics.now(visit.tx())), content_type=KIND)


@page.get("/health/figures")
@rights.holding("settings.manage")
def show() -> str:
    """Show the same figures as tables."""
    words = {
        "request": gettext("Requests"),
        "command": gettext("Commands of people"),
        "pass": gettext("Passes of the scheduler"),
    }
    return render_template(
        "metrics/show.html",
        figures=metrics.now(visit.tx()),
        timings=[(words[name], timings.all_of(name)) for name in metrics.TIMED],
        is_open=bool(visit.settings().metrics_token),
        words=_words(),
    )


def _words() -> dict[str, str]:
    """Return what each figure is called on the page."""
    return {
        "heartbeat_age_seconds": gettext("Seconds since deadlines were looked at"),
        "sweep_lateness_seconds": gettext("Seconds by which the next level is behind its time"),
        "figures_age_seconds": gettext("Seconds since reports were counted"),
        "due": gettext("Due now and not done yet"),
        "cases": gettext("Cases that are not over"),
        "tasks_open": gettext("Open tasks"),
        "tasks_overdue": gettext("Overdue tasks"),
        "jobs": gettext("Jobs that are not over"),
        "incidents": gettext("Incidents"),
        "alerts": gettext("Alerts that are not over"),
    }
