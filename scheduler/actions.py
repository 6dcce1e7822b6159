"""What a level does besides telling: priority, reassign, set fields, start a process, let the due event happen.

Each action is written as an alert row of the recipient `action`, in the transaction of its effect,
so it happens once. One that fails leaves a dead row with the reason; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from engine import instances, ports, timers, user_tasks
from engine.clocks import rows
from engine.clocks.sweeping import Ripe
from engine.feel import Value
from engine.ladder import Reassigning, Step
from ledger.rejection import Rejection
from ledger.transaction import Transaction
from ledger.words import packed
from scheduler import alerts
from scheduler.people import Around, People

PRIORITIES = {"low": 25, "normal": 50, "high": 75}
ACTION = "action"
Effect = Callable[[], object]


def perform(
    tx: Transaction, people: People, clock: Ripe, step: Step, around: Around, news: alerts.News
) -> None:
    """Do what a level asks for, each action once; `news` is what their alert rows have in common."""
    for channel, effect in _effects(tx, people, clock, step, around):
        try:
            with tx.savepoint():
                effect()
        except Rejection as refused:
            became = news._replace(state=alerts.DEAD, last_error=packed(refused.sentence, 500))
        else:
            became = news._replace(delivered_at=tx.now, acted_at=tx.now)
        alerts.write(tx, [became.to(tx.new_id(), ACTION, channel)])


def _effects(
    tx: Transaction, people: People, clock: Ripe, step: Step, around: Around
) -> Iterator[tuple[str, Effect]]:
    level = step.level
    if level.priority:
        yield "priority", partial(_raise, tx, around, PRIORITIES[level.priority])
    if level.reassign:
        yield "reassign", partial(_reassign, tx, people, clock, around, level.reassign)
    if level.sets:
        yield "set", partial(_set, tx, clock, level.sets)
    if level.start:
        yield "start", partial(instances.start, tx, level.start, subject=clock.row.subject)
    if level.id == rows.DUE_EVENT.id:
        yield "event", partial(timers.clock_due, tx, clock.row.id)


def _raise(tx: Transaction, around: Around, priority: int) -> None:
    for task in around.tasks:
        user_tasks.set_priority(tx, task.id, priority)


def _set(tx: Transaction, clock: Ripe, sets: Sequence[tuple[str, str]]) -> None:
    if clock.row.subject is None:
        raise Rejection("invalid_state", "Expected a case about a record, but it is about none")
    values: dict[tuple[str, ...], Value] = {tuple(path.split(".")): text for path, text in sets}
    tx.port(ports.Subjects).set_fields(tx, clock.row.subject, values)


def _reassign(tx: Transaction, people: People, clock: Ripe, around: Around, words: str) -> None:
    if clock.row.kind == "case":
        raise Rejection(
            "invalid_state", "Expected a stage: the clock of a whole case passes on no task"
        )
    taker = people.taker(words, around)
    if taker is None:
        raise Rejection(
            "invalid_state", "Expected somebody to be %(words)s, but nobody is", words=words
        )
    for task in around.tasks:
        if task.assignee != taker:
            # What comes because time is over leaves the promise as it is.
            user_tasks.assign(tx, task.id, taker, "deadline", Reassigning("continue"))
