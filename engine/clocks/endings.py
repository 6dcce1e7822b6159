"""How a clock ended: in time, late, extended or no longer needed, and by how much. Pure.

A closed clock's row stays as it is; what reports say of it follows from its facts and its end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from engine import calendar
from engine.calendar import Calendar, Pause
from engine.clocks import facts
from engine.clocks.facts import Fact

Verdict = Literal["met", "late", "extended", "ended"]
VERDICTS: tuple[Verdict, ...] = ("met", "extended", "late", "ended")
MOVED_BY = frozenset({"due_overridden", "restarted"})
"""Facts that make another promise: what is met after one of them was extended, never met.

So does `recomputed`, where it moved the due date.
"""


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a promise.

    `met`: left no later than due; `extended`: the same, but the promise had been moved; `late`:
    left after it, or ended by something else at or after it; `ended`: ended by something else
    before it was due, which says nothing about anybody. `worked`, `late` and `paused` (by reason)
    are working time of the clock's calendar; pauses are in neither of the other two.
    """

    verdict: Verdict
    due_at: datetime
    worked: timedelta
    late: timedelta
    paused: Mapping[str, timedelta]
    pauses: Sequence[Pause]


def ending(
    entered_at: datetime,
    promise: str,
    told: Sequence[Fact] | None,
    hours: Calendar,
    at: datetime,
    closed_as: str = "completed",
) -> Ending:
    """Return what became of a clock that was left at an instant.

    A pause that still held is over with it: what it held back moves the due date as any other.
    """
    found = facts.read(entered_at, promise, told, hours)
    if found.open_pauses:
        over = [facts.fact("resumed", max(at, entered_at), by=by) for by in found.open_pauses]
        found = facts.read(entered_at, promise, [*(told or ()), *over], hours)
    due = found.due.at
    late = calendar.spent(hours, due, at, found.pauses) if due < at else timedelta()
    return Ending(
        _verdict(due, at, closed_as, is_moved=any(map(_is_moving, told or ()))),
        due,
        calendar.spent(hours, entered_at, at, found.pauses),
        late,
        _by_reason(found.pauses, hours),
        found.pauses,
    )


def _is_moving(one: Fact) -> bool:
    return one["fact"] in MOVED_BY or (one["fact"] == "recomputed" and "from" in one)


def _verdict(due: datetime, at: datetime, closed_as: str, *, is_moved: bool) -> Verdict:
    if closed_as == "terminated":
        return "late" if due <= at else "ended"
    if due < at:
        return "late"
    return "extended" if is_moved else "met"


def _by_reason(pauses: Sequence[Pause], hours: Calendar) -> dict[str, timedelta]:
    found: dict[str, timedelta] = {}
    for pause in pauses:
        length = calendar.spent(hours, pause.start, pause.end)
        found[pause.reason] = found.get(pause.reason, timedelta()) + length
    return found
