"""A working calendar: which instants are working time, in any zone, exactly.

Local times become instants by RFC 5545, 3.3.5: a wall time that the clock change skips is read
with the offset before the change, one that occurs twice is the first of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from engine.calendar import spec
from engine.calendar.spec import Hours, Week

ONE_DAY = timedelta(days=1)
NOON = timedelta(hours=12)
HORIZON_DAYS = 36_525
YEARS = range(1900, 9800)


class NoWorkingTimeError(ValueError):
    """The calendar has no working time left to walk."""


class Window(NamedTuple):
    """A half-open stretch of working time in UTC; its hours belong to ``day``."""

    start: datetime
    end: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Calendar:
    """Seven days of hours (Monday first) and the dates that differ.

    ``working_days`` says the whole truth for its date, above holidays and week. ``half_days``
    close an otherwise ordinary day early. ``holidays`` carry the name that people know.
    """

    zone: ZoneInfo
    week: Week
    holidays: Mapping[date, str] = field(default_factory=dict)
    working_days: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
    half_days: Mapping[date, timedelta] = field(default_factory=dict)
    _windows: dict[date, tuple[Window, ...]] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    @classmethod
    def parse(cls, document: object) -> Calendar:
        """Read a calendar document (see `engine.calendar.spec`). Raises CalendarError."""
        return cls(*spec.parts(document))

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """Return the hours whose windows begin on that date."""
        if day in self.working_days:
            return self.working_days[day]
        if day in self.holidays:
            return ()
        hours = self.week[day.weekday()]
        closing = self.half_days.get(day)
        if closing is None:
            return hours
        return tuple(Hours(h.opens, min(h.closes, closing)) for h in hours if h.opens < closing)

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return the windows that begin on that date, in order; none where it is no working day."""
        windows = self._windows.get(day)
        if windows is None:
            windows = self._windows[day] = self._built(day)
        return windows

    def _built(self, day: date) -> tuple[Window, ...]:
        hours = self.hours_on(day)
        # A zone that moved over the date line skipped a date: nobody worked on it.
        if not hours or self.local(self.instant(day, NOON)).date() != day:
            return ()
        spans = ((self.instant(day, opens), self.instant(day, closes)) for opens, closes in hours)
        return tuple(sorted(Window(begin, end, day) for begin, end in spans if begin < end))

    def instant(self, day: date, since_midnight: timedelta) -> datetime:
        """Return the UTC instant of a wall time, given as time since that date's midnight."""
        wall = datetime.combine(day, time.min) + since_midnight
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def local(self, instant: datetime) -> datetime:
        """Return the wall time of an instant in the calendar's zone."""
        return instant.astimezone(self.zone)

    def windows(self, since: datetime) -> Iterator[Window]:
        """Yield working time from ``since`` on, in order, overlapping shifts counted once.

        Ends where the calendar has no more working time, at the latest after a hundred years.
        """
        reached = since
        for day in self.days(since):
            for window in self.windows_on(day):
                if window.end > reached:
                    yield Window(max(window.start, reached), window.end, day)
                    reached = window.end

    def days(self, since: datetime) -> Iterator[date]:
        """Yield the dates whose windows can reach past ``since``: night shifts begin before."""
        if since.year not in YEARS:
            raise NoWorkingTimeError(f"Expected a year from 1900 to 9799, but it is {since}.")
        # A night shift began the day before, which is two dates back where a zone skipped one.
        day = self.local(since).date() - 2 * ONE_DAY
        last = self.last_day(day)
        while day <= last:
            yield day
            day += ONE_DAY

    def last_day(self, day: date) -> date:
        """Return the last date worth looking at from ``day`` on."""
        if any(self.week):
            return day + timedelta(days=HORIZON_DAYS)
        return max(self.working_days, default=date.min)

    def is_differing(self, first: date, last: date) -> bool:
        """Say whether any date from ``first`` to ``last`` departs from the week."""
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return any(
            day in self.holidays or day in self.working_days or day in self.half_days
            for day in days
        )
