"""The cookie that says who visits: 256 random bits whose digest is a row; no more is in the browser."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, g, request

from crm_entities import sessions
from web import visit

NAME = "kontor"


def find_person() -> None:
    """Before each request: let `g.person` be the viewer of the cookie's session, or None; the API takes no cookie."""
    g.person = None
    cookie = request.cookies.get(NAME)
    if not cookie or request.endpoint in (None, "static") or request.blueprint == "api":
        return
    found = sessions.find(visit.tx(), cookie, idle=idle())
    if found is None:
        return
    g.person, g.csrf = found.viewer, found.csrf
    visit.go_on()
    if sessions.is_stale(found, visit.tx().now):
        visit.run(lambda tx: sessions.touch(tx, found))


def give(answer: Response, value: str) -> None:
    """Set the cookie: out of reach of scripts, not sent by other sites' forms, over https only where there is https."""
    age = int(idle().total_seconds())
    secure = visit.settings().is_secure
    answer.set_cookie(NAME, value, max_age=age, httponly=True, samesite="Lax", secure=secure)


def take(answer: Response) -> str | None:
    """Remove the cookie and return what it was."""
    answer.delete_cookie(NAME, httponly=True, samesite="Lax", secure=visit.settings().is_secure)
    return request.cookies.get(NAME)


def idle() -> timedelta:
    """Return after how much quiet a session is over."""
    return timedelta(days=visit.settings().session_days)
