"""When is it due: pure functions of a calendar, a start, a deadline and its pauses.

`Calendar.parse` and `Deadline.parse` read what people write, `due` walks, `spent` walks back.
Instants are aware; what comes back is in UTC.
"""

from engine.calendar.calendars import Calendar, NoWorkingTime
from engine.calendar.deadlines import (
    WHOLE,
    BusinessDays,
    CalendarDays,
    Deadline,
    InvalidDeadline,
    WorkingTime,
    iso,
    share,
)
from engine.calendar.explain import Piece
from engine.calendar.pauses import Pause
from engine.calendar.spec import InvalidCalendar, instant
from engine.calendar.walk import Due, after, due, next_opening, share_instant, spent

__all__ = [
    "WHOLE",
    "BusinessDays",
    "Calendar",
    "CalendarDays",
    "Deadline",
    "Due",
    "InvalidCalendar",
    "InvalidDeadline",
    "NoWorkingTime",
    "Pause",
    "Piece",
    "WorkingTime",
    "after",
    "due",
    "instant",
    "iso",
    "next_opening",
    "share",
    "share_instant",
    "spent",
]
