"""The timer texts of BPMN (10.5.5.11): ISO 8601 dates, durations and repeating intervals, and cron lines.

All of them are wall-clock time. `Cycle.parse` also serves a cycle that an expression gives while a case runs.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from ledger.words import say

DATE = re.compile(
    r"(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)?)?", re.ASCII
)
DURATION = re.compile(
    r"P(?=[\dT])(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:[.,](\d{1,9}))?S)?)?",
    re.ASCII,
)
REPEATING = re.compile(r"R(\d{0,9})/([^/]+)(?:/([^/]+))?", re.ASCII)
CRON = re.compile(r"\S+(?:\s+\S+){4,6}")
HIGHEST = ("59", "23", "31", "12", "7")
SILENT_SECOND = re.compile(r"0|\*|\d+/\d+", re.ASCII)
LOOKS_ISO = re.compile(r"(R\d*/\S*|R|P[\dT][\dYMWDTHS.,]*|\d{4}-\d{2}\S*)", re.ASCII)


class TimeError(ValueError):
    """The text is no time of the asked kind; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A length of time; months are counted in the calendar, the rest exactly."""

    months: int
    rest: timedelta

    @staticmethod
    def parse(text: str) -> Interval:
        """Read `PT4H`, `P1M`, `P2W`, `P1Y2DT3H`. Raises TimeError."""
        found = DURATION.fullmatch(text.strip())
        if found is None:
            raise TimeError(
                say("'%(text)s' is no ISO 8601 duration such as PT4H or P3D.", text=text)
            )
        years, months, weeks, days, hours, minutes, seconds = (
            int(part or 0) for part in found.groups()[:7]
        )
        micro = int((found[8] or "").ljust(6, "0")[:6])
        rest = timedelta(
            days=7 * weeks + days, hours=hours, minutes=minutes, seconds=seconds, microseconds=micro
        )
        return Interval(12 * years + months, rest)

    def after(self, instant: datetime) -> datetime:
        """The instant that much later; the 31st becomes the last day of a shorter month.

        Raises TimeError past the year 9999.
        """
        month = instant.month - 1 + self.months
        year, month = instant.year + month // 12, month % 12 + 1
        try:
            day = min(instant.day, monthrange(year, month)[1])
            return instant.replace(year=year, month=month, day=day) + self.rest
        except (ValueError, OverflowError):
            raise TimeError(say("The timer lies beyond the year 9999.")) from None


@dataclass(frozen=True, slots=True)
class Cycle:
    """A timer that fires again and again: `repetitions` times (None: without end), every `interval` or by `cron`."""

    repetitions: int | None
    interval: Interval | None = None
    start: datetime | None = None
    end: datetime | None = None
    cron: str | None = None

    @staticmethod
    def parse(text: str) -> Cycle:
        """Read `R3/PT10S`, `R/2026-01-01T00:00:00Z/P1D`, `R2/PT1H/2026-01-02T00:00:00Z`, `0 9 * * 1`.

        Raises TimeError.
        """
        text = text.strip()
        if found := REPEATING.fullmatch(text):
            return _repeating(int(found[1]) if found[1] else None, found[2], found[3])
        if DURATION.fullmatch(text):
            return Cycle(None, Interval.parse(text))
        if CRON.fullmatch(text):
            return Cycle(None, cron=cron(text))
        raise TimeError(
            say(
                "'%(text)s' is no cycle such as R3/PT10M, R/P1D or the cron line '0 9 * * 1'.",
                text=text,
            )
        )

    def next(self, after: datetime, *, first: bool = False) -> datetime | None:
        """When it fires next after the last time (`first`: after it was armed); None where it has ended."""
        if self.cron is not None:
            return next(CronSim(self.cron, after), None)
        assert self.interval is not None  # noqa: S101 - a cycle has an interval or a cron line
        instant = self.start if first and self.start else self.interval.after(after)
        return None if self.end and instant > self.end else instant

    def following(self, after: datetime, now: datetime) -> datetime | None:
        """When it fires next after the last time; an endless one passes over what lies before `now`."""
        if self.repetitions is not None:
            return self.next(after)
        if self.cron is not None:
            return self.next(max(after, now))
        at = self.next(after)
        if at is not None and at <= now and self.interval is not None and not self.interval.months:
            at = self.next(at + (now - at) // self.interval.rest * self.interval.rest)
        while at is not None and at <= now:
            at = self.next(at)
        return at


def date(text: str) -> datetime:
    """Read `2026-01-05`, `2026-01-05T09:00:00Z`; without an offset UTC. Raises TimeError."""
    text = text.strip()
    if DATE.fullmatch(text):
        try:
            instant = datetime.fromisoformat(re.sub(r"([.,]\d{6})\d+", r"\1", text))
        except ValueError:
            pass
        else:
            return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    raise TimeError(say("'%(text)s' is no ISO 8601 date such as 2026-01-05T09:00:00Z.", text=text))


def cron(text: str) -> str:
    """A cron line in five fields. Raises TimeError.

    Quartz writes six or seven: its second is dropped where it says nothing, its year always.
    """
    fields = text.split()
    if len(fields) > len(HIGHEST):
        if not SILENT_SECOND.fullmatch(fields[0]):
            raise TimeError(
                say("'%(text)s' names a second; cron timers here begin with the minute.", text=text)
            )
        fields = fields[1 : len(HIGHEST) + 1]
    line = " ".join(map(_field, fields, HIGHEST))
    try:
        CronSim(line, datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError:
        raise TimeError(say("'%(text)s' is no cron line such as '0 9 * * 1'.", text=text)) from None
    return line


def _field(written: str, highest: str) -> str:
    """Quartz's `?` is any; its `5/10` begins at 5, which cron writes `5-59/10`."""
    return "*" if written == "?" else re.sub(r"^(\d+)/", rf"\1-{highest}/", written)


def _repeating(repetitions: int | None, one: str, other: str | None) -> Cycle:
    if other is None:
        return Cycle(repetitions, Interval.parse(one))
    if DURATION.fullmatch(one):
        return Cycle(repetitions, Interval.parse(one), end=date(other))
    if DURATION.fullmatch(other):
        return Cycle(repetitions, Interval.parse(other), start=date(one))
    begin, end = date(one), date(other)
    if end <= begin:
        raise TimeError(
            say("In '%(one)s/%(other)s' the end is not after the start.", one=one, other=other)
        )
    return Cycle(repetitions, Interval(0, end - begin), start=begin)
