"""A past lived through: people act and deadlines fire, each at its own instant, until it is now."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

from engine import jobs
from engine.calendar import Calendar
from ledger import transaction
from ledger.clock import VirtualClock
from ledger.rejection import Rejection
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import figures, heartbeat

LONGEST = 400
"""Days that are looked back for working days."""
BATCH = 200

Action = Callable[["Past"], None]


@dataclass
class Past:
    """What is to happen by when. `days` are the working days before today, the last first."""

    store: Store
    clock: VirtualClock
    now: datetime
    calendar: Calendar
    days: list[date] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    _agenda: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _counted: date | None = None

    def __post_init__(self) -> None:
        today = self.calendar.local(self.now).date()
        earlier = (today - timedelta(days=ago) for ago in range(1, LONGEST))
        self.days = [day for day in earlier if self.calendar.windows_on(day)]

    def at(self, when: str) -> datetime:
        """Return the instant of `3 10:30` (that time on the third working day before today) or `-40m` (minutes ago)."""
        if when.startswith("-"):
            return self.now - timedelta(minutes=int(when[1:-1]))
        days, _, clock = when.partition(" ")
        wall = datetime.combine(
            self.days[int(days) - 1], time.fromisoformat(clock), self.calendar.zone
        )
        return wall.astimezone(self.now.tzinfo)

    def plan(self, at: datetime, action: Action) -> None:
        """Let something happen at an instant; what would lie ahead of now does not happen."""
        if at <= self.now:
            heapq.heappush(self._agenda, (at, next(self._order), action))

    def do(self, actor: str, command: Callable[[Transaction], object]) -> None:
        """Run a command as somebody at the present instant, and what follows from it at once."""
        transaction.run(self.store, actor, command)

    def live(self) -> None:
        """Let everything happen in its order until now."""
        while self._agenda:
            at, _, action = heapq.heappop(self._agenda)
            self._pass_until(at)
            self.clock.move_to(at)
            self._try(action)
            self._work()
        self._pass_until(self.now)
        self.clock.move_to(self.now)
        figures.run(self.store)

    def _try(self, action: Action) -> None:
        """Do a deed; one that a holiday has overtaken is left out and kept in `missed`."""
        try:
            action(self)
        except Rejection as refusal:
            self.missed.append(refusal.sentence)

    def _pass_until(self, until: datetime) -> None:
        """Let deadlines and timers fire that lie before `until`; figures are brought up to date each day."""
        if until.date() != self._counted:
            self._counted = until.date()
            figures.run(self.store)
        while (upcoming := self._next()) is not None and upcoming < until:
            self.clock.move_to(upcoming)
            if heartbeat.tick(self.store).is_empty:
                self.clock.move_to(upcoming + timedelta(seconds=1))

    def _next(self) -> datetime | None:
        with transaction.read(self.store, "worker") as tx:
            return heartbeat.next_at(tx)

    def _work(self) -> None:
        while jobs.work_due(self.store, BATCH):
            pass


@contextmanager
def lived(store: Store, start: datetime) -> Iterator[VirtualClock]:
    """Give the store a clock that begins at `start`, and its own one back afterwards."""
    own, clock = store.clock, VirtualClock(start)
    store.clock = clock
    try:
        yield clock
    finally:
        store.clock = own
