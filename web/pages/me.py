"""One's own page: language, zone, theme, quiet hours, how mails come, password."""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from crm_entities import logins, passwords, staff
from ledger.rejection import Rejection, invalid
from web import cookie, errors, languages, mail_choices, rights, themes, visit
from web.speech import gettext

page = Blueprint("me", __name__, url_prefix="/me")
Answer = Response | str | tuple[str, int]
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


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


@page.post("/mails")
@rights.person
def set_quiet_hours() -> Answer:
    """Set the hours between which no mail is sent; both empty: mail comes at any time."""
    try:
        quiet = _quiet_hours(request.form.get("quiet_from", ""), request.form.get("quiet_to", ""))
        values = {"quiet_hours": quiet}
        visit.run(lambda tx: staff.change(tx, visit.viewer().id, values))
    except Rejection as refused:
        return _show(refused), errors.status(refused)
    flash(gettext("Your quiet hours are kept."))
    return redirect(url_for(".show"), code=303)


@page.post("/choices")
@rights.person
def choose_mails() -> Answer:
    """Choose how mails come: at once, in digests, or not, for each kind of news."""
    try:
        values = {"mail_choices": mail_choices.typed()}
        visit.run(lambda tx: staff.change(tx, visit.viewer().id, values))
    except Rejection as refused:
        return _show(refused), errors.status(refused)
    flash(gettext("Mails come from now on as you chose."))
    return redirect(url_for(".show"), code=303)


@page.post("/password")
@rights.person
def set_password() -> Answer:
    """Change one's password; every session ends, this one too."""
    old, new = request.form.get("password", ""), request.form.get("new_password", "")
    known = logins.of_member(visit.tx(), visit.viewer().id)
    visit.close()
    try:
        fresh = passwords.hashed(new)
        if not passwords.is_right(known.hash, old):
            raise staff.wrong_password()
        visit.run(lambda tx: staff.set_password(tx, visit.viewer().id, fresh, proved=known.hash))
    except Rejection as refused:
        return _show(refused), errors.status(refused)
    answer = make_response(redirect(url_for("login.form"), code=303))
    cookie.take(answer)
    flash(gettext("The password was changed. Please log in with it."))
    return answer


def _quiet_hours(begin: str, end: str) -> dict[str, str] | None:
    if not begin and not end:
        return None
    if not TIME.fullmatch(begin) or not TIME.fullmatch(end) or begin == end:
        words = gettext("Please give two different times, such as 20:00 and 07:00, or none.")
        raise invalid(words, field="quiet_from")
    return {"from": begin, "to": end}


def _show(refused: Rejection | None = None) -> str:
    zones = sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
    quiet = staff.get(visit.tx(), visit.viewer().id).quiet_hours or {}
    return render_template(
        "me/show.html",
        refused=refused,
        mails=mail_choices.shown(),
        zones=zones,
        languages=languages.LANGUAGES,
        quiet_from=request.form.get("quiet_from", quiet.get("from", "")),
        quiet_to=request.form.get("quiet_to", quiet.get("to", "")),
    )
