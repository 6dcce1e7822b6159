"""The topic kontor:http: one request to another host, its answer as results."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from engine.feel import Value
from engine.jobs import BpmnError
from ledger import outbound
from ledger.outbound import Answer
from web import json_values
from web.services import inputs, secret_values
from web.settings import Settings

LONGEST_SECONDS = 60.0
MOST_BYTES = 1_000_000
LATER = frozenset({408, 425, 429})
"""Statuses of 400 to 499 that ask for another try."""
STATUS = re.compile(r"[1-5](xx|\d\d)")
FORBIDDEN, TOO_LARGE, FAILED = "HTTP_FORBIDDEN", "HTTP_TOO_LARGE", "HTTP_ERROR"


def call(settings: Settings, key: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """Send a request and return `status`, `headers` and `body`.

    A status among `errors` (4xx unless said otherwise) is an error of the business with `error_code`;
    any other that is no success is a failed try, and so is a host that does not answer.
    Raises BpmnError, ConnectionError.
    """
    url, method = _url(given), inputs.text(given, "method", "GET").upper()
    headers = _headers(settings, given, url)
    body = _body(given, headers)
    if method not in ("GET", "HEAD"):
        headers.setdefault("Idempotency-Key", key)
    try:
        answer = outbound.send(
            method, url, headers=headers, body=body, rules=_rules(settings, given)
        )
    except outbound.Fault as fault:
        if not fault.is_final:
            raise ConnectionError(str(fault)) from None
        code = TOO_LARGE if isinstance(fault, outbound.TooLarge) else FORBIDDEN
        raise BpmnError(code, str(fault)) from None
    return _result(given, answer)


def _url(given: Mapping[str, Value]) -> str:
    url, query = inputs.text(given, "url"), inputs.pairs(given, "query")
    if not query:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(query)}"


def _headers(settings: Settings, given: Mapping[str, Value], url: str) -> dict[str, str]:
    try:
        parts = urlsplit(url)
        host, port, is_safe = parts.hostname or "", parts.port or 80, parts.scheme == "https"
    except ValueError:
        host, port, is_safe = "", 80, False
    file = Path(settings.secrets)
    written = inputs.pairs(given, "headers")
    has_secret = any(secret_values.MARK.search(value) for value in written.values())
    # over plain http a secret would be read on the way; a named host of the house may do without
    if has_secret and not is_safe and not _rules(settings, given).names(host, port):
        raise BpmnError(FORBIDDEN, f"Expected https for a request to {host} with a secret")
    return {name: secret_values.fill(value, file, host) for name, value in written.items()}


def _body(given: Mapping[str, Value], headers: dict[str, str]) -> bytes | None:
    """Return the body: text as it is, any other value as JSON."""
    value = given.get("body")
    if value is None:
        return None
    has_type = any(name.lower() == "content-type" for name in headers)
    if isinstance(value, str):
        if not has_type:
            headers["Content-Type"] = "text/plain; charset=utf-8"
        return value.encode()
    if not has_type:
        headers["Content-Type"] = "application/json"
    return json_values.write(json_values.plain(value))


def _rules(settings: Settings, given: Mapping[str, Value]) -> outbound.Rules:
    rules = outbound.Rules(
        outbound.Rules.of_hosts(settings.outbound_hosts).hosts,
        whole_seconds=LONGEST_SECONDS,
        most_bytes=MOST_BYTES,
    )
    seconds = inputs.number(given, "seconds", 30, LONGEST_SECONDS)
    redirects = int(inputs.number(given, "redirects", rules.redirects, rules.redirects))
    return rules.within(seconds=max(seconds, 1), redirects=redirects)


def _result(given: Mapping[str, Value], answer: Answer) -> dict[str, Value]:
    found: dict[str, Value] = {
        "status": answer.status,
        "headers": dict(answer.headers),
        "body": _read(answer),
    }
    if 200 <= answer.status < 300 or _is_among(given, "accept", answer.status):  # noqa: PLR2004  # success
        return found
    is_error = (
        _is_among(given, "errors", answer.status)
        if given.get("errors") is not None
        else 400 <= answer.status < 500 and answer.status not in LATER  # noqa: PLR2004  # the caller's fault
    )
    words = f"{urlsplit(answer.url).hostname} answered {answer.status}"
    if is_error:
        raise BpmnError(inputs.text(given, "error_code", FAILED), words, found)
    raise ConnectionError(words)


def _is_among(given: Mapping[str, Value], name: str, status: int) -> bool:
    wanted = inputs.texts(given, name)
    for one in wanted:
        if not STATUS.fullmatch(one):
            raise BpmnError(
                inputs.INVALID, f"Expected statuses such as 404 or 4xx as the input '{name}'"
            )
    return str(status) in wanted or f"{status // 100}xx" in wanted


def _read(answer: Answer) -> Value:
    """Return JSON as values with exact numbers, everything else as text."""
    kind, _, more = answer.headers.get("content-type", "").partition(";")
    charset = re.search(r"charset=\"?([\w-]+)", more)
    if kind.strip().lower() == "application/json" or kind.strip().lower().endswith("+json"):
        try:
            return json_values.admitted(json_values.parse(answer.body)) if answer.body else None
        except ValueError as fault:
            raise ConnectionError(
                f"Expected JSON from {urlsplit(answer.url).hostname}, but {fault}"
            ) from None
    try:
        text = answer.body.decode(charset[1] if charset else "utf-8", errors="replace")
    except LookupError:
        text = answer.body.decode("utf-8", errors="replace")
    return text.replace("\x00", "�")
