"""Coming in and going out."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as Answer

from crm_entities import logins, sessions
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from web import addresses, cookie, demo, errors, languages, pace, properties, rights, visit
from web.speech import gettext

page = Blueprint("login", __name__)
PACE = "kontor.login_pace"
"""Under which the application keeps how often an address may try (`web.pace`), where there is a limit."""


@page.get("/login")
@rights.public
def form() -> Answer | str:
    """Ask for login and password; who is already in goes on."""
    if g.person is not None:
        return redirect(_target(request.args.get("to")), code=303)
    return _form()


@page.post("/login")
@rights.public
def enter() -> Answer:
    """Start a session and go where the visitor wanted to be; sessions that are over leave no rows."""
    _check_pace()
    login, password = request.form.get("login", ""), request.form.get("password", "")

    def command(tx: Transaction) -> str:
        sessions.sweep(tx, idle=cookie.idle())
        return sessions.start(tx, logins.enter(tx, proof).id)

    known = logins.look(visit.tx(), login)
    visit.close()
    try:
        proof = logins.check(known, password)
        value = visit.run(command)
    except Rejection as refused:
        sentence = gettext("This login and password do not belong together.")
        return make_response(_form(sentence), errors.status(refused))
    answer = make_response(redirect(_target(request.form.get("to")), code=303))
    cookie.give(answer, value)
    return answer


@page.post("/logout")
@rights.person
def leave() -> Answer:
    """End the session."""
    answer: Response = make_response(redirect(url_for("login.form"), code=303))
    value = cookie.take(answer)
    visit.run(lambda tx: sessions.end(tx, value or ""))
    return answer


def _check_pace() -> None:
    limit = current_app.extensions.get(PACE)
    seconds = limit.take(pace.network(request.remote_addr)) if limit is not None else 0
    if seconds:
        raise TooManyRequests(retry_after=seconds)


def _form(refusal: str | None = None) -> str:
    is_demo = properties.get(visit.tx(), "mark") == "demo"
    logins = demo.logins(languages.language()) if is_demo else {}
    return render_template(
        "login/form.html", refusal=refusal, to=request.values.get("to", ""), logins=logins
    )


def _target(to: str | None) -> str:
    first = url_for("tasks.mine")
    wanted = addresses.inside(to, first)
    return first if wanted == url_for("login.leave") else wanted
