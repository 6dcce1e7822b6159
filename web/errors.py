"""What went wrong, told to a person (a page that keeps what was typed) or to a program (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

from flask import Flask, Response, g, make_response, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as Exhausted
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from ledger.rejection import Reason, Rejection
from web import csrf, sentences, visit
from web.api import problems
from web.speech import gettext

STATUS: dict[Reason, int] = {
    "invalid_argument": 422,
    "not_found": 404,
    "already_exists": 409,
    "invalid_state": 409,
    "forbidden": 403,
    "conflict": 409,
}
READ_ONLY = "25006"
"""SQLSTATE of a PostgreSQL that takes no changes, such as one that stands by."""
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Answer rejections, HTTP errors and faults of `app`."""
    app.add_template_filter(sentences.readable, "readable")
    app.add_template_filter(sentences.kept, "kept_words")
    app.add_template_filter(sentences.pause_reason, "pause_reason")
    app.register_error_handler(Rejection, _rejected)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def status(refused: Rejection) -> int:
    """Return the HTTP status of a rejection."""
    return STATUS[refused.reason]


def headline(code: int) -> str:
    """Say in a few words what an HTTP status means to a person."""
    known = {
        400: gettext("This form is too old. Please open the page again and send it once more."),
        401: gettext("Please log in."),
        403: gettext("You may not do this."),
        404: gettext("There is nothing here."),
        405: gettext("This cannot be done from here."),
        409: gettext("Something has changed in the meantime."),
        413: gettext("This is too large to be sent."),
        422: gettext("Something in the form needs another look."),
        429: gettext("Too many tries. Please wait a minute."),
        503: gettext("This cannot be done right now. Nothing was changed."),
    }
    return known.get(code) or gettext("Something went wrong on our side. Nothing was changed.")


def _rejected(refused: Rejection) -> Response:
    return _answer(
        status(refused),
        sentences.readable(refused.sentence),
        reason=refused.reason,
        field=refused.field,
    )


def _http(fault: HTTPException) -> Response:
    if fault.response is not None:
        return make_response(fault.response)
    if isinstance(fault, RequestEntityTooLarge):
        return _answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, _too_large(), typed={})
    answer = _answer(fault.code or HTTPStatus.INTERNAL_SERVER_ERROR, "")
    if isinstance(fault, TooManyRequests):
        answer.headers["Retry-After"] = str(fault.retry_after)
    return answer


def _fault(fault: Exception) -> Response:
    said = {"path": request.path, "method": request.method}
    log.error("request_failed", extra=said, exc_info=fault)
    if isinstance(fault, OperationalError | Exhausted) or _sqlstate(fault) == READ_ONLY:
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, _of_database(fault))
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, "")


def _sqlstate(fault: Exception) -> str | None:
    return getattr(getattr(fault, "orig", None), "sqlstate", None)


def _of_database(fault: Exception) -> str:
    """Say what keeps the database from its work, and what to do about it."""
    said, state = str(getattr(fault, "orig", fault)), _sqlstate(fault)
    if "readonly" in said or state == READ_ONLY:
        return gettext("The database can only be read. Please tell an administrator.")
    if "disk is full" in said or state == "53100":
        return gettext("The disk that holds the database is full. Please tell an administrator.")
    if "locked" in said or state == "55P03":
        return gettext("Another program holds the database. Please try again in a moment.")
    return gettext("The database does not answer. Please try again in a moment.")


def _answer(
    code: int,
    sentence: str,
    *,
    reason: str | None = None,
    field: str | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    if problems.is_wanted():
        return problems.answer(code, sentence, reason=reason, field=field)
    if _wants_json():
        told = problems.details(code, sentence, title=headline(code), reason=reason, field=field)
        return problems.written(told)
    template = "error.html" if g.get("person") is not None else "error_bare.html"
    page = render_template(
        template,
        code=code,
        headline=headline(code),
        sentence=sentence,
        typed=_typed() if typed is None else typed,
    )
    return make_response(page, code)


def _too_large() -> str:
    """Say what is too large, how large it may be, and what to do about it."""
    most = visit.settings().upload_megabytes
    if (request.content_length or 0) > most << 20:
        return gettext(
            "At most %(most)s MB can be sent at once. Please make the file smaller or divide it; "
            "an administrator can raise the limit (upload_megabytes).",
            most=most,
        )
    return gettext("This text is too long. Please send it as a file, or in parts.")


def _wants_json() -> bool:
    wanted = request.accept_mimetypes
    return (
        "HX-Request" in request.headers
        or wanted.best_match(["text/html", "application/json"]) == "application/json"
    )


def _typed() -> dict[str, str]:
    """What the visitor wrote, so that a refused form never loses it; secrets stay out."""
    hidden = {csrf.FIELD, "password", "new_password", "repeated"}
    return {
        name: value for name, value in request.form.items() if name not in hidden and value.strip()
    }
