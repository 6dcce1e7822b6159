"""No text that a request brings holds a NUL: PostgreSQL can keep none, so nothing here does."""

from __future__ import annotations

from collections.abc import Iterator

from flask import request

from ledger.rejection import invalid

NUL = "\x00"


def check() -> None:
    """Before each request: refuse one with a NUL in its address, its words or the names of its files (422)."""
    if any(NUL in text for text in _texts()):
        raise invalid("Expected text without control characters")


def _texts() -> Iterator[str]:
    yield request.path
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value
    for file in request.files.values():
        yield file.filename or ""
