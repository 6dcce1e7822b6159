"""How often somebody may try something: a window of time that moves along, counted in this process."""

from __future__ import annotations

import ipaddress
import math

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ledger import clock
from ledger.rejection import Rejection, invalid


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
        try:
            self._item = parse(limit)
        except ValueError as fault:
            raise _is_none(setting, limit) from fault
        if not self._item.amount:
            raise _is_none(setting, limit)
        self.words = str(self._item)
        self._tries = MovingWindowRateLimiter(MemoryStorage())

    def take(self, name: str) -> int:
        """Count a try and return 0, or return after how many seconds the next one is taken."""
        return 0 if self._tries.hit(self._item, name) else self._left(name)

    def ahead(self, name: str) -> int:
        """Return after how many seconds a try would be taken, and count none."""
        return 0 if self._tries.test(self._item, name) else self._left(name)

    def _left(self, name: str) -> int:
        again = self._tries.get_window_stats(self._item, name).reset_time
        return max(1, math.ceil(again - clock.system().timestamp()))


def _is_none(setting: str, limit: str) -> Rejection:
    return invalid(
        f"Expected {setting} to be a number of requests such as 6000 per minute, but got {limit!r}"
    )
