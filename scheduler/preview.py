"""What happens if nobody acts: the levels still to come, with the people they will reach, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine import clocks, definitions
from engine.clocks import rows, sweeping
from engine.ladder import Level
from engine.waiting import cases
from ledger.transaction import Transaction
from scheduler.people import Around, People


@dataclass(frozen=True, slots=True)
class Ahead:
    """A level to come: whom it tells, `newly` those of them whom no earlier level told.

    `taker` is who has the tasks from then on, `start` the key of a process that begins, `is_event`
    says that the process itself goes on by the event that waits for its due date.
    """

    at: datetime
    level: Level
    told: tuple[str, ...]
    newly: tuple[str, ...]
    taker: str | None = None
    is_event: bool = False


def if_nobody_acts(tx: Transaction, clock_id: int) -> list[Ahead]:
    """Return the levels of a running clock that are still to come, in order.

    Substitutes are those of the day on which a level falls. Where a level passes the task on, the
    later ones reckon with its new holder. A clock that stands still is shown as if it ran on now.
    """
    steps = clocks.preview(tx, clock_id)
    if not steps:
        return []
    around = _around(tx, clock_id)
    reached: set[str] = set()
    found: list[Ahead] = []
    for step in steps:
        people = People(tx, at=step.fires)
        told, _ = people.told(step.level.notify, around)
        taker = people.taker(step.level.reassign, around) if step.level.reassign else None
        newly = tuple(person for person in told if person not in reached)
        is_event = step.level.id == rows.DUE_EVENT.id
        found.append(Ahead(step.fires, step.level, tuple(told), newly, taker, is_event))
        reached.update(told)
        around = _passed_on(around, taker) if taker else around
    return found


def _around(tx: Transaction, clock_id: int) -> Around:
    row = clocks.get(tx, clock_id)
    case = cases.row(tx, row.case_id)
    held = sweeping.open_tasks(tx, [row])[clock_id]
    process = definitions.process(tx, row.definition_id)
    return Around(process, row.subject, case.started_by if case is not None else "system", held)


def _passed_on(around: Around, taker: str) -> Around:
    """Return what is so after a level has passed the tasks on to a person or a group."""
    is_group = taker.startswith("group:")
    assignee, candidates = (None, (taker,)) if is_group else (taker, ())
    passed = [task._replace(assignee=assignee, candidates=candidates) for task in around.tasks]
    return around._replace(tasks=passed)
