"""Import of clients."""

from __future__ import annotations

from flask import Blueprint, render_template

from web import rights

page = Blueprint("imports", __name__, url_prefix="/imports")


@page.get("")
@rights.holding("record.import")
def listing() -> str:
    """List the imports."""
    return render_template("imports/list.html")
