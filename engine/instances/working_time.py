"""The calendar of one case: it comes before the client's, the team's, the definition's and the company's.

New clocks of the case follow it. A running clock keeps the calendar it began with until it is
recomputed on purpose (`engine.clocks.recomputing`).
"""

from __future__ import annotations

from engine import calendars, execution
from engine.instances import operating, reading
from engine.plan import Plan, loading
from ledger import rejection
from ledger.transaction import Transaction

NOTE = "calendar"
RIGHT = "case.reassign"


def calendar_of(tx: Transaction, case_id: int) -> str | None:
    """Return the key of the calendar that a case has of its own, or None. Raises Rejection(not_found)."""
    row = reading.get(tx, case_id)
    plan = loading.of(tx, dict(row._mapping))  # noqa: SLF001  # SQLAlchemy's public name
    known: str | None = plan.case.notes.get(NOTE)
    return known


def set_calendar(tx: Transaction, case_id: int, key: str | None) -> None:
    """Give a running case a calendar of its own, or by None take it away; no running clock moves.

    Raises Rejection: forbidden, invalid_argument where there is no such calendar, invalid_state
    where the case has ended.
    """
    plan = operating.locked(tx, case_id, "act")
    before = plan.case.notes.get(NOTE)
    demand(plan, key)
    if before == key:
        return

    def begin() -> None:
        plan.remember(plan.case, NOTE, key)
        plan.note("case_calendar_set", data={"from": before, "to": key})

    execution.advance(plan, begin)


def demand(plan: Plan, key: str | None) -> None:
    """Check that the actor may choose the calendar of a case, and that it exists."""
    operating.may(plan.tx, plan.case, RIGHT)
    if key is not None and calendars.latest(plan.tx, key) is None:
        raise rejection.invalid(
            "Expected a calendar of the company, but there is none called %(calendar)s",
            calendar=key,
            field="calendar",
        )
