"""One request and its answer, redirects followed as far as the rules go."""

from __future__ import annotations

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from ledger.outbound import addresses
from ledger.outbound.faults import Broken, Fault, Forbidden, TooLarge, TooSlow
from ledger.outbound.rules import Rules
from ledger.outbound.wire import Connection, Limit

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
AGENT = "Kontor"
CHUNK = 65_536
LONGEST_URL = 8_000
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_OURS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"}
)
_KEPT = frozenset({"accept", "accept-language", "content-type", "user-agent", "accept-encoding"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered; names of `headers` are in lower case. `url` is where it came from at last."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    rules: Rules | None = None,
) -> Answer:
    """Send one request and return the answer, whatever its status.

    The name is resolved once and that address is connected to, so that a name cannot change its
    mind between check and use; each redirect is checked the same way. Raises Forbidden, TooLarge,
    TooSlow or Broken (all `Fault`).
    """
    rules = rules or Rules()
    request = _Request(method.upper(), url, _checked(headers or {}), body)
    if request.method not in METHODS:
        raise Forbidden("Expected a method such as GET or POST, but got “%(got)s”", got=method)
    limit = Limit(rules.whole_seconds)
    for _ in range(rules.redirects + 1):
        answer = _asked(request, rules, limit)
        following = _redirected(request, answer) if rules.redirects else None
        if following is None:
            return answer
        request = following
    raise Forbidden(
        "Expected at most %(most)s redirects from %(url)s", most=rules.redirects, url=_shown(url)
    )


def _checked(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise Forbidden(
                "Expected a header of printable characters, but got “%(got)s”",
                got=ascii(name[:60])[1:-1],
            )
        if name.lower() in _OURS:
            raise Forbidden(
                "Expected no header %(name)s: it follows from the request itself", name=name
            )
    return {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}


def _asked(request: _Request, rules: Rules, limit: Limit) -> Answer:
    target, host, port = _parsed(request.url)
    found = addresses.resolve(host, port, rules, min(rules.connect_seconds, limit.left()))
    connection = Connection(host, port, found, rules, limit, tls=target.scheme == "https")
    try:
        connection.request(request.method, _path(target), request.body, dict(request.headers))
        response = connection.getresponse()
        body = _read(response, rules)
        return Answer(response.status, _headers(response), body, request.url)
    except Fault:
        raise
    except TimeoutError as fault:
        raise TooSlow(
            "Expected %(host)s to answer within %(seconds)s seconds",
            host=host,
            seconds=f"{limit.seconds:g}",
        ) from fault
    except (http.client.HTTPException, OSError, ValueError) as fault:
        said = str(fault) or type(fault).__name__
        raise Broken(
            "Expected an HTTP answer from %(host)s, but %(fault)s", host=host, fault=said[:200]
        ) from fault
    finally:
        connection.close()


def _parsed(url: str) -> tuple[SplitResult, str, int]:
    try:
        target = urlsplit(url)
        port = target.port or (443 if target.scheme == "https" else 80)
        host = (target.hostname or "").rstrip(".")
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except ValueError as fault:
        raise Forbidden(
            "Expected an address such as https://example.com/, but %(fault)s", fault=fault
        ) from fault
    if target.scheme not in ("http", "https") or not host or len(url) > LONGEST_URL:
        raise Forbidden(
            "Expected an address with http or https and a host, but got “%(got)s”", got=_shown(url)
        )
    if "@" in target.netloc:
        raise Forbidden("Expected an address without a name and password in it; use a header")
    return target, host.lower(), port


def _path(target: SplitResult) -> str:
    path = quote(target.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return f"{path}?{quote(target.query, safe='/%:@!$&()*+,;=~-._?')}" if target.query else path


def _read(response: http.client.HTTPResponse, rules: Rules) -> bytes:
    most = rules.most_bytes
    if response.length is not None and response.length > most:
        raise TooLarge(
            "Expected an answer of at most %(most)s bytes, but %(size)s came",
            most=most,
            size=response.length,
        )
    parts, size = [], 0
    while part := response.read(min(CHUNK, most + 1 - size)):
        parts.append(part)
        size += len(part)
        if size > most:
            raise TooLarge("Expected an answer of at most %(most)s bytes, but more came", most=most)
    if response.length:
        raise Broken(
            "Expected %(missing)s bytes more than the %(size)s that came",
            missing=response.length,
            size=size,
        )
    return b"".join(parts)


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}


def _redirected(request: _Request, answer: Answer) -> _Request | None:
    """Return the request that a redirect asks for, or None where the answer stands (RFC 9110, 15.4)."""
    place = answer.headers.get("location")
    if answer.status not in (301, 302, 303, 307, 308) or not place:
        return None
    method, body = request.method, request.body
    if answer.status == 303 and method != "HEAD":  # noqa: PLR2004  # See Other
        method, body = "GET", None
    elif method not in ("GET", "HEAD") and answer.status in (301, 302):
        return None
    url = urljoin(request.url, place)
    return _Request(method, url, _carried(request, url, method, body), body)


def _carried(request: _Request, url: str, method: str, body: bytes | None) -> dict[str, str]:
    """Return the headers that go on to `url`: another origin gets no secret and no body."""
    old, new = _parsed(request.url), _parsed(url)
    if old[0].scheme == "https" and new[0].scheme != "https":
        raise Forbidden(
            "Expected no redirect from https to http, but met one to %(url)s", url=_shown(url)
        )
    kept = dict(request.headers)
    if (old[0].scheme, *old[1:]) != (new[0].scheme, *new[1:]):
        if method not in ("GET", "HEAD"):
            raise Forbidden(
                "Expected no %(method)s to be sent on to another host, %(host)s",
                method=method,
                host=new[1],
            )
        kept = {name: value for name, value in kept.items() if name.lower() in _KEPT}
    if body is None:
        kept = {name: value for name, value in kept.items() if name.lower() != "content-type"}
    return kept


def _shown(url: str) -> str:
    """Return an address without its query, which may hold a secret."""
    return url.partition("?")[0][:200]
