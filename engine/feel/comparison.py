"""When two values are equal or in order (DMN 1.5, 10.3.2.13): true, false, or null between kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final, cast

from engine.feel import temporal
from engine.feel.durations import DaysTimeDuration, YearsMonthsDuration
from engine.feel.frame import Frame
from engine.feel.values import Range, Value, a_kind, admit, kind

DIRECT: Final = frozenset({Decimal, str, date, DaysTimeDuration, YearsMonthsDuration})
"""Types whose own operators compare two of the same as the standard does."""


def equal(frame: Frame, left: Value, right: Value) -> bool | None:
    """`left = right`; null, with a problem, where the kinds differ."""
    if left is None or right is None:
        return left is right
    left_kind, right_kind = kind(left), kind(right)
    if left_kind != right_kind:
        frame.problem(
            "cannot compare %(kind)s with %(kind2)s", kind=a_kind(left), kind2=a_kind(right)
        )
        return None
    return same(frame, left, right)


def same(frame: Frame, left: Value, right: Value) -> bool:
    """Are two values equal, kinds that differ being unequal?"""
    if type(left) is type(right) and type(left) in DIRECT:
        return left == right
    if isinstance(left, list) and isinstance(right, list):
        frame.work().charge(len(left))
        return len(left) == len(right) and all(
            same(frame, a, b) for a, b in zip(left, right, strict=True)
        )
    if isinstance(left, dict) and isinstance(right, dict):
        frame.work().charge(len(left))
        return left.keys() == right.keys() and all(
            same(frame, left[key], right[key]) for key in left
        )
    if isinstance(left, Range) and isinstance(right, Range):
        return _same_range(frame, left, right)
    left_kind = kind(left)
    if left_kind != kind(right):
        return False
    if left_kind in ("time", "date and time"):
        return order(frame, left, right) == 0
    return admit(left) == admit(right)


def _same_range(frame: Frame, left: Range, right: Range) -> bool:
    return (
        left.start_included == right.start_included
        and left.end_included == right.end_included
        and same(frame, left.start, right.start)
        and same(frame, left.end, right.end)
    )


def order(frame: Frame, left: Value, right: Value) -> int | None:
    """-1, 0 or 1 as left is before, at or after right; None where they have no order."""
    if type(left) is type(right) and (type(left) in DIRECT or _plain_moments(left, right)):
        a, b = cast("tuple[Decimal, Decimal]", (left, right))
        return (a > b) - (a < b)
    left_kind, right_kind = kind(left), kind(right)
    if left_kind != right_kind:
        return None
    match left_kind:
        case "number" | "string" | "days and time duration" | "years and months duration":
            c, d = cast("tuple[Decimal, Decimal]", (admit(left), admit(right)))
            return (c > d) - (c < d)
        case "date":
            days = [temporal.day_number(cast("temporal.Date", value)) for value in (left, right)]
            return (days[0] > days[1]) - (days[0] < days[1])
        case "time" | "date and time":
            return _moments(left, right)
    return None


def _plain_moments(left: Value, right: Value) -> bool:
    """Are both dates and times in UTC or in no zone, so that Python orders them as the standard does?"""
    if type(left) is not datetime or type(right) is not datetime:
        return False
    return left.tzinfo is right.tzinfo and (left.tzinfo is None or left.tzinfo is UTC)


def _moments(left: Value, right: Value) -> int | None:
    moments = []
    for value in (left, right):
        at = cast("temporal.Time | temporal.DateTime", value)
        moments.append((temporal.zone_of(at) is None, moment(at)))
    (local, a), (other_local, b) = moments
    return None if local != other_local else (a > b) - (a < b)


def moment(value: temporal.Time | temporal.DateTime) -> int:
    """Nanoseconds in UTC, or local, from the day's or the epoch's beginning."""
    if kind(value) == "time":
        return temporal.time_instant(cast("temporal.Time", value))
    return temporal.instant(cast("temporal.DateTime", value))


def unordered(frame: Frame, left: Value, right: Value) -> None:
    """Say that two values have no order; the result is null."""
    frame.problem("cannot order %(kind)s and %(kind2)s", kind=a_kind(left), kind2=a_kind(right))


def contains(frame: Frame, interval: Range, value: Value) -> bool | None:
    """Does a range hold a value? Null where they cannot be compared."""
    if interval.start is not None:
        low = order(frame, value, interval.start)
        if low is None:
            return unordered(frame, value, interval.start)
        if low < 0 or (low == 0 and not interval.start_included):
            return False
    if interval.end is not None:
        high = order(frame, value, interval.end)
        if high is None:
            return unordered(frame, value, interval.end)
        if high > 0 or (high == 0 and not interval.end_included):
            return False
    return True
