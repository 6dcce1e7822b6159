"""When a BPMN timer is due (BPMN 10.5.5, ISO 8601): pure functions of a value and an instant, in wall-clock time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from engine.bpmn import iso8601
from engine.feel import Value, values
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.words import a_kind_of
from ledger.words import say

SHORTEST = timedelta(seconds=1)
"""The shortest interval of a cycle."""


@dataclass(frozen=True, slots=True)
class First:
    """The first instant of a timer; `cycle` repeats it, `left` times more (None: for ever)."""

    at: datetime
    cycle: str | None = None
    left: int | None = None


def first(kind: str, value: Value, now: datetime) -> First | None:
    """Return when a timer of this kind (date, duration, cycle) fires first; None where it never does.

    Raises ValueError, in words, for a value that is no such thing.
    """
    if kind == "date":
        return First(instant(value))
    if kind == "duration":
        return First(later(now, value))
    text = str(value) if isinstance(value, (str, DaysTimeDuration, YearsMonthsDuration)) else None
    if text is None:
        raise ValueError(
            say(
                "Expected a cycle such as R3/PT10M, but got %(kind)s",
                kind=a_kind_of(values.kind(value)),
            )
        )
    cycle = iso8601.Cycle.parse(text)
    if cycle.interval is not None and not cycle.interval.months and cycle.interval.rest < SHORTEST:
        raise ValueError(say("Expected a cycle of a second or more, but got %(text)s", text=text))
    at = cycle.next(now, first=True)
    if at is None or cycle.repetitions == 0:
        return None
    return First(at, text, None if cycle.repetitions is None else cycle.repetitions - 1)


def following(cycle: str, at: datetime, now: datetime) -> datetime | None:
    """Return the instant of a cycle after `at`; None where it has ended.

    What an endless cycle missed while nobody looked is made up for once, not for each time: then it
    is its first instant after `now`. One that says how often gives every one of them.
    """
    return iso8601.Cycle.parse(cycle).following(at, now)


def instant(value: Value) -> datetime:
    """Return a date and time as an instant; a local one is taken as UTC, a date as its beginning."""
    if isinstance(value, str):
        return iso8601.date(value).astimezone(UTC)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time.min, UTC)
    raise ValueError(
        say("Expected a date and time, but got %(kind)s", kind=a_kind_of(values.kind(value)))
    )


def later(start: datetime, value: Value) -> datetime:
    """Return the instant a duration after `start`."""
    if isinstance(value, DaysTimeDuration):
        return start + value.timedelta
    if isinstance(value, (str, YearsMonthsDuration)):
        return iso8601.Interval.parse(str(value)).after(start)
    raise ValueError(
        say(
            "Expected a duration such as PT4H, but got %(kind)s", kind=a_kind_of(values.kind(value))
        )
    )
