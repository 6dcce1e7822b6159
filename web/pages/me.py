"""One's own page: language, zone, theme, password."""

from __future__ import annotations

from zoneinfo import available_timezones

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import staff
from ledger.rejection import Rejection
from web import cookie, errors, languages, rights, themes, visit
from web.speech import gettext

page = Blueprint("me", __name__, url_prefix="/me")
Answer = Response | str | tuple[str, int]


@page.get("")
@rights.person
def show() -> Answer:
    """Show what a person may set about himself."""
    return _show()


@page.post("")
@rights.person
def change() -> Answer:
    """Change language, zone and theme."""
    typed = {
        "language": request.form.get("language") or None,
        "zone": request.form.get("zone") or None,
    }
    try:
        visit.run(lambda tx: staff.change(tx, visit.viewer().id, typed))
    except Rejection as refused:
        return _show(refused), errors.status(refused)
    answer = make_response(redirect(url_for(".show"), code=303))
    themes.choose(answer, request.form.get("theme", ""))
    return answer


@page.post("/password")
@rights.person
def set_password() -> Answer:
    """Change one's password; every session ends, this one too."""
    old, new = request.form.get("password", ""), request.form.get("new_password", "")
    try:
        visit.run(lambda tx: staff.set_password(tx, visit.viewer().id, new, old=old))
    except Rejection as refused:
        return _show(refused), errors.status(refused)
    answer = make_response(redirect(url_for("login.form"), code=303))
    cookie.take(answer)
    flash(gettext("The password was changed. Please log in with it."))
    return answer


def _show(refused: Rejection | None = None) -> str:
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    return render_template(
        "me/show.html", refused=refused, zones=zones, languages=languages.LANGUAGES
    )
