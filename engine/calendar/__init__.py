"""When is it due: pure functions of a calendar, a start, a deadline and its pauses.

`Calendar.parse` and `Deadline.parse` read what people write, `due` walks, `spent` walks back.
Instants are aware; what comes back is in UTC.
"""

from engine.calendar.calendars import Calendar, NoWorkingTimeError
from engine.calendar.deadlines import (
    WHOLE,
    BusinessDays,
    CalendarDays,
    Deadline,
    DeadlineError,
    WorkingTime,
    iso,
    share,
)
from engine.calendar.explain import Piece
from engine.calendar.pauses import Pause
from engine.calendar.spec import CalendarError, instant
from engine.calendar.walk import Due, after, due, moved, next_opening, share_instant, spent

__all__ = [
    "WHOLE",
    "BusinessDays",
    "Calendar",
    "CalendarDays",
    "CalendarError",
    "Deadline",
    "DeadlineError",
    "Due",
    "NoWorkingTimeError",
    "Pause",
    "Piece",
    "WorkingTime",
    "after",
    "due",
    "instant",
    "iso",
    "moved",
    "next_opening",
    "share",
    "share_instant",
    "spent",
]
