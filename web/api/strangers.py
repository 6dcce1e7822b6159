"""Who comes with keys that open nothing: few tries from one address, so that nobody can guess one."""

from __future__ import annotations

from time import monotonic
from typing import cast

from flask import Flask, current_app, request

from crm_entities import api_keys
from web import pace, visit
from web.api import problems
from web.pace import Pace

KEY = "kontor.strangers"
AGAIN_AFTER = 5.0
"""For how many seconds it is taken for known how our keys begin."""


class Strangers:
    """Counts wrong keys by address; each process for itself."""

    def __init__(self, limit: str) -> None:
        self.pace = Pace("key_limit", limit)
        self._prefixes: frozenset[str] = frozenset()
        self._read_at = -AGAIN_AFTER

    def may_be_one(self, value: str) -> bool:
        """Say whether a key begins as one of ours, so that who guesses at the same address does not keep it out."""
        now = monotonic()
        if now - self._read_at >= AGAIN_AFTER:
            self._prefixes, self._read_at = api_keys.prefixes(visit.tx()), now
            visit.close()
        return value[: api_keys.SHOWN] in self._prefixes


def init_app(app: Flask, limit: str) -> None:
    """Count wrong keys that come to `app`. `limit` is `60 per minute` or empty."""
    if limit:
        app.extensions[KEY] = Strangers(limit)


def check(value: str) -> None:
    """Raise `problems.TooMany`, before anybody looks the key up, where its address has sent too many wrong ones."""
    known = cast("Strangers | None", current_app.extensions.get(KEY))
    seconds = known.pace.ahead(pace.network(request.remote_addr)) if known else 0
    if known and seconds and not known.may_be_one(value):
        raise problems.TooMany(
            f"Expected at most {known.pace.words} keys that open nothing from one address; come again in "
            f"{seconds} seconds with a valid key",
            seconds,
        )


def refused() -> None:
    """Note that a key opened nothing."""
    known = cast("Strangers | None", current_app.extensions.get(KEY))
    if known is not None:
        known.pace.take(pace.network(request.remote_addr))
