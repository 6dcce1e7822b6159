"""The walk: from a start and a deadline to an instant, and back to the working time spent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

from engine.calendar import explain, pauses
from engine.calendar.calendars import HORIZON_DAYS, ONE_DAY, Calendar, NoWorkingTimeError, Window
from engine.calendar.deadlines import WHOLE, BusinessDays, CalendarDays, Deadline, WorkingTime
from engine.calendar.pauses import Pause, Stretch
from ledger.words import say

NOTHING = timedelta(0)
WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)
FAR = datetime.max.replace(tzinfo=UTC)
LEAP_FROM = timedelta(hours=200)


@dataclass(frozen=True)
class Due:
    """When it is due, and on request the pieces of time that led there."""

    at: datetime
    calendar: Calendar
    start: datetime
    deadline: Deadline
    pauses: Sequence[Pause]

    @cached_property
    def pieces(self) -> list[explain.Piece]:
        """The stretches from the start to the due instant, without a hole between them."""
        if isinstance(self.deadline, CalendarDays):
            return explain.elapsed(self.calendar, self.start, self.at, self.pauses)
        return explain.worked(self.calendar, self.start, self.at, self.pauses)


def due(
    calendar: Calendar, start: datetime, deadline: Deadline, paused: Iterable[Pause] = ()
) -> Due:
    """Return when a deadline that starts at an aware instant is due.

    A duration that ends exactly at closing is due at closing. Raises NoWorkingTimeError where the
    calendar has not enough working time in the hundred years after the start.
    """
    begin, held = start.astimezone(UTC), pauses.union(paused)
    return Due(_instant(calendar, begin, deadline, held), calendar, begin, deadline, held)


def _instant(
    calendar: Calendar, start: datetime, deadline: Deadline, held: Sequence[Pause]
) -> datetime:
    if isinstance(deadline, WorkingTime):
        return after(calendar, start, deadline.amount, held)
    if isinstance(deadline, BusinessDays):
        base = business_days(calendar, start, deadline.count)
        return after(calendar, base, _held_back(calendar, start, base, held), held)
    if not isinstance(deadline, CalendarDays):
        raise TypeError(f"Expected a deadline in a known measure, not {deadline!r}")
    base = calendar_days(calendar, start, deadline.count)
    return _walk(pauses.without([(base, FAR)], held), _overlap(start, base, held), base)


def moved(calendar: Calendar, since: datetime, at: datetime, paused: Iterable[Pause]) -> datetime:
    """Return where a promise of the instant `at`, made at `since`, stands after pauses.

    It moves on by the working time that the pauses held back.
    """
    held = pauses.union(paused)
    return after(calendar, at, _held_back(calendar, since, at, held), held)


def after(
    calendar: Calendar, start: datetime, amount: timedelta, held: Sequence[Pause] = ()
) -> datetime:
    """Return the instant at which ``amount`` of unpaused working time has passed."""
    begin, left = _leap(calendar, start, amount, held) if amount > LEAP_FROM else (start, amount)
    return _walk(_open(calendar, begin, held), left, begin)


def _open(calendar: Calendar, since: datetime, held: Sequence[Pause]) -> Iterator[Stretch]:
    stretches = ((window.start, window.end) for window in calendar.windows(since))
    return pauses.without(stretches, held) if held else stretches


def _walk(stretches: Iterable[Stretch], amount: timedelta, start: datetime) -> datetime:
    if not amount:
        return start
    left = amount
    for begin, end in stretches:
        if left <= end - begin:
            return begin + left
        left -= end - begin
    raise NoWorkingTimeError(
        say(
            "The calendar has no working time left after %(start)s to count %(amount)s in; "
            "give it weekly hours or working days.",
            start=start.isoformat(),
            amount=amount,
        )
    )


def _leap(
    calendar: Calendar, start: datetime, amount: timedelta, held: Sequence[Pause]
) -> tuple[datetime, timedelta]:
    """Take whole weeks at once, so that years ahead cost no more than their weeks."""
    settled = max([start, *(pause.end for pause in held)])
    day = calendar.local(settled).date()
    monday = day + timedelta(days=7 - day.weekday())
    reached = calendar.instant(monday, NOTHING)
    left = amount - spent(calendar, start, reached, held)
    if left <= NOTHING:
        return start, amount
    last = calendar.last_day(calendar.local(start).date())
    ordinary: dict[timedelta, timedelta] = {}
    while monday < last:
        following = calendar.instant(monday + WEEK, NOTHING)
        worth = _worth(calendar, monday, reached, following, ordinary)
        if worth >= left:
            break
        monday, reached, left = monday + WEEK, following, left - worth
    if monday >= last and any(calendar.week):
        raise NoWorkingTimeError(
            say("%(amount)s of working time take more than a hundred years.", amount=amount)
        )
    return reached, left


def _worth(
    calendar: Calendar,
    monday: date,
    reached: datetime,
    following: datetime,
    ordinary: dict[timedelta, timedelta],
) -> timedelta:
    length = following - reached
    # Seven exact days hold no clock change; Sunday's night shift spills into Monday.
    if length != WEEK or calendar.is_differing(monday - ONE_DAY, monday + WEEK):
        return spent(calendar, reached, following)
    if length not in ordinary:
        ordinary[length] = spent(calendar, reached, following)
    return ordinary[length]


def next_opening(calendar: Calendar, instant: datetime) -> datetime:
    """Return the instant itself inside working time, else the next opening."""
    return _current(calendar, instant).start


def business_days(calendar: Calendar, start: datetime, count: int) -> datetime:
    """Return the same local time of day on the ``count``-th working day after, without pauses.

    From outside working time it counts from the next opening. Where that day does not work at
    that time: the next opening of the same day, else its last closing.
    """
    first = _current(calendar, start)
    if not count:
        return first.start
    wall = calendar.local(first.start).replace(tzinfo=None)
    since_midnight = wall - datetime.combine(first.day, datetime.min.time())
    windows = _later(calendar, first.day, count)
    target = calendar.instant(windows[0].day, since_midnight)
    return next(
        (max(target, window.start) for window in windows if target < window.end),
        max(window.end for window in windows),
    )


def _current(calendar: Calendar, start: datetime) -> Window:
    for window in calendar.windows(start):
        return window
    raise NoWorkingTimeError(f"The calendar has no working time after {start.isoformat()}.")


def _later(calendar: Calendar, day: date, count: int) -> tuple[Window, ...]:
    left, last = count, calendar.last_day(day)
    if count > HORIZON_DAYS:
        raise NoWorkingTimeError(f"{count} business days take more than a hundred years.")
    later = day
    while later < last:
        later += ONE_DAY
        if windows := calendar.windows_on(later):
            left -= 1
            if not left:
                return windows
    raise NoWorkingTimeError(f"The calendar has not {count} working days after {day}.")


def calendar_days(calendar: Calendar, start: datetime, count: int) -> datetime:
    """Return the same local time of day ``count`` dates later, without pauses."""
    if not count:
        # Where clocks go back a wall time comes twice, and the first may be before the start.
        return start
    wall = calendar.local(start)
    midnight = datetime.combine(wall.date(), datetime.min.time())
    try:
        return calendar.instant(
            wall.date() + timedelta(days=count), wall.replace(tzinfo=None) - midnight
        )
    except OverflowError:
        raise NoWorkingTimeError(f"{count} calendar days lead beyond the year 9999.") from None


def spent(
    calendar: Calendar, start: datetime, until: datetime, paused: Iterable[Pause] = ()
) -> timedelta:
    """Return the unpaused working time between two instants; none where ``until`` is not after."""
    total = NOTHING
    for begin, end in _open(calendar, start.astimezone(UTC), pauses.union(paused)):
        if begin >= until:
            break
        total += min(end, until) - begin
    return total


def _held_back(
    calendar: Calendar, start: datetime, until: datetime, held: Sequence[Pause]
) -> timedelta:
    if not held:
        return NOTHING
    return spent(calendar, start, until) - spent(calendar, start, until, held)


def _overlap(start: datetime, until: datetime, held: Sequence[Pause]) -> timedelta:
    spans = (min(until, pause.end) - max(start, pause.start) for pause in held)
    return sum((span for span in spans if span > NOTHING), NOTHING)


def share_instant(reckoned: Due, basis_points: int) -> datetime:
    """Return when that share (in hundredths of a per cent) of the time until due has passed.

    The measure is the deadline's own: working time, or for calendar days the time on the wall.
    Parts of a second are dropped, so a warning is never late.
    """
    calendar, start, held = reckoned.calendar, reckoned.start, reckoned.pauses
    if isinstance(reckoned.deadline, CalendarDays):
        whole = reckoned.at - start - _overlap(start, reckoned.at, held)
        return _walk(pauses.without([(start, FAR)], held), _part(whole, basis_points), start)
    if isinstance(reckoned.deadline, WorkingTime):
        whole = reckoned.deadline.amount
    else:
        whole = spent(calendar, start, reckoned.at, held)
    return after(calendar, start, _part(whole, basis_points), held)


def _part(whole: timedelta, basis_points: int) -> timedelta:
    return whole * basis_points // WHOLE // SECOND * SECOND
