"""Who comes with keys that open nothing: few tries from one address, so that nobody can guess one."""

from __future__ import annotations

import hashlib
from threading import Lock
from time import monotonic
from typing import cast

from flask import Flask, current_app, request

from web import pace
from web.api import problems
from web.pace import Pace

KEY = "kontor.strangers"
KNOWN_FOR = 3600.0
"""For how many seconds a key that was good is looked up whatever others at its address send."""
MOST = 10_000


class Strangers:
    """Counts wrong keys by address, and remembers which keys were good; each process for itself."""

    def __init__(self, limit: str) -> None:
        self.pace = Pace("key_limit", limit)
        self._good: dict[str, float] = {}
        self._turn = Lock()

    def is_known(self, value: str) -> bool:
        """Say whether a key was good not long ago."""
        return monotonic() - self._good.get(_digest(value), -KNOWN_FOR) < KNOWN_FOR

    def remember(self, value: str) -> None:
        """Note that a key was good."""
        now = monotonic()
        with self._turn:
            if len(self._good) >= MOST:
                self._good = {one: at for one, at in self._good.items() if now - at < KNOWN_FOR}
            self._good[_digest(value)] = now

    def forget(self, value: str) -> None:
        """Note that a key is good no more."""
        with self._turn:
            self._good.pop(_digest(value), None)


def init_app(app: Flask, limit: str) -> None:
    """Count wrong keys that come to `app`. `limit` is `60 per minute` or empty."""
    if limit:
        app.extensions[KEY] = Strangers(limit)


def check(value: str) -> None:
    """Raise `problems.TooMany`, before anybody looks the key up, where its address has sent too many wrong ones."""
    known = cast("Strangers | None", current_app.extensions.get(KEY))
    if known is None or known.is_known(value):
        return
    if seconds := known.pace.ahead(pace.network(request.remote_addr)):
        raise problems.TooMany(
            f"Expected at most {known.pace.words} keys that open nothing from one address; come again in "
            f"{seconds} seconds with a valid key",
            seconds,
        )


def note(value: str, *, is_good: bool) -> None:
    """Remember what a key turned out to be."""
    known = cast("Strangers | None", current_app.extensions.get(KEY))
    if known is None:
        return
    if is_good:
        known.remember(value)
        return
    known.forget(value)
    known.pace.take(pace.network(request.remote_addr))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
