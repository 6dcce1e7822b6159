"""Each request has a name that stands in its answer and in every line of the log about it."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, g, request

from web import logs

HEADER = "X-Request-Id"
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def init_app(app: Flask) -> None:
    """Name the requests of `app`; a proxy's or a caller's own name is kept where it is a plain word."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_over)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    g.request_id = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
    logs.request.set(g.request_id)


def _end(answer: Response) -> Response:
    if "request_id" in g:
        answer.headers[HEADER] = g.request_id
    return answer


def _over(_fault: BaseException | None) -> None:
    """What this thread does next is of no request, or of another."""
    logs.request.set(None)
