"""Levels on a clock's time: each with its instant, and which comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from engine import calendar
from engine.calendar import Due
from engine.ladder.levels import Ladder, Level


class Step(NamedTuple):
    """A level and the instant at which it is told.

    `at` is the level's own point, `fires` the same or, for levels that wait for working time, the
    next opening of the clock's calendar.
    """

    fires: datetime
    at: datetime
    level: Level


def schedule(ladder: Ladder, due: Due) -> list[Step]:
    """Return every level with its instants, in the order of the levels' points.

    Two levels at one instant keep the order in which they are written. A level never fires before
    one that stands earlier.
    """
    points = [(_instant(level, due), number) for number, level in enumerate(ladder.levels)]
    steps: list[Step] = []
    for at, number in sorted(points):
        level = ladder.levels[number]
        fires = calendar.next_opening(due.calendar, at) if level.hours == "opening" else at
        steps.append(Step(max(fires, steps[-1].fires) if steps else fires, at, level))
    return steps


def _instant(level: Level, due: Due) -> datetime:
    point = level.at
    if point.share is not None:
        return calendar.share_instant(due, point.share)
    if point.after is None:
        return due.at
    return calendar.due(due.calendar, due.at, point.after, due.pauses).at


def following(steps: Sequence[Step], fired: str | None) -> Step | None:
    """Return the step after the level `fired`, the first one where none has fired, or None.

    A level that the ladder no longer has counts as none fired.
    """
    position = next((n for n, step in enumerate(steps, 1) if step.level.id == fired), 0)
    return steps[position] if position < len(steps) else None


def missed(steps: Sequence[Step], fired: str | None, now: datetime) -> list[Step]:
    """Return the steps after the level `fired` whose time has come, in order."""
    position = next((n for n, step in enumerate(steps, 1) if step.level.id == fired), 0)
    return [step for step in steps[position:] if step.fires <= now]
