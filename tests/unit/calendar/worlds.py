"""Random calendars and starts, drawn towards clock changes, night shifts and holidays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from engine.calendar import Calendar, Pause

PLACES = (
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("America/Havana", "2026-11-01"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Africa/Cairo", "2026-04-24"),
    ("Asia/Kathmandu", "2026-06-01"),
    ("Pacific/Pago_Pago", "2026-12-31"),
    ("Pacific/Apia", "2011-12-30"),
    ("Asia/Kolkata", "2028-02-29"),
)
SHIFTS: tuple[list[str], ...] = (
    ["09:00-17:00"],
    ["09:00-13:00", "14:00-18:00"],
    ["22:00-06:00"],
    ["00:00-24:00"],
    ["00:00-03:30", "21:15-24:00"],
    ["02:30-10:00"],
    ["01:00-02:30", "05:00-08:00"],
    ["18:00-02:15"],
    ["07:00-07:00"],
    [],
)


@dataclass
class World:
    """A calendar as document and as calendar, a start in it, and pauses."""

    document: dict[str, Any]
    calendar: Calendar
    start: datetime
    pauses: list[Pause]


@st.composite
def worlds(draw: st.DrawFn, *, with_pauses: bool = True) -> World:
    zone, near = draw(st.sampled_from(PLACES))
    around = datetime.fromisoformat(near).replace(tzinfo=UTC)
    day = st.integers(-4, 9).map(lambda n: (around + timedelta(days=n)).date().isoformat())
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    week = {name: draw(st.sampled_from(SHIFTS)) for name in names}
    week[draw(st.sampled_from(names))] = draw(st.sampled_from(SHIFTS[:8]))
    document = {
        "timezone": zone,
        "week": week,
        "holidays": draw(st.lists(day, max_size=2, unique=True)),
        "working_days": draw(st.dictionaries(day, st.sampled_from(SHIFTS[:5]), max_size=2)),
    }
    start = around + timedelta(minutes=draw(st.integers(-3 * 1440, 3 * 1440)))
    pauses = []
    for _ in range(draw(st.integers(0, 3)) if with_pauses else 0):
        begin = start + timedelta(minutes=draw(st.integers(-600, 4 * 1440)))
        pauses.append(Pause(begin, begin + timedelta(minutes=draw(st.integers(0, 2000)))))
    return World(document, Calendar.parse(document), start, pauses)
