"""How long things take in this process: counts and sums by name, for metrics; nothing is kept on disk."""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds up to which a bucket counts, each including the smaller ones when it is shown."""


@dataclass
class Timing:
    """How often something happened and how many seconds it took together; `buckets` by BOUNDS, the last is above."""

    count: int = 0
    seconds: float = 0.0
    faults: int = 0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def quantile(self, share: float) -> float | None:
        """Return the bound below which that share of the times lies, or None without any."""
        reached = 0
        for place, size in enumerate(self.buckets):
            reached += size
            if self.count and reached >= share * self.count:
                return BOUNDS[min(place, len(BOUNDS) - 1)]
        return None


_timings: dict[tuple[str, str], Timing] = {}
_lock = threading.Lock()


@contextmanager
def taken(name: str, label: str = "") -> Iterator[None]:
    """Count what the body takes, under a name and a label; an exception is counted too and passed on."""
    begun = time.perf_counter()
    fault = 1
    try:
        yield
        fault = 0
    finally:
        note(name, label, time.perf_counter() - begun, fault)


def note(name: str, label: str, seconds: float, fault: int = 0) -> None:
    """Count one time that was measured elsewhere."""
    place = bisect_left(BOUNDS, seconds)
    with _lock:
        one = _timings.setdefault((name, label), Timing())
        one.count += 1
        one.seconds += seconds
        one.faults += fault
        one.buckets[place] += 1


def all_of(name: str) -> Mapping[str, Timing]:
    """Return what was counted under a name, by label."""
    with _lock:
        return {
            label: Timing(one.count, one.seconds, one.faults, list(one.buckets))
            for (kind, label), one in sorted(_timings.items())
            if kind == name
        }
