"""Pauses: stretches in which no clock runs, however they overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple


class Pause(NamedTuple):
    """From when to when the clock stood still, and why."""

    start: datetime
    end: datetime
    reason: str = ""


Stretch = tuple[datetime, datetime]


def union(pauses: Iterable[Pause]) -> list[Pause]:
    """Return the pauses in order, overlapping ones as one that bears both reasons.

    Raises ValueError where one ends before it begins.
    """
    merged: list[Pause] = []
    for pause in sorted(pauses):
        if pause.end < pause.start:
            raise ValueError(f"The pause from {pause.start} ends before it begins, at {pause.end}.")
        if merged and pause.start <= merged[-1].end and _is_joinable(merged[-1], pause):
            merged[-1] = _joined(merged[-1], pause)
        elif pause.start < pause.end:
            merged.append(pause)
    return merged


def _is_joinable(before: Pause, pause: Pause) -> bool:
    return pause.start < before.end or before.reason == pause.reason


def _joined(before: Pause, pause: Pause) -> Pause:
    reasons = dict.fromkeys(filter(None, (before.reason, pause.reason)))
    return Pause(before.start, max(before.end, pause.end), ", ".join(reasons))


def without(stretches: Iterable[Stretch], pauses: Sequence[Pause]) -> Iterator[Stretch]:
    """Yield what is left of ordered stretches when ordered, disjoint pauses are taken out."""
    passed = 0
    for begin, end in stretches:
        start = begin
        while passed < len(pauses) and pauses[passed].end <= start:
            passed += 1
        for pause in pauses[passed:]:
            if pause.start >= end:
                break
            if pause.start > start:
                yield start, pause.start
            start = pause.end
        if start < end:
            yield start, end
