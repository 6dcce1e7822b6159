"""Search: clients, contacts' clients, deals and tasks, each only where the visitor may see it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from sqlalchemy import select

from crm_entities import clients, deals
from engine.waiting.tasks import IS_OPEN, tasks
from web import rights, tasklist, visit

page = Blueprint("search", __name__, url_prefix="/search")
MOST = 10
LOOKED_AT = 300


@page.get("")
@rights.person
def results() -> str:
    """Show what fits the words, a few of each kind."""
    text = request.args.get("q", "").strip()
    found_clients = clients.listing(visit.tx(), text=text, most=MOST).rows if text else ()
    found_deals = deals.listing(visit.tx(), text=text, most=MOST).rows if text else ()
    return render_template(
        "search/results.html",
        text=text,
        clients=found_clients,
        deals=found_deals,
        tasks=_tasks(text) if text else [],
    )


def _tasks(text: str) -> list[tasklist.Line]:
    """Return the visitor's own open tasks that fit."""
    question = select(tasks).where(tasks.c.assignee == visit.actor(), IS_OPEN).limit(LOOKED_AT)
    return tasklist.as_lines(visit.tx().execute(question).all(), text=text)[:MOST]
