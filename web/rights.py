"""Each page says who may open it: a page that does not say so opens for nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from crm_entities import rights
from ledger.rejection import forbidden
from web import csrf, visit

View = TypeVar("View", bound=Callable[..., object])
PUBLIC, PERSON = "public", "person"


def public(view: View) -> View:
    """Open for everybody, without login."""
    return _say(view, PUBLIC)


def person(view: View) -> View:
    """Open for everybody who is logged in; what is shown depends on what they may see."""
    return _say(view, PERSON)


def holding(right: str) -> Callable[[View], View]:
    """Open for those who hold `right`, such as `definition.publish`."""
    return lambda view: _say(view, right)


def of_view(view: Callable[..., object]) -> str | None:
    """Return what a view asks for: `public`, `person`, a right, or None where it does not say."""
    return getattr(view, "needs", None)


def may(right: str) -> bool:
    """Say whether the visitor holds `right`."""
    return g.get("person") is not None and rights.has(visit.viewer(), right)


def check() -> Response | None:
    """Before each request: send to the login, or refuse, as the page's view says."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    needed = of_view(current_app.view_functions[request.endpoint])
    if needed == PUBLIC:
        return None
    if needed is None:
        abort(403)
    if g.get("person") is None:
        if request.blueprint == "api":
            abort(401)
        return _to_login()
    if needed != PERSON and not may(needed):
        raise forbidden(
            "Expected the right %(right)s for this page, but %(who)s does not hold it",
            right=needed,
            who=g.person.name,
        )
    return None


def _to_login() -> Response:
    """Send to the login, and back afterwards; a form sent after the session's end is shown, not lost."""
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Redirect": url_for("login.form")})
    if request.method not in csrf.SAFE:
        abort(401)
    return redirect(url_for("login.form", to=request.full_path.rstrip("?")), code=303)


def _say(view: View, needed: str) -> View:
    view.needs = needed  # type: ignore[attr-defined]  # functions carry attributes; their type does not
    return view
