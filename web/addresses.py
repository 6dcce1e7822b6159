"""Addresses: of further pages of a list, and of where a form wants to go back to."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import request


def onward(**key: object) -> str | None:
    """Return the address of the next page of the list that is shown; None where the key is None."""
    if all(value is None for value in key.values()):
        return None
    kept = {name: value for name, value in request.args.items() if name not in key}
    return f"{request.path}?{urlencode({**kept, **key})}"


def inside(wanted: str | None, otherwise: str) -> str:
    """Return `wanted` where it is a page of this program, else `otherwise`: nothing leads elsewhere through us."""
    parts = urlsplit(wanted or "")
    if parts.netloc and f"{request.scheme}://{parts.netloc}/" != request.host_url:
        return otherwise
    path = parts.path
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return otherwise
    return f"{path}?{parts.query}" if parts.query else path
