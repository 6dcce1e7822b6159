"""What a level does: whom it tells, as rows that are written once, and which actions it asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from engine.clocks import rows, sweeping
from engine.clocks.sweeping import Held, Ripe
from engine.ladder import Level, Step
from ledger.event_log import Event
from ledger.transaction import Transaction
from scheduler import alerts, feed, outage
from scheduler.alerts import Entry, News
from scheduler.people import Around, People

SECOND = timedelta(seconds=1)
TAKEN = 50
"""How many numbers for rows are taken together; what a batch does not use of them is lost."""
CAP = Level(rows.PAUSE_CAP, rows.DUE_EVENT.at, ("responsible", "process owner"))


@dataclass
class Batch:
    """What a sweep writes in one transaction, collected clock by clock."""

    tx: Transaction
    people: People = field(init=False)
    _numbers: Iterator[int] = field(init=False)
    delivered: list[Entry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    moves: list[sweeping.Move] = field(default_factory=list)
    resting: list[tuple[int, int]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    _listening: list[Row[Any]] | None = None
    _data: dict[tuple[object, ...], dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = People(self.tx)
        self._numbers = _numbers(self.tx)

    def climb(self, clock: Ripe, open_tasks: Sequence[Held]) -> None:
        """Tell what has come on a clock: every level is recorded, only the highest is told."""
        around = around_of(clock, open_tasks)
        told = [step for step in clock.come.steps if step.level.is_telling]
        for step in told:
            self._tell(clock, around, step, is_highest=step is told[-1])
        row, following = clock.row, clock.come.following
        if following is None:
            self.resting.append((row.id, row.case_id))
        else:
            level, fires = following.level.id, following.fires
            self.moves.append(sweeping.Move(row.id, row.case_id, level, fires))

    def cap(self, clock: Ripe, open_tasks: Sequence[Held]) -> None:
        """Tell that a pause outlived its cap."""
        at = clock.row.next_fire_at
        self._tell(clock, around_of(clock, open_tasks), Step(at, at, CAP), is_highest=True)

    def write(self) -> None:
        """Write everything, one statement a table."""
        alerts.write_inboxes(self.tx, self.delivered)
        alerts.write(self.tx, self.entries)
        if self.moves:
            self.tx.write_values(sweeping.MOVE_ON, sweeping.Move._fields, self.moves)
        if self.resting:
            self.tx.write_values(sweeping.REST, sweeping.RESTING, self.resting)
        if self.counts:
            now = self.tx.now
            numbers = [(case, seq, now) for case, seq in self.counts.items()]
            self.tx.write_values(sweeping.COUNT, sweeping.COUNTED, numbers)

    def _tell(self, clock: Ripe, around: Around, step: Step, *, is_highest: bool) -> None:
        now = self.tx.now
        people, reason = self.people.told(step.level.notify, around)
        late, state, outage_id = now - step.fires, alerts.DELIVERED, None
        if not is_highest:
            state = alerts.RECORDED
        elif late > outage.OUTAGE_AFTER:
            state, outage_id = alerts.HELD, self._outage(step)
        at = now if is_highest else None
        news = self.news(clock, step, reason, late // SECOND, outage_id, state, at)
        for person in people:
            self._write_to(person, around, step, news)
        self._call(clock, around, step, news)
        self._note(clock, news, people, reason)

    def _write_to(self, person: str, around: Around, step: Step, news: News) -> None:
        task = _task_for(person, around)
        number = next(self._numbers)
        if news.state == alerts.DELIVERED:
            self.delivered.append(news.delivered(number, person, task))
        else:
            self.entries.append(news.to(number, person, alerts.INBOX, task))
        if news.state == alerts.RECORDED or alerts.MAIL not in step.level.how:
            return
        address = self.people.address(person)
        mail = news.by_mail(address) if address and address.mail else None
        if mail:
            self.entries.append(mail.to(next(self._numbers), person, alerts.MAIL, task))

    def _call(self, clock: Ripe, around: Around, step: Step, news: News) -> None:
        """Tell the webhooks: who listens is asked once a batch."""
        if self._listening is None:
            self._listening = feed.listening_to_levels(self.tx)
        if self._listening:
            task, key = _task_for("", around), clock.process.id
            self.entries += feed.of_level(self.tx, self._listening, step.level.how, key, news, task)

    def news(  # each is a column
        self,
        clock: Ripe,
        step: Step,
        reason: str | None = None,
        late: int = 0,
        outage_id: int | None = None,
        state: str = alerts.DELIVERED,
        delivered_at: datetime | None = None,
    ) -> News:
        """Return what all alerts of a level have in common."""
        row, level = clock.row, step.level
        data = self._about((row.definition_id, row.element, row.kind, reason))
        return News(
            self.tx.now, f"clock:{row.id}", level.id, kind_of(level), row.epoch, row.case_id,
            row.subject, data, row.due_at, late, (step.at - row.due_at) // SECOND, outage_id,
            state, None, None, delivered_at,
        )  # fmt: skip

    def _about(self, what: tuple[object, ...]) -> dict[str, Any]:
        """Return what the words of an alert are made from: one for all that have it in common."""
        known = self._data.get(what)
        if known is None:
            names = ("definition", "element", "clock", "reason")
            pairs = zip(names, what, strict=True)
            known = {name: each for name, each in pairs if name != "reason" or each}
            self._data[what] = known
        return known

    def _outage(self, step: Step) -> int:
        return self.people.once(("outage",), lambda: outage.current(self.tx, step.fires))

    def _note(self, clock: Ripe, news: News, people: list[str], reason: str | None) -> None:
        row = clock.row
        seq = self.counts[row.case_id] = self.counts.get(row.case_id, row.seq) + 1
        data = {
            "clock": row.kind,
            "level": news.level,
            "kind": news.kind,
            "told": people,
            "late": news.late_seconds,
        }
        if reason:
            data["reason"] = reason
        self.tx.note(
            Event("level_reached", row.case_id, seq, row.subject, row.element, news.source, data)
        )


def kind_of(level: Level) -> str:
    """Return what kind of alert a level gives."""
    if level is CAP:
        return "pause_over_cap"
    if level.at.share is not None:
        return "deadline_near"
    return "deadline_due" if level.at.after is None else "deadline_overdue"


def around_of(clock: Ripe, open_tasks: Sequence[Held]) -> Around:
    """Return what the words of a clock's levels refer to."""
    return Around(clock.process, clock.row.subject, clock.row.started_by, open_tasks)


def _numbers(tx: Transaction) -> Iterator[int]:
    while True:
        yield from tx.new_ids(TAKEN)


def _task_for(person: str, around: Around) -> int | None:
    tasks = around.tasks
    if not tasks:
        return None
    if len(tasks) == 1:
        return tasks[0].id
    return next((task.id for task in tasks if task.assignee == person), tasks[0].id)
