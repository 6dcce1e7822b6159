"""Two weeks of cases, pauses and changed dates: every expected alert, at its minute, exactly once.

What is expected is counted minute by minute, without a word of the engine's.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine import clocks
from ledger import transaction
from scheduler import alerts, heartbeat
from tests.integration.scheduler.company import ANNA, CLARA, Company, model
from tests.integration.scheduler.conftest import MONDAY

MINUTE = timedelta(minutes=1)
STEP = 4
"""Everything happens at a minute that 4 divides, so that three quarters are whole minutes too."""
FORTNIGHT = 14 * 1440
TOLD = {"warn": [ANNA], "due": [ANNA, CLARA], "late": [CLARA]}
Alert = tuple[int, int, str, str, datetime]


@dataclass
class Story:
    """What happens to one case, in minutes since Monday morning."""

    hours: int
    opened: int
    pauses: list[tuple[int, int]] = field(default_factory=list)
    moved: tuple[int, int] | None = None
    closed: int | None = None
    clock: int = 0

    def deeds(self) -> Iterator[tuple[int, str]]:
        yield self.opened, "open"
        for begin, end in self.pauses:
            yield begin, "pause"
            yield end, "resume"
        if self.moved:
            yield self.moved[0], "move"
        if self.closed:
            yield self.closed, "close"


def invented(chance: random.Random) -> Story:
    """Make up a case: opened in the first days, paused up to twice, perhaps moved, perhaps closed."""

    def later(than: int, most: int) -> int:
        return than + STEP * chance.randint(1, most // STEP)

    story = Story(chance.randint(1, 12), STEP * chance.randint(0, 3 * 1440 // STEP))
    at = story.opened
    for _ in range(chance.randint(0, 2)):
        begin = later(at, 1500)
        at = later(begin, 2500)
        story.pauses.append((begin, at))
    if chance.random() < 0.4:
        at = later(at, 1200)
        story.moved = (at, later(at, 4000))
    if chance.random() < 0.4:
        story.closed = later(at, 3000)
    return story


def works(minute: int) -> bool:
    at = MONDAY + minute * MINUTE
    return at.weekday() < 5 and 9 <= at.hour < 17


def expected(story: Story) -> list[Alert]:
    """Count the minutes that work and are not paused, and note when each level comes."""
    end = story.closed if story.closed is not None else FORTNIGHT
    found = _climb(story, 1, story.hours * 60, story.moved[0] if story.moved else end)
    if story.moved and story.moved[0] <= end:
        whole = sum(_counts(story, minute) for minute in range(story.opened, story.moved[1]))
        found += _climb(story, 2, whole, end, since=story.moved[0], due=story.moved[1])
    return sorted(found)


def _counts(story: Story, minute: int) -> bool:
    return works(minute) and not any(begin <= minute < end for begin, end in story.pauses)


def _climb(
    story: Story, epoch: int, whole: int, end: int, since: int = 0, due: int | None = None
) -> list[Alert]:
    found: list[Alert] = []
    spent = past = 0
    fired: set[str] = set()
    for minute in range(story.opened, end + 1):
        is_due = spent >= whole if due is None else minute >= due
        come = {"warn": spent * 4 >= whole * 3, "due": is_due, "late": past >= 240}
        for level, has_come in come.items():
            if has_come and level not in fired:
                fired.add(level)
                at = MONDAY + minute * MINUTE
                is_told = minute >= since
                found += [(story.clock, epoch, level, who, at) for who in TOLD[level] if is_told]
        spent += _counts(story, minute)
        past += is_due and _counts(story, minute)
    return found


def play(company: Company, stories: list[Story]) -> None:
    """Let everything happen at its minute; deadlines are swept whenever one is due, and once more."""
    definitions = {
        hours: company.deploy(model(key=f"sale-{hours}", deadline=f"PT{hours}H"))
        for hours in {story.hours for story in stories}
    }
    deeds = [(at, n, deed) for n, story in enumerate(stories) for at, deed in story.deeds()]
    for at, number, deed in sorted(deeds):
        _sweep_until(company, MONDAY + at * MINUTE)
        story = stories[number]
        if deed == "open":
            story.clock = company.open_case(definitions[story.hours]).clock
        elif story.closed is None or at <= story.closed:
            _do(company, story, deed)
    _sweep_until(company, MONDAY + FORTNIGHT * MINUTE)


def _sweep_until(company: Company, until: datetime) -> None:
    while True:
        with transaction.read(company.store, "worker") as tx:
            at = heartbeat.next_at(tx)
        if at is None or at > until:
            company.until(until.isoformat())
            return
        company.until(at.isoformat())
        assert company.tick().clocks
        assert company.tick().clocks == 0


def _do(company: Company, story: Story, deed: str) -> None:
    with transaction.begin(company.store, ANNA) as tx:
        if deed == "pause":
            clocks.pause(tx, story.clock, "waiting")
        elif deed == "resume":
            clocks.resume(tx, story.clock)
        elif deed == "move" and story.moved:
            clocks.override(tx, story.clock, MONDAY + story.moved[1] * MINUTE, "asked")
        elif deed == "close":
            table = clocks.clocks
            row = tx.execute(select(table).where(table.c.id == story.clock)).one()
            tx.execute(clocks.CLOSE, clocks.left(row.case_id, row.token_id, tx.now, "completed"))


@pytest.mark.soak
def test_every_alert_comes_once_and_at_its_minute(company: Company, *, soak: bool):
    chance = random.Random(20260105)
    stories = [invented(chance) for _ in range(200 if soak else 25)]
    play(company, stories)
    with transaction.read(company.store, "worker") as tx:
        rows = tx.execute(select(alerts.alerts).where(alerts.alerts.c.channel == "inbox")).all()
    told: list[Alert] = [
        (
            int(row.source.removeprefix("clock:")),
            row.epoch,
            row.level,
            row.recipient,
            row.created_at,
        )
        for row in rows
        if row.state == "delivered"
    ]
    for story in stories:
        own = sorted(alert for alert in told if alert[0] == story.clock)
        assert own == expected(story), story
    assert len(told) > len(stories)
