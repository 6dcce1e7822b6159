"""Ladders: how levels are written, when they fire and in which order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from engine import calendar, ladder
from engine.calendar import Calendar, Deadline
from engine.ladder import Ladder, LadderError, Level, Point

OFFICE = Calendar.parse(
    {
        "timezone": "Europe/Berlin",
        "week": {day: ["09:00-13:00", "14:00-18:00"] for day in ("mon", "tue", "wed", "thu")},
    }
)
GENTLE: list[dict[str, Any]] = [
    {"at": "75%", "notify": ["responsible"]},
    {"at": "due", "notify": ["responsible", "head"]},
    {"at": "due + PT4H", "notify": "head", "priority": "high"},
    {"at": "due + 1 business day", "notify": ["process owner"], "reassign": "head"},
]


def reckoned(start: str = "2026-06-01T09:00+02:00", deadline: str = "PT8H") -> calendar.Due:
    return calendar.due(OFFICE, datetime.fromisoformat(start), Deadline.parse(deadline))


def steps(levels: list[dict[str, Any]]) -> list[ladder.Step]:
    return list(ladder.schedule(Ladder.parse(levels), reckoned()))


def told(found: Iterable[ladder.Step]):
    return [(step.level.id, OFFICE.local(step.fires).strftime("%a %H:%M")) for step in found]


def test_levels_fire_at_their_share_at_due_and_after():
    assert told(steps(GENTLE)) == [
        ("at-75", "Mon 16:00"),
        ("due", "Mon 18:00"),
        ("due-pt4h", "Tue 13:00"),
        ("due-1-business-day", "Wed 09:00"),
    ]


def test_levels_are_ordered_by_time_not_by_position():
    found = steps([GENTLE[3], GENTLE[1], GENTLE[0]])
    assert [step.level.id for step in found] == ["at-75", "due", "due-1-business-day"]


def test_a_level_may_wait_for_the_opening():
    waits = [{"at": "due", "notify": "head", "hours": "opening"}, GENTLE[2]]
    assert told(steps(waits)) == [("due", "Tue 09:00"), ("due-pt4h", "Tue 13:00")]


def test_the_walk_begins_at_any_level():
    gentle = Ladder.parse(GENTLE)
    assert told(ladder.schedule(gentle, reckoned(), "due"))[0] == ("due", "Mon 18:00")
    assert told(ladder.schedule(gentle, reckoned(), "due-1-business-day")) == [
        ("due-1-business-day", "Wed 09:00")
    ]
    assert len(list(ladder.schedule(gentle, reckoned(), "gone"))) == 4


def test_levels_that_have_come_are_told_from_those_that_have_not():
    gentle, due = Ladder.parse(GENTLE), reckoned()
    missed, following = ladder.come(gentle, due, "due", due.at.replace(day=3, hour=4))
    assert [step.level.id for step in missed] == ["due", "due-pt4h"]
    assert following is not None
    assert following.level.id == "due-1-business-day"
    assert ladder.come(gentle, due, "due-1-business-day", due.at.replace(day=9)).following is None
    assert ladder.come(gentle, due, None, due.start).steps == []


def test_a_promise_made_late_skips_the_warning_but_never_due():
    gentle, due = Ladder.parse(GENTLE), reckoned()
    begin = ladder.first(gentle, due, due.start)
    late = ladder.first(gentle, due, due.at)
    assert begin is not None
    assert late is not None
    assert (begin.level.id, late.level.id) == ("at-75", "due")


def test_an_id_survives_a_move_and_is_unique():
    named = Level.parse({"id": "call", "at": "due", "notify": "head"})
    moved = Ladder.parse([GENTLE[0], {**GENTLE[1], "id": "call"}]).level("call")
    assert moved is not None
    assert moved.at == named.at
    with pytest.raises(LadderError, match="Two levels are called 'due'"):
        Ladder.parse([GENTLE[1], {"at": "100%", "notify": "head"}])


@pytest.mark.parametrize("text", ["75%", "12.5%", "due", "due + PT4H", "due + 1 business day"])
def test_a_point_is_written_as_it_is_read(text: str):
    assert str(Point.parse(text)) == text


@pytest.mark.parametrize(
    ("level", "says"),
    [
        ({"at": "due - PT1H", "notify": "head"}, "Level 1: at: expected 75%"),
        ({"at": "150%", "notify": "head"}, "Level 1: at: Expected a share"),
        ({"at": "due + P1DT4H", "notify": "head"}, "mixes calendar days"),
        ({"at": "due"}, "tells nobody"),
        ({"at": "due", "notify": "head", "priority": "urgent"}, "expected low, normal, high"),
        ({"at": "due", "notify": "head", "hours": "later"}, "expected now or opening"),
        ({"at": "due", "tell": "head"}, "'tell' is not known"),
        ("due", "expected at, notify"),
    ],
)
def test_a_mistake_is_told_with_its_level(level: object, says: str):
    with pytest.raises(LadderError, match=says):
        Ladder.parse([level])


def test_a_level_says_by_which_ways_besides_the_inbox():
    written: tuple[dict[str, object], ...] = (
        {},
        {"how": "inbox"},
        {"how": "mail, webhook"},
        {"how": ["webhook"]},
    )
    found = [Level.parse({"at": "due", "notify": "head", **how}).how for how in written]
    assert found == [("mail",), (), ("mail", "webhook"), ("webhook",)]
    assert Level.parse({"at": "due", "how": "webhook"}).is_telling


def test_a_way_that_there_is_not_is_refused_by_name():
    with pytest.raises(LadderError, match="expected inbox, mail, webhook, not 'fax'"):
        Level.parse({"at": "due", "notify": "head", "how": "fax"})


def test_a_level_sets_plain_fields_of_the_record():
    level = Level.parse({"at": "due", "set": {"deal.priority": "high"}})
    assert level.sets == (("deal.priority", "high"),)
    assert not level.is_telling_only
    for wrong in ({"priority": "high"}, {"deal.priority": "= 1 + 1"}, ["deal.priority"]):
        with pytest.raises(LadderError, match="set: "):
            Level.parse({"at": "due", "set": wrong})
