"""Addresses: of further pages of a list, and of where a form wants to go back to."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, request, url_for
from werkzeug.routing import IntegerConverter, ValidationError

from ledger import numbers


class NumberConverter(IntegerConverter):
    """`<int:…>` in an address; a number beyond what a database holds is no address at all (404)."""

    def to_python(self, value: str) -> int:
        """Return the number. Raises werkzeug's `ValidationError` where no record can have it."""
        number = numbers.of_record(value)
        if number is None:
            raise ValidationError
        return number


def init_app(app: Flask) -> None:
    """Let `<int:…>` in the addresses of `app`'s pages mean numbers that a record can have."""
    app.url_map.converters["int"] = NumberConverter
    app.jinja_env.globals["folder"] = folder


def plain(endpoint: str, **values: str) -> str:
    """Return the address of a page that is the same for everybody, made once for each place the program lies at."""
    known: dict[object, str] = current_app.extensions.setdefault("kontor.addresses", {})
    key = (request.script_root, endpoint, *values.values())
    if key not in known:
        given: dict[str, Any] = dict(values)
        known[key] = url_for(endpoint, **given)
    return known[key]


def folder(endpoint: str, name: str) -> str:
    """Return the address of the pages of many records up to their numbers, which `name` is: asked for once a list."""
    values: dict[str, Any] = {name: 0}
    return url_for(endpoint, **values).removesuffix("0")


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
