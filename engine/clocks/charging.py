"""Who answers for the time by which a deadline was missed: whoever held the task while it ran. Pure.

Every second of working time between the due date and the end is charged once. Where several people
held open tasks of the clock in that second they share it equally; where nobody did, because the
task lay in a queue or the process waited for somebody else, it is charged to NOBODY. Time in which
the clock was paused is charged to nobody at all. So the charges add up to what the clock was late.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from engine import calendar
from engine.calendar import Calendar, Pause

NOBODY = ""
"""Stands for nobody, since a holder is always `staff:4`."""
HOLDING = frozenset(
    {
        "task_created",
        "task_claimed",
        "task_released",
        "task_assigned",
        "task_handed_over",
        "task_delegated",
        "task_given_back",
    }
)
"""Events of a task that say in `data.assignee` who holds it from then on; without it nobody does."""
SECOND = timedelta(seconds=1)


class Holding(NamedTuple):
    """From when to when a person held a task."""

    begin: datetime
    end: datetime
    who: str


def holdings(
    changes: Iterable[tuple[datetime, Mapping[str, Any]]], ended_at: datetime
) -> Iterator[Holding]:
    """Yield who held one task, from its events in order (instant and data) until it ended."""
    since, who = ended_at, NOBODY
    for at, data in changes:
        if who and since < at:
            yield Holding(since, at, who)
        since, who = at, str(data.get("assignee") or NOBODY)
    if who and since < ended_at:
        yield Holding(since, ended_at, who)


def charges(
    hours: Calendar, due: datetime, end: datetime, pauses: Sequence[Pause], held: Iterable[Holding]
) -> dict[str, int]:
    """Return the seconds of lateness that each holder is charged with; they add up to the whole."""
    steps: dict[datetime, Counter[str]] = {due: Counter(), end: Counter()}
    for one in held:
        begin, until = max(one.begin, due), min(one.end, end)
        if begin < until:
            steps.setdefault(begin, Counter())[one.who] += 1
            steps.setdefault(until, Counter())[one.who] -= 1
    found: Counter[str] = Counter()
    instants = sorted(steps)
    holding: Counter[str] = Counter()
    done = 0
    for begin, until in pairwise(instants):
        holding.update(steps[begin])
        # Counted from the due date each time, so that rounding adds up over the stretches.
        reached = calendar.spent(hours, due, until, pauses) // SECOND
        found.update(_shared(reached - done, [who for who, times in holding.items() if times > 0]))
        done = reached
    return {who: seconds for who, seconds in found.items() if seconds}


def _shared(seconds: int, holders: Sequence[str]) -> dict[str, int]:
    if not holders:
        return {NOBODY: seconds}
    share, rest = divmod(seconds, len(holders))
    return {who: share + (place < rest) for place, who in enumerate(sorted(holders))}
