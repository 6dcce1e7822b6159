"""What a level does: whom it tells, as rows that are written once, and which actions it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from engine.clocks import rows, sweeping
from engine.clocks.sweeping import Held, Ripe
from engine.ladder import Level, Step
from ledger.event_log import Event
from ledger.transaction import Transaction
from scheduler import alerts, feed, outage
from scheduler.people import Around, People

SECOND = timedelta(seconds=1)
CAP = Level(rows.PAUSE_CAP, rows.DUE_EVENT.at, ("responsible", "process owner"))


@dataclass
class Batch:
    """What a sweep writes in one transaction, collected clock by clock."""

    tx: Transaction
    people: People = field(init=False)
    alerts: list[dict[str, Any]] = field(default_factory=list)
    moves: list[dict[str, Any]] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.people = People(self.tx)

    def climb(self, clock: Ripe, open_tasks: Sequence[Held]) -> None:
        """Tell what has come on a clock: every level is recorded, only the highest is told."""
        around = around_of(clock, open_tasks)
        told = [step for step in clock.come.steps if step.level.is_telling]
        for step in told:
            self._tell(clock, around, step, is_highest=step is told[-1])
        self.moves.append(sweeping.moved_on(clock))

    def cap(self, clock: Ripe, open_tasks: Sequence[Held]) -> None:
        """Tell that a pause outlived its cap."""
        at = clock.row.next_fire_at
        self._tell(clock, around_of(clock, open_tasks), Step(at, at, CAP), is_highest=True)

    def write(self) -> None:
        """Write everything, one statement a table."""
        alerts.write(self.tx, self.alerts)
        if self.moves:
            self.tx.write(sweeping.MOVE_ON, self.moves)
        if self.counts:
            now = self.tx.now
            numbers = [
                {"b_id": case, "b_seq": seq, "b_now": now} for case, seq in self.counts.items()
            ]
            self.tx.write(sweeping.COUNT, numbers)

    def _tell(self, clock: Ripe, around: Around, step: Step, *, is_highest: bool) -> None:
        people, reason = self.people.told(step.level.notify, around)
        late = self.tx.now - step.fires
        known = self.known(clock, step, reason)
        known["late_seconds"] = late // SECOND
        if not is_highest:
            known["state"] = alerts.RECORDED
        elif late > outage.OUTAGE_AFTER:
            known |= {"state": alerts.HELD, "outage_id": self._outage(step)}
        for person in people:
            known["task_id"] = _task_for(person, around)
            self.alerts += self._rows(person, known, step.level.how)
        self._call(clock, around, step, known)
        self._note(clock, known, people, reason)

    def _call(self, clock: Ripe, around: Around, step: Step, known: dict[str, Any]) -> None:
        """Tell the webhooks: who listens is asked once a batch."""
        listening = self.people.once(("webhooks",), lambda: feed.listening_to_levels(self.tx))
        if listening:
            more = {**known, "task_id": around.tasks[0].id if around.tasks else None}
            self.alerts += feed.of_level(
                self.tx, listening, step.level.how, clock.process.id, **more
            )

    def _rows(self, person: str, known: dict[str, Any], how: Sequence[str]) -> list[dict[str, Any]]:
        if known.get("state") == alerts.RECORDED:
            return [alerts.row(self.tx, recipient=person, channel=alerts.INBOX, **known)]
        address = self.people.address(person) if alerts.MAIL in how else None
        return alerts.channels(self.tx, person, address, **known)

    def known(self, clock: Ripe, step: Step, reason: str | None) -> dict[str, Any]:
        row = clock.row
        data = {"definition": row.definition_id, "element": row.element, "clock": row.kind}
        if reason:
            data["reason"] = reason
        return {
            "case_id": row.case_id,
            "source": f"clock:{row.id}",
            "epoch": row.epoch,
            "level": step.level.id,
            "subject": row.subject,
            "kind": kind_of(step.level),
            "data": data,
            "due_at": row.due_at,
            "rank": (step.at - row.due_at) // SECOND,
        }

    def _outage(self, step: Step) -> int:
        return self.people.once(("outage",), lambda: outage.current(self.tx, step.fires))

    def _note(
        self, clock: Ripe, known: dict[str, Any], people: list[str], reason: str | None
    ) -> None:
        row, case_id = clock.row, known["case_id"]
        seq = self.counts[case_id] = self.counts.get(case_id, row.seq) + 1
        data = {
            "clock": row.kind,
            "level": known["level"],
            "kind": known["kind"],
            "told": people,
            "late": known["late_seconds"],
        }
        if reason:
            data["reason"] = reason
        subject, ref = known["subject"], known["source"]
        self.tx.note(Event("level_reached", case_id, seq, subject, row.element, ref, data))


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


def _task_for(person: str, around: Around) -> int | None:
    tasks = around.tasks
    if not tasks:
        return None
    return next((task.id for task in tasks if task.assignee == person), tasks[0].id)
