"""Levels on a clock's time: each with its instant, in order, reckoned as far as somebody looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

from engine import calendar
from engine.calendar import Due
from engine.ladder.levels import Ladder, Level


class Step(NamedTuple):
    """A level and the instant at which it is told.

    `at` is the level's own point, `fires` the same or, for levels that wait for working time, the
    next opening of the clock's calendar.
    """

    at: datetime
    fires: datetime
    level: Level


def schedule(
    ladder: Ladder, due: Due, level: str | None = None, fires: datetime | None = None
) -> Iterator[Step]:
    """Yield the levels from `level` on (all, where it is None or gone) with their instants, in order.

    Two levels at one instant keep the order in which they are written. `fires` is when `level`
    fires, where that is known already: nothing is walked for it then.
    """
    early = ladder.until_due
    position = next((n for n, known in enumerate(early) if known.id == level), 0)
    is_late = any(known.id == level for known in ladder.after_due)
    for known in () if is_late else early[position:]:
        is_known = fires is not None and known.id == level and known.hours == "now"
        yield Step(fires, fires, known) if is_known and fires else _step(known, due)
    late = sorted((_step(known, due) for known in ladder.after_due), key=attrgetter("at"))
    position = next((n for n, step in enumerate(late) if step.level.id == level), 0)
    yield from late[position:]


def _step(level: Level, due: Due) -> Step:
    at = _instant(level, due)
    waits = level.hours == "opening"
    return Step(at, calendar.next_opening(due.calendar, at) if waits else at, level)


def _instant(level: Level, due: Due) -> datetime:
    point = level.at
    if point.share is not None:
        return calendar.share_instant(due, point.share)
    if point.after is None:
        return due.at
    return calendar.due(due.calendar, due.at, point.after, due.pauses).at


def first(ladder: Ladder, due: Due, since: datetime) -> Step | None:
    """Return the first level of a clock whose promise was made at `since`.

    A warning whose time was over before the promise was made is left out; due itself never is.
    """
    for step in schedule(ladder, due):
        if step.level.at.share is None or step.fires >= since:
            return step
    return None


class Come(NamedTuple):
    """What has come by a given instant: `steps` in order, and the `following` one, if any."""

    steps: list[Step]
    following: Step | None


def come(
    ladder: Ladder, due: Due, level: str | None, now: datetime, fires: datetime | None = None
) -> Come:
    """Return the levels from `level` on whose time has come, and the one after them."""
    steps: list[Step] = []
    for step in schedule(ladder, due, level, fires):
        if step.fires > now:
            return Come(steps, step)
        steps.append(step)
    return Come(steps, None)
