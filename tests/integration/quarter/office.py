"""An office in Berlin and one in New York, their hours and absences, and the process they work by.

Hours are written twice: as calendars for the product, and as plain rules for whoever checks it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from crm_entities import absences, staff
from engine import calendars, definitions
from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from tests.support import models

BEGIN = datetime(2026, 2, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTER = 89 * 1440
"""Minutes from the first Monday of February to May; New York changes its clocks in it, and Berlin."""
OUTAGE = (39 * 1440 + 840, 42 * 1440 + 840)
"""Nobody sweeps from a Friday afternoon to the Monday after it."""

LOGINS = ("dora", "clara", "gus", "anna", "ben", "emil", "fay")
DORA, CLARA, GUS, ANNA, BEN, EMIL, FAY = (f"staff:{n}" for n in range(1, len(LOGINS) + 1))
MANAGERS = {ANNA: CLARA, BEN: CLARA, EMIL: GUS, FAY: GUS, CLARA: DORA, GUS: DORA}
OWNER = DORA


@dataclass(frozen=True)
class Place:
    """Whose hours a process follows, and who works there."""

    key: str
    people: tuple[str, str]
    calendar: dict[str, object]
    is_open: Callable[[datetime], bool]


def _weekdays(*hours: str) -> dict[str, list[str]]:
    return {day: list(hours) for day in ("mon", "tue", "wed", "thu", "fri")}


def _berlin(wall: datetime) -> bool:
    holidays = (date(2026, 4, 3), date(2026, 4, 6))
    return wall.weekday() < 5 and wall.date() not in holidays and 9 <= wall.hour < 17


def _new_york(wall: datetime) -> bool:
    if wall.date() == date(2026, 3, 28):
        return 9 <= wall.hour < 13
    return wall.weekday() < 5 and (8 <= wall.hour < 12 or 13 <= wall.hour < 17)


def _night(wall: datetime) -> bool:
    return wall.hour >= 22 or wall.hour < 6


PLACES = (
    Place(
        "berlin",
        (ANNA, BEN),
        {
            "timezone": "Europe/Berlin",
            "week": _weekdays("09:00-17:00"),
            "holidays": ["2026-04-03", "2026-04-06"],
        },
        _berlin,
    ),
    Place(
        "newyork",
        (EMIL, FAY),
        {
            "timezone": "America/New_York",
            "week": _weekdays("08:00-12:00", "13:00-17:00"),
            "working_days": {"2026-03-28": ["09:00-13:00"]},
        },
        _new_york,
    ),
    Place(
        "night",
        (ANNA, BEN),
        {
            "timezone": "Europe/Berlin",
            "week": _weekdays("22:00-06:00") | {"sat": ["22:00-06:00"], "sun": ["22:00-06:00"]},
        },
        _night,
    ),
)
AWAY: Sequence[tuple[str, str, int, int]] = (
    (ANNA, BEN, 10, 14),
    (BEN, ANNA, 24, 31),
    (CLARA, DORA, 36, 45),
    (EMIL, FAY, 18, 29),
    (GUS, DORA, 50, 61),
    (ANNA, BEN, 64, 71),
    (FAY, EMIL, 70, 74),
)
"""Who is away from which day to which, and who stands in."""


def open_minutes(place: Place) -> bytes:
    """Say of each minute of the quarter, and of two weeks after it, whether the place works."""
    there = ZoneInfo(str(place.calendar["timezone"]))
    first = (BEGIN + n * MINUTE for n in range(QUARTER + 14 * 1440))
    return bytes(place.is_open(instant.astimezone(there)) for instant in first)


def present(person: str, minute: int) -> str:
    """Return who acts for a person at that minute."""
    for who, substitute, begin, end in AWAY:
        if who == person and begin * 1440 <= minute < end * 1440:
            return substitute
    return person


def at(minute: int) -> datetime:
    """Return the instant of a minute of the quarter."""
    return BEGIN + minute * MINUTE


def open_up(store: Store) -> None:
    """Hire everybody, plan their absences, set the calendars and publish the processes."""
    with transaction.begin(store, "system") as tx:
        _hire(tx)
        for who, substitute, begin, end in AWAY:
            absences.plan(
                tx,
                _number(who),
                at(begin * 1440),
                at(end * 1440),
                substitute_id=_number(substitute),
            )
        for place in PLACES:
            calendars.define(tx, place.key, place.calendar)
            definitions.deploy(tx, [definitions.Source(f"{place.key}.bpmn", model(place))])


def _hire(tx: Transaction) -> None:
    for number, login in enumerate(LOGINS, 1):
        manager = MANAGERS.get(f"staff:{number}")
        values = {"login": login, "name": login.title(), "mail": f"{login}@office.example"}
        hired = staff.hire(tx, values | {"manager_id": _number(manager) if manager else None})
        assert hired.id == number


def _number(who: str) -> int:
    return int(who.removeprefix("staff:"))


LADDERS = """
<kontor:ladder id="climb">
  <kontor:level id="warn" at="75%" notify="responsible"/>
  <kontor:level id="due" at="due" notify="responsible, manager of responsible"/>
  <kontor:level id="late" at="due + PT4H" notify="manager of responsible" reassign="manager of responsible"/>
  <kontor:level id="last" at="due + PT16H" notify="responsible, process owner" priority="high" hours="opening"/>
</kontor:ladder>
<kontor:ladder id="answer"><kontor:level id="silent" at="due" notify="manager of starter"/></kontor:ladder>
<kontor:ladder id="whole">
  <kontor:level id="long" at="75%" notify="starter"/>
  <kontor:level id="over" at="due" notify="process owner"/>
</kontor:ladder>"""


def model(place: Place) -> bytes:
    """Return the process of a place: first contact, again while asked for, the client's answer, the contract."""
    about = (
        f'<extensionElements><kontor:definition owner="staff:dora" calendar="{place.key}"/>{LADDERS}'
        '<kontor:clock kind="case" deadline="PT80H" ladder="whole"/></extensionElements>'
    )
    elements = (
        '<startEvent id="s"/><endEvent id="e"/><endEvent id="told"/><exclusiveGateway id="more" default="more_wait"/>'
        + _stage(
            "contact", "PT8H", '<kontor:clock kind="response" deadline="PT2H" ladder="answer"/>'
        )
        + '<receiveTask id="wait" messageRef="answered"><extensionElements>'
        '<kontor:pause reason="waiting for the client"/></extensionElements></receiveTask>'
        + _stage("contract", "PT4H")
        + models.boundary(
            "rung",
            "contract",
            "<timerEventDefinition><extensionElements><kontor:stageClock/></extensionElements>"
            "</timerEventDefinition>",
            interrupting=False,
        )
        + models.script("ring", "{rings: rings + 1}")
    )
    flows = "s > contact > more > wait > contract > e\nmore > contact [again]\nrung > ring > told"
    return models.file(
        '<message id="answered" name="answered"/>',
        models.process(place.key, about + elements, flows),
    )


def _stage(key: str, deadline: str, more: str = "") -> str:
    return (
        f'<userTask id="{key}"><extensionElements><kontor:stage id="{key}"/>'
        "<kontor:responsible>starter</kontor:responsible>"
        f'<kontor:clock kind="stage" deadline="{deadline}" ladder="climb"/>{more}'
        "</extensionElements></userTask>"
    )
