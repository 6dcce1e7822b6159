"""Search: clients, contacts, deals and tasks, each only where the visitor may see it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from crm_entities import search
from web import rights, tasklist, visit

page = Blueprint("search", __name__, url_prefix="/search")
MOST = 10


@page.get("")
@rights.person
def results() -> str:
    """Show what fits the words, a few of each kind."""
    text = request.args.get("q", "").strip()
    hits = search.find(visit.tx(), text, most=MOST) if text else []
    return render_template(
        "search/results.html",
        text=text,
        found={kind: [one for one in hits if one.entity == kind] for kind in search.KINDS},
        tasks=tasklist.mine(visit.actor(), text=text).lines[:MOST] if text else [],
    )
