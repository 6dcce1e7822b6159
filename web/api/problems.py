"""What went wrong, for a program: problem details with the place and a way out (RFC 9457)."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, g, request
from werkzeug.exceptions import HTTPException

from ledger.rejection import Rejection

KIND = "application/problem+json"
BASE = "urn:kontor:problem:"
TITLES = {
    400: ("malformed_request", "The request cannot be read"),
    401: ("unauthorized", "A valid API key is missing"),
    403: ("forbidden", "This key may not do that"),
    404: ("not_found", "There is no such thing, or this key may not know of it"),
    405: ("method_not_allowed", "This address does not take that method"),
    406: ("not_acceptable", "Only JSON is spoken here"),
    409: ("conflict", "The state of things does not allow that now"),
    413: ("too_large", "The request is too large"),
    415: ("unsupported_media_type", "Only JSON is taken here"),
    422: ("invalid_argument", "The request says something that cannot be"),
    429: ("too_many_requests", "Too many requests"),
}
OURS = ("internal", "Something went wrong on our side; nothing was changed")


class Malformed(HTTPException):
    """A request whose body or query is wrong: `errors` name each place and what was expected there."""

    def __init__(
        self, code: int, sentence: str, errors: list[dict[str, str]] | None = None
    ) -> None:
        super().__init__(sentence, answer(code, sentence, errors=errors))


class TooMany(HTTPException):
    """A request that came too fast, with the seconds after which the next one is answered."""

    def __init__(self, sentence: str, seconds: int) -> None:
        response = answer(429, sentence)
        response.headers["Retry-After"] = str(seconds)
        super().__init__(sentence, response)


def details(
    code: int,
    sentence: str,
    *,
    title: str | None = None,
    reason: str | None = None,
    field: str | None = None,
    errors: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """Return the members of a problem; `request` is found again in the program's log."""
    known, ours = TITLES.get(code, OURS)
    members = {
        "type": BASE + (reason or known),
        "title": title or ours,
        "status": code,
        "detail": sentence,
        "field": field,
        "errors": errors,
        "request": g.get("request_id"),
    }
    return {name: value for name, value in members.items() if value}


def of_rejection(code: int, refused: Rejection) -> dict[str, Any]:
    """Return the problem of a refused command, to stand among the results of a batch."""
    return details(code, str(refused.sentence), reason=refused.reason, field=refused.field)


def answer(
    code: int,
    sentence: str,
    *,
    reason: str | None = None,
    field: str | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    """Return a problem as an answer; without a key it says how one is given."""
    # what no command refused is said as programs need it, not as a page says it
    words = sentence if reason else _hint(code) or sentence
    response = written(details(code, words, reason=reason, field=field, errors=errors))
    if code == 401:  # noqa: PLR2004  # Unauthorized
        response.headers["WWW-Authenticate"] = 'Bearer realm="Kontor"'
    return response


def written(told: dict[str, Any]) -> Response:
    """Return the members of a problem as an answer."""
    return Response(orjson.dumps(told), status=told["status"], content_type=KIND)


def is_wanted() -> bool:
    """Say whether this request is one of the API."""
    return request.path.startswith("/api/v1/") or request.path == "/api/v1"


def _hint(code: int) -> str:
    hints = {
        401: "Expected the header Authorization: Bearer KEY with a key that is valid; "
        "an administrator makes one under API keys",
        404: "Expected an address of /api/v1/openapi.json",
        405: "Expected a method of /api/v1/openapi.json for this address",
        413: "Expected a smaller request; report results in smaller batches",
    }
    return hints.get(code, "")
