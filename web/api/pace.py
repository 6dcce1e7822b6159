"""How many requests a key may send: what is too fast is refused and told when to come again (RFC 6585, 429)."""

from __future__ import annotations

import math
from typing import cast

from flask import Flask, current_app, g
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ledger import clock
from ledger.rejection import invalid
from web.api import bearer, problems

KEY = "kontor.pace"
Pace = tuple[MovingWindowRateLimiter, RateLimitItem]


def init_app(app: Flask, limit: str) -> None:
    """Count the requests of each key of `app`; each process counts its own. `limit` is `6000 per minute` or empty.

    Raises Rejection(invalid_argument) for a limit that is none.
    """
    if not limit:
        return
    try:
        item = parse(limit)
    except ValueError as fault:
        raise invalid(
            f"Expected api_limit to be a number of requests such as 6000 per minute, but got {limit!r}"
        ) from fault
    app.extensions[KEY] = (MovingWindowRateLimiter(MemoryStorage()), item)


def check() -> None:
    """Before each request with a key: refuse it where the key has sent too many."""
    pace = cast("Pace | None", current_app.extensions.get(KEY))
    if pace is None or g.get("bearer") is None:
        return
    limiter, item = pace
    name = str(bearer.key().key_id)
    if limiter.hit(item, name):
        return
    wait = limiter.get_window_stats(item, name).reset_time - clock.system().timestamp()
    seconds = max(1, math.ceil(wait))
    raise problems.TooMany(
        f"Expected at most {item} with this key; come again in {seconds} seconds, and send less at once "
        "or many results in one request; an administrator can raise the limit (api_limit)",
        seconds,
    )
