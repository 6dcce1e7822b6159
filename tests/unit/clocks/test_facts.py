"""A clock's state follows from its facts alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import calendar, clocks
from engine.bpmn.graph import ClockRule
from engine.calendar import BusinessDays, Calendar, Deadline, WorkingTime
from engine.clocks import facts, rows
from engine.ladder import Ladder

OFFICE = Calendar.parse(
    {
        "timezone": "Europe/Berlin",
        "week": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
MONDAY = datetime.fromisoformat("2026-01-05T09:00:00+00:00")
GENTLE = Ladder.parse(
    [
        {"at": "75%", "notify": "responsible"},
        {"at": "due", "notify": "head"},
        {"at": "due + PT4H", "notify": "head"},
    ]
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-01-{text}:00+01:00")


def read(promise: str, *told: dict[str, Any]) -> facts.Reading:
    return facts.read(MONDAY, promise, told, OFFICE)


def paused(at: str, by: str = "hand", **more: Any) -> dict[str, Any]:
    return facts.fact("paused", local(at), by=by, reason="waiting for the client", **more)


def resumed(at: str, by: str = "hand") -> dict[str, Any]:
    return facts.fact("resumed", local(at), by=by)


def entered(promise: Deadline | datetime, *, bound: bool = False) -> dict[str, Any]:
    rule = ClockRule("stage", WorkingTime(timedelta(hours=8)), GENTLE)
    return clocks.entered(
        rule, id=1, case_id=2, definition_id=3, element="contact", token_id=4, subject="deal:5",
        calendar_id=6, calendar_version=1, calendar=OFFICE, now=MONDAY, promise=promise, bound=bound,
    )  # fmt: skip


def test_a_new_clock_waits_for_the_first_level_of_its_ladder():
    row = entered(WorkingTime(timedelta(hours=8)))
    assert row["due_at"] == local("06T10:00")
    assert (row["next_level"], row["next_fire_at"]) == ("at-75", local("05T16:00"))
    assert (row["state"], row["epoch"], row["facts"]) == ("running", 1, None)


def test_a_promise_may_be_an_instant():
    row = entered(local("07T12:00"))
    assert row["due_at"] == local("07T12:00")
    assert facts.read(MONDAY, row["deadline"], None, OFFICE).due.at == local("07T12:00")


def test_a_boundary_event_is_the_last_thing_at_due():
    levels = rows.levels(ClockRule("stage", BusinessDays(1), GENTLE), bound=True)
    assert levels is not None
    assert [level.id for level in levels.until_due] == ["at-75", "due", "due-event"]


def test_a_pause_moves_the_promise_by_what_it_held_back():
    assert read("PT8H", paused("05T11:00"), resumed("06T11:00")).due.at == local("07T10:00")


def test_an_open_pause_leaves_nothing_to_fire_but_its_cap():
    open_ended = rows.kept(read("PT8H", paused("05T11:00")), GENTLE, "at-75")
    assert (open_ended["state"], open_ended["next_fire_at"]) == ("paused", None)
    assert open_ended["next_level"] == "at-75"
    capped = rows.kept(read("PT8H", paused("05T11:00", cap=local("08T11:00"))), GENTLE, "at-75")
    assert capped["next_fire_at"] == local("08T11:00")
    told = read(
        "PT8H",
        paused("05T11:00", cap=local("08T11:00")),
        facts.fact("capped", local("08T11:00")),
    )
    assert rows.kept(told, GENTLE, "at-75")["next_fire_at"] is None


def test_a_clock_runs_again_when_the_last_who_pauses_lets_go():
    first_only = read(
        "PT8H", paused("05T11:00"), paused("05T12:00", "token:9"), resumed("05T13:00")
    )
    assert first_only.is_paused
    both = read(
        "PT8H", paused("05T11:00"), paused("05T12:00", "token:9"),
        resumed("05T13:00"), resumed("05T14:00", "token:9"),
    )  # fmt: skip
    assert not both.is_paused
    assert both.due.at == local("06T13:00")


def test_a_pause_after_the_breach_leaves_it_breached():
    late = read("PT2H", paused("06T09:00"), resumed("08T09:00"))
    assert late.due.at == local("05T12:00")


def test_another_due_date_counts_from_when_it_was_set_and_moves_with_later_pauses():
    moved = facts.fact("due_overridden", local("05T15:00"), due=local("08T12:00"))
    reading = read("PT8H", moved)
    assert (reading.due.at, reading.since) == (local("08T12:00"), local("05T15:00"))
    later = read("PT8H", moved, paused("07T09:00"), resumed("07T11:00"))
    assert later.due.at == local("08T14:00")


def test_another_due_date_begins_the_ladder_again_without_warnings_of_the_past():
    soon = read("PT8H", facts.fact("due_overridden", local("06T15:00"), due=local("06T16:00")))
    assert rows.begun(soon, GENTLE)["next_level"] == "due"
    far = read("PT8H", facts.fact("due_overridden", local("06T15:00"), due=local("20T16:00")))
    assert rows.begun(far, GENTLE)["next_level"] == "at-75"


def test_a_restart_begins_the_promise_again():
    again = read("PT8H", facts.fact("restarted", local("06T09:00")))
    assert again.due.at == local("06T17:00")


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=8, unique=True).map(sorted))
def test_pausing_and_resuming_never_changes_the_working_time_until_due(minutes: list[int]):
    told = []
    for number, minute in enumerate(minutes[: len(minutes) // 2 * 2]):
        kind = "resumed" if number % 2 else "paused"
        told.append(facts.fact(kind, MONDAY + timedelta(minutes=minute), by="hand"))
    reading = read("PT20H", *told)
    spent = calendar.spent(OFFICE, MONDAY, reading.due.at, reading.pauses)
    assert spent == timedelta(hours=20)
