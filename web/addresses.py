"""Addresses of further pages of a list: the filters stay, the key changes."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import request


def onward(**key: object) -> str | None:
    """Return the address of the next page of the list that is shown; None where the key is None."""
    if all(value is None for value in key.values()):
        return None
    kept = {name: value for name, value in request.args.items() if name not in key}
    return f"{request.path}?{urlencode({**kept, **key})}"
