"""Clocks made again from their facts, and compared with what stands in their rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from engine import calendars
from engine.clocks import commands, facts, rows
from engine.clocks.table import CLOSED, clocks
from ledger.event_log import Event
from ledger.transaction import Transaction

CACHES = ("due_at", "next_level", "next_fire_at", "state")
PAGE = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """A clock whose row says something else than its facts: each column with what it is and should be."""

    clock_id: int
    case_id: int
    columns: dict[str, tuple[Any, Any]]

    def __str__(self) -> str:
        told = (
            f"{name} is {now}, but should be {then}" for name, (now, then) in self.columns.items()
        )
        return f"clock {self.clock_id} of case {self.case_id}: {'; '.join(told)}"


def differences(tx: Transaction) -> Iterator[Difference]:
    """Yield every open clock whose caches do not follow from its facts; closed ones stay as they are."""
    last = 0
    while page := tx.execute(_page, {"b_after": last}).all():
        for row in page:
            last = row.id
            wrong = _wrong(row, rebuilt(tx, row))
            if wrong:
                yield Difference(row.id, row.case_id, wrong)


def rebuilt(tx: Transaction, row: Row[Any]) -> dict[str, Any]:
    """Return the caches of a clock as they follow from its facts and the level it stands at."""
    hours = calendars.load(tx, row.calendar_id, row.calendar_version)
    reading = facts.read(row.entered_at, row.deadline, row.facts, hours)
    return rows.kept(reading, commands.ladder_of(tx, row), row.next_level)


def mend(tx: Transaction, difference: Difference) -> None:
    """Write what follows from the facts into a clock's row, as both are now; one that closed meanwhile stays."""
    held = {"b_id": difference.case_id, "b_now": tx.now}
    seq = tx.execute(commands.NEXT_SEQ, held).scalar()
    row = tx.execute(_one, {"b_id": difference.clock_id}).one_or_none()
    wrong = {} if row is None else _wrong(row, rebuilt(tx, row))
    if row is None or not wrong:
        return
    values = {name: then for name, (_, then) in wrong.items()}
    tx.execute(update(clocks).where(clocks.c.id == row.id).values(**values))
    if "due_at" in values and row.kind == "stage":
        commands.tell_tasks(tx, row.id, values["due_at"])
    told = {"columns": sorted(values), "clock": row.kind}
    ref = f"clock:{row.id}"
    tx.note(Event("clock_mended", row.case_id, seq, row.subject, row.element, ref, told))


def _wrong(row: Row[Any], right: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    pairs = {name: (getattr(row, name), right[name]) for name in CACHES}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


_page = (
    select(clocks)
    .where(clocks.c.id > bindparam("b_after"), clocks.c.state != CLOSED)
    .order_by(clocks.c.id)
    .limit(PAGE)
)
_one = select(clocks).where(clocks.c.id == bindparam("b_id"), clocks.c.state != CLOSED)
