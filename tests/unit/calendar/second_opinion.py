"""Deadlines once more, minute by minute and without a word of the engine's: slow and plain.

The wall clock is a table of every minute, so that clock changes are read off, not computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Spans = Sequence[tuple[datetime, datetime]]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REACH = 26
"""Days that the table holds from two days before the start."""


@lru_cache(maxsize=256)
def wall_table(zone: str, first: date) -> dict[datetime, datetime]:
    """Map each wall minute that occurs to the first instant at which it does."""
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC) - 2 * DAY
    table: dict[datetime, datetime] = {}
    there = ZoneInfo(zone)
    for n in range((REACH + 4) * 1440):
        instant = begin + n * MINUTE
        table.setdefault(instant.astimezone(there).replace(tzinfo=None), instant)
    return table


@dataclass
class SecondOpinion:
    """A calendar document, read naively around one start."""

    document: dict[str, Any]
    start: datetime

    def __post_init__(self) -> None:
        self.zone = self.document["timezone"]
        self.first = self.start.date() - 2 * DAY
        self.walls = wall_table(self.zone, self.first)
        self.days = {self.first + n * DAY: self._spans(self.first + n * DAY) for n in range(REACH)}

    def instant(self, wall: datetime) -> datetime:
        """Read a wall time as RFC 5545 does: skipped minutes carry the offset before the gap."""
        back = 0
        while wall - back * MINUTE not in self.walls:
            back += 1
        return self.walls[wall - back * MINUTE] + back * MINUTE

    def _spans(self, day: date) -> list[tuple[datetime, datetime]]:
        midnight = datetime.combine(day, time.min)
        if midnight + timedelta(hours=12) not in self.walls:
            return []
        spans = []
        for text in self._hours(day):
            begin, end = (
                midnight + timedelta(hours=int(part[:2]), minutes=int(part[3:]))
                for part in text.split("-")
            )
            if end <= begin:
                end += DAY
            spans.append((self.instant(begin), self.instant(end)))
        return sorted(span for span in spans if span[0] < span[1])

    def _hours(self, day: date) -> list[str]:
        ordinary = self.document["week"].get(NAMES[day.weekday()], [])
        usual = [] if day.isoformat() in self.document["holidays"] else ordinary
        return list(self.document["working_days"].get(day.isoformat(), usual))

    def owner(self, instant: datetime) -> date | None:
        """Return the first day with a window over that minute."""
        for day, spans in self.days.items():
            if any(begin <= instant < end for begin, end in spans):
                return day
        return None

    @cached_property
    def worked(self) -> frozenset[datetime]:
        """Every minute of every window, one by one."""
        return frozenset(
            begin + n * MINUTE
            for spans in self.days.values()
            for begin, end in spans
            for n in range((end - begin) // MINUTE)
        )

    def counts(self, instant: datetime, pauses: Spans) -> bool:
        paused = any(begin <= instant < end for begin, end in pauses)
        return not paused and instant in self.worked

    def due(self, minutes: int, pauses: Spans = ()) -> datetime:
        instant = self.start
        while minutes:
            minutes -= self.counts(instant, pauses)
            instant += MINUTE
        return instant

    def spent(self, until: datetime, pauses: Spans = ()) -> timedelta:
        instant, minutes = self.start, 0
        while instant < until:
            minutes += self.counts(instant, pauses)
            instant += MINUTE
        return minutes * MINUTE

    def business_day(self, count: int) -> datetime:
        instant = self.start
        while (day := self.owner(instant)) is None:
            instant += MINUTE
        wall = instant.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)
        offset = wall - datetime.combine(day, time.min)
        while count:
            day += DAY
            count -= bool(self.days[day])
        target = self.instant(datetime.combine(day, time.min) + offset)
        for begin, end in self.days[day]:
            if target < end:
                return max(begin, target)
        return max(end for _, end in self.days[day])
