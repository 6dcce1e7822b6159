"""Who must be told what at which minute: counted minute by minute, without a word of the product's.

A clock counts the minutes in which its place works and nobody pauses it. A level has come as soon
as enough are counted. It is told in the first minute in which it has come, somebody sweeps and the
clock is not paused; of several at once only the last is told, the others are put on record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.integration.quarter import office
from tests.integration.quarter.office import OUTAGE, OWNER, QUARTER
from tests.integration.quarter.story import OPEN, Deed, Story

LATE = 10
"""Minutes after which an alert belongs to an outage."""


@dataclass(frozen=True)
class Rung:
    """A level: after which share of the promise, or how many minutes past it."""

    id: str
    share: float = 1.0
    past: int = 0
    told: tuple[str, ...] = ()
    waits_for_opening: bool = False


CLIMB = (
    Rung("warn", 0.75, told=("responsible",)),
    Rung("due", told=("responsible", "manager")),
    Rung("late", past=240, told=("manager",)),
    Rung("last", past=960, told=("responsible", "owner"), waits_for_opening=True),
)
BOUND = (*CLIMB[:2], Rung("due-event"), *CLIMB[2:])
ANSWER = (Rung("silent", told=("starter's manager",)),)
WHOLE = (Rung("long", 0.75, told=("starter",)), Rung("over", told=("owner",)))
ACTIONS = {"late": ["reassign"], "last": ["priority"], "due-event": ["event"]}


@dataclass(frozen=True, order=True)
class Alert:
    """One row that must be there. `rank` is minutes past due; `late` how many minutes it was late."""

    clock: tuple[str, int]
    epoch: int
    level: str
    recipient: str
    channel: str
    minute: int
    late: int
    rank: int
    state: str
    """`told`, `none` (on record only) or `held` for the summary after an outage."""


@dataclass
class Clock:
    """A promise and the levels on it; `visit` is which clock of its kind it is."""

    kind: str
    visit: int
    works: bytes
    total: int
    rungs: tuple[Rung, ...]
    epoch: int = 1
    spent: int = 0
    past: int = 0
    pauses: set[str] = field(default_factory=set)
    due: int | None = None
    come: dict[str, int] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def look(self, minute: int) -> None:
        """Note which levels have come by now."""
        if self.spent >= self.total and self.due is None:
            self.due = minute
        for rung in self.rungs:
            if self.spent < self.total * rung.share:
                return
            if self.past >= rung.past and rung.id not in self.gone:
                self.come.setdefault(rung.id, minute)

    def count(self, minute: int) -> None:
        """Let a minute pass."""
        if self.works[minute] and not self.pauses:
            self.spent += 1
            self.past += self.due is not None

    def ready(self, minute: int) -> list[tuple[Rung, int]]:
        """Return the levels to do now, each with the minute at which it should have been."""
        if self.pauses or len(self.come) == len(self.gone & self.come.keys()):
            return []
        waiting = [rung for rung in self.rungs if rung.id in self.come and rung.id not in self.gone]
        found = [(rung, self.fires(rung)) for rung in waiting if self.fires(rung) <= minute]
        self.gone |= {rung.id for rung, _ in found}
        return found

    def fires(self, rung: Rung) -> int:
        """Return the minute of a level that has come: its own, or the next at which the place opens."""
        minute = self.come[rung.id]
        while rung.waits_for_opening and not self.works[minute]:
            minute += 1
        return minute

    def due_from(self, minute: int) -> int:
        """Return when it is due if nothing stops it any more."""
        if self.due is not None:
            return self.due
        left = self.total - self.spent
        while left:
            left -= self.works[minute]
            minute += 1
        return minute

    def promise(self, minute: int, target: int) -> None:
        """Set another due date; a warning whose time is over is left out."""
        self.epoch += 1
        self.total = self.spent + sum(self.works[minute:target])
        self.past, self.due = 0, None
        self.come.clear()
        self.gone.clear()
        before = self.spent - self.works[minute - 1]
        self.gone |= {
            rung.id for rung in self.rungs if rung.share < 1 and before >= self.total * rung.share
        }


@dataclass
class Case:
    """A case as it goes through its story."""

    story: Story
    holder: str | None = None
    clocks: list[Clock] = field(default_factory=list)
    visits: dict[str, int] = field(default_factory=dict)
    is_over: bool = False
    rings: int = 0
    stage: str = ""
    alerts: list[Alert] = field(default_factory=list)

    def enter(self, kind: str, total: int, rungs: tuple[Rung, ...]) -> None:
        visit = self.visits[kind] = self.visits.get(kind, 0) + 1
        self.clocks.append(Clock(kind, visit, OPEN[self.story.place.key], total, rungs))

    def leave(self, *kinds: str) -> None:
        self.clocks = [clock for clock in self.clocks if clock.kind not in kinds]

    def contact(self, minute: int) -> None:
        self.stage = "contact"
        self.enter("stage", 480, CLIMB)
        self.enter("response", 120, ANSWER)
        self.holder = office.present(self.story.starter, minute)

    def of(self, kind: str) -> Clock:
        return next(clock for clock in self.clocks if clock.kind == kind)

    def do(self, deed: Deed) -> None:
        """Let somebody do something."""
        getattr(self, f"_{deed.verb}")(deed)

    def _start(self, deed: Deed) -> None:
        self.enter("case", 4800, WHOLE)
        self.contact(deed.minute)

    def _draft(self, _deed: Deed) -> None:
        self.leave("response")

    def _assign(self, deed: Deed) -> None:
        self.holder = office.present(deed.person, deed.minute)

    def _pause(self, _deed: Deed) -> None:
        self.of("stage").pauses.add("hand")

    def _unpause(self, _deed: Deed) -> None:
        self.of("stage").pauses.remove("hand")

    def _suspend(self, _deed: Deed) -> None:
        for clock in self.clocks:
            clock.pauses.add("suspension")

    def _resume(self, _deed: Deed) -> None:
        for clock in self.clocks:
            clock.pauses.remove("suspension")

    def _override(self, deed: Deed) -> None:
        self.of("stage").promise(deed.minute, deed.target)

    def _again(self, deed: Deed) -> None:
        self.leave("stage", "response")
        self.contact(deed.minute)

    def _done(self, _deed: Deed) -> None:
        self.leave("stage", "response")
        self.holder = None
        if self.stage == "contact":
            self.stage = "wait"
            self.of("case").pauses.add("wait")
        else:
            self.is_over = True
            self.clocks.clear()

    def _answer(self, deed: Deed) -> None:
        self.stage = "contract"
        self.of("case").pauses.remove("wait")
        self.enter("stage", 240, BOUND)
        self.holder = office.present(self.story.starter, deed.minute)

    def sweep(self, minute: int) -> None:
        """Do what has come on every clock, the earliest first."""
        ready = [(clock, found) for clock in self.clocks if (found := clock.ready(minute))]
        for clock, found in sorted(ready, key=lambda each: each[1][0][1]):
            told = [rung for rung, _ in found if rung.told]
            for rung, fires in found:
                self._tell(clock, rung, fires, minute, is_told=bool(told) and rung is told[-1])
            for rung, _ in found:
                self._act(clock, rung, minute)

    def _tell(self, clock: Clock, rung: Rung, fires: int, minute: int, *, is_told: bool) -> None:
        late = minute - fires
        state = "none" if not is_told else "held" if late > LATE else "told"
        for person in self._recipients(rung, minute) if rung.told else ():
            self._note(clock, rung, (person, "inbox"), minute, late, state)

    def _act(self, clock: Clock, rung: Rung, minute: int) -> None:
        for action in ACTIONS.get(rung.id, ()):
            is_nobody = action == "reassign" and not self._manager()
            self._note(clock, rung, ("action", action), minute, 0, "dead" if is_nobody else "told")
        if rung.id == "late" and (boss := self._manager()) not in (None, self.holder):
            self.holder = office.present(str(boss), minute)
        self.rings += rung.id == "due-event"

    def _note(  # each is a part of the row
        self, clock: Clock, rung: Rung, to: tuple[str, str], minute: int, late: int, state: str
    ) -> None:
        rank = clock.come[rung.id] - clock.due_from(minute)
        key = (clock.kind, clock.visit)
        self.alerts.append(Alert(key, clock.epoch, rung.id, *to, minute, late, rank, state))

    def _recipients(self, rung: Rung, minute: int) -> list[str]:
        starter = self.story.starter
        meant = {
            "responsible": self.holder,
            "manager": self._manager(),
            "starter": starter,
            "starter's manager": office.MANAGERS[starter],
            "owner": OWNER,
        }
        people = [who for word in rung.told if (who := meant[word])] or [OWNER]
        return list(dict.fromkeys(office.present(who, minute) for who in people))

    def _manager(self) -> str | None:
        return office.MANAGERS.get(self.holder or "")


def played(story: Story) -> Case:
    """Let a story happen; return the case as it must be at the end of the quarter."""
    case = Case(story)
    deeds = list(story.deeds)
    for minute in range(story.deeds[0].minute if story.deeds else QUARTER, QUARTER):
        if case.is_over:
            break
        _look(case, minute)
        while deeds and deeds[0].minute == minute:
            case.do(deeds.pop(0))
            _look(case, minute)
        for clock in case.clocks:
            clock.count(minute)
    return case


def _look(case: Case, minute: int) -> None:
    for clock in case.clocks:
        clock.look(minute)
    if not OUTAGE[0] <= minute < OUTAGE[1]:
        case.sweep(minute)


def all_alerts(cases: list[Case]) -> Iterator[tuple[int, Alert]]:
    """Yield every alert of every case with the number of its case."""
    for number, case in enumerate(cases):
        for alert in case.alerts:
            yield number, alert
