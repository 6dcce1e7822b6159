"""What happens to a case in three months: made up by chance, in minutes since the quarter began."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from tests.integration.quarter.office import OUTAGE, PLACES, QUARTER, Place, open_minutes

STEP = 4
"""Everything happens at a minute that 4 divides, so that three quarters are whole minutes too."""
DAY = 1440
OPEN = {place.key: open_minutes(place) for place in PLACES}


@dataclass(frozen=True, order=True)
class Deed:
    """One thing that somebody does to a case."""

    minute: int
    verb: str
    person: str = ""
    target: int = 0


@dataclass
class Story:
    """A case from its start to its end, or as far as the quarter goes."""

    place: Place
    starter: str
    deeds: list[Deed] = field(default_factory=list)


def invented(chance: random.Random, *, is_caught: bool) -> Story:
    """Make up a case: contact once or more often, the client's answer, the contract.

    One that `is_caught` begins shortly before the outage, and nobody touches it until that is over.
    """
    place = chance.choice(PLACES)
    teller = _Teller(chance, Story(place, chance.choice(place.people)))
    teller.minute = STEP * chance.randint(0, 75 * DAY // STEP)
    if is_caught:
        teller.minute = OUTAGE[0] - STEP * chance.randint(0, DAY // 4 // STEP)
    teller.tell("start")
    if is_caught:
        teller.minute = OUTAGE[1]
    teller.visit(has_draft=True)
    while chance.random() < 0.3:
        teller.tell("again")
        teller.visit(has_draft=True)
    teller.tell("done")
    teller.later(5 * DAY)
    teller.tell("answer")
    teller.visit(has_draft=False)
    teller.tell("done")
    told = teller.story.deeds
    teller.story.deeds = [deed for deed in told if deed.minute < QUARTER]
    return teller.story


@dataclass
class _Teller:
    chance: random.Random
    story: Story
    minute: int = 0

    def tell(self, verb: str, person: str = "", target: int = 0) -> None:
        self.story.deeds.append(Deed(self.minute, verb, person, target))

    def later(self, most: int) -> None:
        self.minute += STEP * self.chance.randint(1, most // STEP)

    def visit(self, *, has_draft: bool) -> None:
        deeds = [self.pause, self.override, self.assign, self.suspend, self.assign]
        if has_draft:
            deeds.append(self.draft)
        for deed in self.chance.sample(deeds, self.chance.choice((0, 1, 1, 2, 3))):
            self.later(2 * DAY)
            deed()
        self.later(self.chance.choice((DAY // 6, DAY, 3 * DAY, 9 * DAY)))

    def draft(self) -> None:
        self.tell("draft")

    def assign(self) -> None:
        self.tell("assign", self.chance.choice(self.story.place.people))

    def pause(self) -> None:
        self.tell("pause")
        self.later(3 * DAY)
        self.tell("unpause")

    def suspend(self) -> None:
        self.tell("suspend")
        self.later(2 * DAY)
        self.tell("resume")

    def override(self) -> None:
        """Set a due date that lies inside working time, so that it is beyond doubt."""
        works = OPEN[self.story.place.key]
        target = self.minute + STEP * self.chance.randint(1, 4 * DAY // STEP)
        while target + 1 < len(works) and not (works[target - 1] and works[target]):
            target += STEP
        self.tell("override", target=target)
