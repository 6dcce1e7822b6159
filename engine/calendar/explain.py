"""Why it is due then: the time from start to due as typed pieces; words are made by the screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from engine.calendar.calendars import ONE_DAY, Calendar
from engine.calendar.pauses import Pause

Kind = Literal["worked", "elapsed", "paused", "closed", "holiday", "weekend"]
NOTHING = timedelta(0)


class Piece(NamedTuple):
    """A stretch and what it counted.

    ``amount`` is the time counted (worked, elapsed) or held back (paused), else nothing;
    ``note`` is the holiday's name or the pause's reason.
    """

    kind: Kind
    start: datetime
    end: datetime
    amount: timedelta
    note: str = ""


def worked(calendar: Calendar, start: datetime, at: datetime, held: Sequence[Pause]) -> list[Piece]:
    """Return the pieces between two instants where working time counts."""
    found: list[Piece] = []
    for piece in _split(start, at, held):
        inside = _ordinary(calendar, piece.start, piece.end)
        if piece.kind == "paused":
            amount = sum((part.amount for part in inside), NOTHING)
            found.append(piece._replace(amount=amount))
        else:
            found.extend(inside)
    return list(_merged(found))


def elapsed(
    calendar: Calendar, start: datetime, at: datetime, held: Sequence[Pause]
) -> list[Piece]:
    """Return the pieces between two instants where all time counts (calendar days)."""
    del calendar
    return list(_split(start, at, held))


def _split(start: datetime, at: datetime, held: Sequence[Pause]) -> Iterator[Piece]:
    reached = start
    for pause in held:
        begin, end = max(pause.start, start), min(pause.end, at)
        if begin >= end:
            continue
        if reached < begin:
            yield Piece("elapsed", reached, begin, begin - reached)
        yield Piece("paused", begin, end, end - begin, pause.reason)
        reached = end
    if reached < at:
        yield Piece("elapsed", reached, at, at - reached)


def _ordinary(calendar: Calendar, start: datetime, end: datetime) -> list[Piece]:
    found: list[Piece] = []
    reached = start
    for window in calendar.windows(start):
        if window.start >= end:
            break
        found.extend(_idle(calendar, reached, window.start))
        reached = min(window.end, end)
        found.append(Piece("worked", window.start, reached, reached - window.start))
    found.extend(_idle(calendar, reached, end))
    return list(_merged(found))


def _idle(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Piece]:
    reached = start
    while reached < end:
        day = calendar.local(reached).date()
        midnight = calendar.instant(day + ONE_DAY, NOTHING)
        # Where the clock falls back over midnight, the next midnight can lie behind: take the rest.
        until = min(midnight, end) if midnight > reached else end
        kind, note = _kind(calendar, day)
        yield Piece(kind, reached, until, NOTHING, note)
        reached = until


def _kind(calendar: Calendar, day: date) -> tuple[Kind, str]:
    if calendar.hours_on(day):
        return "closed", ""
    if day in calendar.holidays and day not in calendar.working_days:
        return "holiday", calendar.holidays[day]
    return ("closed", "") if day in calendar.working_days else ("weekend", "")


def _merged(pieces: Iterable[Piece]) -> Iterator[Piece]:
    last: Piece | None = None
    for piece in pieces:
        if last and (last.kind, last.note, last.end) == (piece.kind, piece.note, piece.start):
            last = last._replace(end=piece.end, amount=last.amount + piece.amount)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
