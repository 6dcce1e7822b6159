"""Clocks whose time has come: claimed in batches, read without walking, moved on together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnClause,
    Select,
    any_,
    bindparam,
    func,
    literal_column,
    null,
    select,
    update,
)

from engine import calendars, definitions, ladder
from engine.bpmn.graph import Process
from engine.calendar import Deadline, Due, WorkingTime
from engine.clocks import commands, facts, rows
from engine.clocks.table import PAUSED, clocks
from engine.ladder import Come
from engine.waiting.cases import cases
from engine.waiting.tasks import IS_OPEN, tasks
from ledger.base import Json
from ledger.transaction import Transaction


class Claimed(NamedTuple):
    """The row of a clock that is held, with what its case says."""

    id: int
    case_id: int
    definition_id: int
    kind: str
    element: str | None
    subject: str | None
    calendar_id: int
    calendar_version: int
    deadline: str
    entered_at: datetime
    due_at: datetime
    next_fire_at: datetime
    next_level: str | None
    epoch: int
    state: str
    facts: Sequence[Mapping[str, Any]] | None
    seq: int
    started_by: str


class Held(NamedTuple):
    """An open task under a clock, and who has it or may take it."""

    id: int
    element: str
    assignee: str | None
    candidates: Sequence[str] = ()


class Ripe(NamedTuple):
    """A clock whose time has come: its row, its process and the levels that are due."""

    row: Claimed
    process: Process
    come: Come

    @property
    def is_capped(self) -> bool:
        """Say whether a pause over its cap is what came."""
        return bool(self.row.state == PAUSED)

    @property
    def is_telling_only(self) -> bool:
        """Say whether nothing but telling is to do, so that many can be done at once."""
        for step in self.come.steps:
            if not step.level.is_telling_only or step.level.id == rows.DUE_EVENT.id:
                return False
        return not self.is_capped


def claim(tx: Transaction, limit: int) -> Sequence[Claimed]:
    """Hold up to `limit` clocks that are due, and their cases, until the transaction ends.

    Cases that somebody else holds just now are left for the next time.
    """
    question = _claim_here if tx.store.is_sqlite else _claim
    return list(map(Claimed._make, tx.read(question, {"b_now": tx.now, "b_limit": limit})))


def claim_one(tx: Transaction, clock_id: int) -> Claimed | None:
    """Hold one clock and its case, if the clock is still due."""
    found = tx.read(_claim_one, {"b_now": tx.now, "b_id": clock_id})
    return Claimed(*found[0]) if found else None


def ripe(tx: Transaction, row: Claimed) -> Ripe:
    """Return what has come on a claimed clock. Raises ValueError where it cannot be read."""
    process, levels = tx.store.remembered(
        ("levels", row.definition_id, row.element, row.kind), lambda: _climbed(tx, row)
    )
    if row.facts:
        levels = rows.ahead(levels, row.facts)
    if levels is None or row.state == PAUSED:
        return Ripe(row, process, Come([], None))
    return Ripe(row, process, _come(tx, row, levels))


def _climbed(tx: Transaction, row: Claimed) -> tuple[Process, ladder.Ladder | None]:
    """Return the process of a clock and the levels that it climbs."""
    return definitions.process(tx, row.definition_id), commands.ladder_of(tx, row)


def _come(tx: Transaction, row: Claimed, levels: ladder.Ladder) -> Come:
    fires, last = row.next_fire_at, levels.last
    if last is not None and last.id == row.next_level and last.hours == "now":
        # Nothing follows, so no calendar has to be asked.
        return Come([ladder.Step(fires, fires, last)], None)
    return ladder.come(levels, _due(tx, row), row.next_level, tx.now, fires)


def _due(tx: Transaction, row: Claimed) -> Due:
    """Return the due date from the cache: nothing is walked again that the row already knows."""
    hours = calendars.load(tx, row.calendar_id, row.calendar_version)
    if row.facts:
        return facts.read(row.entered_at, row.deadline, row.facts, hours).due
    is_instant = row.deadline[:1].isdigit() and "T" in row.deadline
    deadline = WorkingTime(timedelta()) if is_instant else Deadline.parse(row.deadline)
    return Due(row.due_at, hours, row.entered_at, deadline, ())


class Move(NamedTuple):
    """The parameters of MOVE_ON: a clock, and the level that comes next."""

    b_id: int
    b_case: int
    b_level: str
    b_fires: datetime


_is_it = (clocks.c.id == bindparam("b_id")) & (clocks.c.case_id == bindparam("b_case"))
MOVE_ON = (
    update(clocks)
    .where(_is_it)
    .values(next_level=bindparam("b_level"), next_fire_at=bindparam("b_fires"))
)
"""Writes what comes next, many clocks at once."""
REST = update(clocks).where(_is_it).values(next_level=null(), next_fire_at=null())
"""Writes that nothing comes any more, many clocks at once."""
RESTING = ("b_id", "b_case")
"""The parameters of REST."""
COUNT = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"))
    .values(seq=bindparam("b_seq"), touched_at=bindparam("b_now"))
)
"""Numbers the events of claimed cases, many at once."""
COUNTED = ("b_id", "b_seq", "b_now")
"""The parameters of COUNT."""


def cap_told(tx: Transaction, row: Claimed) -> None:
    """Take note that the alert for a pause over its cap was given."""
    commands.cap_told(tx, row)


def postpone(tx: Transaction, clock_id: int, until: datetime) -> None:
    """Look at a clock that could not be done again later, so that it stops no other."""
    change = update(clocks).where(clocks.c.id == clock_id, clocks.c.next_fire_at.is_not(None))
    tx.execute(change.values(next_fire_at=until))


def is_any_due(tx: Transaction, until: datetime) -> bool:
    """Say whether a clock of an active case is due by an instant and not done yet."""
    return tx.execute(_any_due, {"b_now": until}).first() is not None


def open_tasks(tx: Transaction, clocks_of: Sequence[Any]) -> dict[int, list[Held]]:
    """Return the open tasks under each clock, by its id.

    A stage has its own, a first answer those of its element, a whole case all of the case.
    """
    task: Sequence[Any]
    found: dict[int, list[Held]] = {row.id: [] for row in clocks_of}
    stages = [row.id for row in clocks_of if row.kind == "stage"]
    others = [row for row in clocks_of if row.kind != "stage"]
    if stages:
        for clock_id, *task in _asked(tx, _of_clock, _of_clocks, stages):
            found[clock_id].append(_held(*task))
    if others:
        by_case: dict[int, list[Held]] = {row.case_id: [] for row in others}
        for case_id, *task in _asked(tx, _of_case, _of_cases, list(by_case)):
            by_case[case_id].append(_held(*task))
        for row in others:
            is_whole = row.element is None
            found[row.id] = [
                task for task in by_case[row.case_id] if is_whole or task.element == row.element
            ]
    return found


def _asked(
    tx: Transaction, of_one: Select[Any], of_many: Mapping[bool, Select[Any]], numbers: list[int]
) -> Sequence[Sequence[Any]]:
    """Ask about one number, or about many at once."""
    if len(numbers) == 1:
        return tx.read(of_one, {"b_number": numbers[0]})
    return tx.read(of_many[tx.store.is_sqlite], {"b_numbers": numbers})


def _held(id: int, element: str, assignee: str | None, candidates: list[str] | None) -> Held:
    return Held(id, element, assignee, candidates or ())


_due_now = clocks.c.next_fire_at <= bindparam("b_now")
_ACTIVE: ColumnClause[str] = literal_column("'active'")
# Asked row by row: a join would let a planner without statistics begin at every active case.
_state = select(cases.c.state).where(cases.c.id == clocks.c.case_id).correlate(clocks)
_is_active = _state.scalar_subquery() == _ACTIVE
_first = (
    select(clocks.c.id)
    .where(_due_now, _is_active)
    .order_by(clocks.c.next_fire_at)
    .limit(bindparam("b_limit"))
    .with_for_update(of=clocks, skip_locked=True)
    .cte("first")
)
_columns = (
    *(clocks.c[name] for name in Claimed._fields if name in clocks.c),
    cases.c.seq,
    cases.c.started_by,
)
_with_case: Select[Any] = (
    select(*_columns).join(cases, cases.c.id == clocks.c.case_id).where(cases.c.state == _ACTIVE)
)
# What is due is asked once, where it is locked: asked here again, a planner whose statistics are older than an outage
# would join every due clock with the batch.
_claim = (
    _with_case.join(_first, _first.c.id == clocks.c.id)
    .order_by(clocks.c.next_fire_at)
    .with_for_update(of=[clocks, cases], skip_locked=True)
)
# SQLite holds nothing row by row. The outer join lets no planner begin at the cases.
_claim_here = (
    select(*_columns)
    .join(cases, cases.c.id == clocks.c.case_id, isouter=True)
    .where(_due_now, _is_active)
    .order_by(clocks.c.next_fire_at)
    .limit(bindparam("b_limit"))
)
_claim_one = _with_case.where(_due_now, clocks.c.id == bindparam("b_id")).with_for_update(
    of=[clocks, cases]
)
EARLIEST = (
    select(clocks.c.next_fire_at)
    .where(clocks.c.next_fire_at.is_not(None), _is_active)
    .order_by(clocks.c.next_fire_at)
    .limit(literal_column("1"))
)
"""Asks when the next clock of an active case is due."""
_any_due = select(clocks.c.id).where(_due_now, _is_active).limit(1)
_of_task = (tasks.c.id, tasks.c.element, tasks.c.assignee, tasks.c.candidates)
_by_clock = select(tasks.c.clock_id, *_of_task).where(IS_OPEN)
_by_case = select(tasks.c.case_id, *_of_task).where(IS_OPEN)


def _of_one(question: Select[Any]) -> Select[Any]:
    (about, *_) = question.selected_columns
    return question.where(about == bindparam("b_number"))


def _of_many(question: Select[Any]) -> Mapping[bool, Select[Any]]:
    """Return the question on SQLite and not, which take many numbers as one value each in its way."""
    (about, *_) = question.selected_columns
    each = func.json_each(bindparam("b_numbers", type_=Json)).table_valued("value")
    array = bindparam("b_numbers", type_=ARRAY(BigInteger))
    return {
        True: question.where(about.in_(select(each.c.value))),
        False: question.where(about == any_(array)),
    }


_of_clock, _of_clocks = _of_one(_by_clock), _of_many(_by_clock)
_of_case, _of_cases = _of_one(_by_case), _of_many(_by_case)
