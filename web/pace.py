"""How often somebody may try something: a window of time that moves along, counted in this process."""

from __future__ import annotations

import ipaddress
import math
import re
from collections import deque
from threading import Lock
from time import monotonic

from ledger.rejection import invalid

SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
FEW = 1000
"""So many names are kept without looking which of them came long ago."""
_WRITTEN = re.compile(r"([1-9]\d*) *(?:per|/) *(?:([1-9]\d*) *)?(second|minute|hour|day)s?")


def network(address: str | None) -> str:
    """Return whose tries are counted together: an address, or of IPv6 the 64 bits that one house has."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    house = ipaddress.ip_network((found, 64), strict=False)
    return str(found.ipv4_mapped or house)


class Pace:
    """At most so many tries of each name in any such stretch of time; a refused try does not count."""

    def __init__(self, setting: str, limit: str) -> None:
        """`limit` is `6000 per minute` or `3 per 2 hours`. Raises Rejection(invalid_argument) for one that is none."""
        found = _WRITTEN.fullmatch(limit.strip().lower())
        if found is None:
            raise invalid(
                f"Expected {setting} to be a number of requests such as 6000 per minute, but got {limit!r}"
            )
        self.words = f"{found[1]} per {found[2] or 1} {found[3]}"
        self._most, self._window = int(found[1]), SECONDS[found[3]] * int(found[2] or 1)
        self._taken: dict[str, deque[float]] = {}
        self._many = FEW
        self._turn = Lock()

    def take(self, name: str) -> int:
        """Count a try and return 0, or return after how many seconds the next one is taken."""
        now = monotonic()
        with self._turn:
            if len(self._taken) > self._many:
                self._forget(now)
            taken = self._taken.setdefault(name, deque())
            seconds = self._left(taken, now)
            if not seconds:
                taken.append(now)
            return seconds

    def ahead(self, name: str) -> int:
        """Return after how many seconds a try would be taken, and count none."""
        with self._turn:
            taken = self._taken.get(name)
            return self._left(taken, monotonic()) if taken else 0

    def _left(self, taken: deque[float], now: float) -> int:
        while taken and taken[0] <= now - self._window:
            taken.popleft()
        is_full = len(taken) >= self._most
        return max(1, math.ceil(taken[0] + self._window - now)) if is_full else 0

    def _forget(self, now: float) -> None:
        """Drop the names whose tries no longer count."""
        since = now - self._window
        self._taken = {name: at for name, at in self._taken.items() if at and at[-1] > since}
        self._many = max(FEW, 2 * len(self._taken))
