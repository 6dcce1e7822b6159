"""No other site can act for a visitor: every changing request carries a secret that only our pages know."""

from __future__ import annotations

import hmac
import secrets
from typing import cast

from flask import abort, g, request, session

FIELD, HEADER = "csrf_token", "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SIGNED = frozenset({"unsubscribe.end"})
"""Views whose address is a secret itself: a mail program posts to it, without having seen a page."""


def token() -> str:
    """Return the secret of this visit: that of the session's row, before login that of a signed cookie."""
    if g.get("person") is not None:
        return cast("str", g.csrf)
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(32)
    return cast("str", session["csrf"])


def check() -> None:
    """Before each request: refuse a changing one (400) whose secret is missing or wrong.

    The API takes no cookie, so no other site can send its key.
    """
    if request.method in SAFE or request.endpoint is None or request.blueprint == "api":
        return
    if request.endpoint in SIGNED:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    expected = token() if g.get("person") is not None else session.get("csrf", "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        abort(400, "csrf")
