"""How many requests a key may send: what is too fast is refused and told when to come again (RFC 6585, 429)."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, g

from web.api import bearer, problems
from web.pace import Pace

KEY = "kontor.pace"


def init_app(app: Flask, limit: str) -> None:
    """Count the requests of each key of `app`; each process counts its own. `limit` is `6000 per minute` or empty.

    Raises Rejection(invalid_argument) for a limit that is none.
    """
    if limit:
        app.extensions[KEY] = Pace("api_limit", limit)


def check() -> None:
    """Before each request with a key: refuse it where the key has sent too many."""
    if g.get("bearer") is None:
        return
    pace = cast("Pace | None", current_app.extensions.get(KEY))
    seconds = 0 if pace is None else pace.take(str(bearer.key().key_id))
    if pace is not None and seconds:
        raise problems.TooMany(
            f"Expected at most {pace.words} with this key; come again in {seconds} seconds, and send less "
            "at once or many results in one request; an administrator can raise the limit (api_limit)",
            seconds,
        )
