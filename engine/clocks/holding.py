"""Who may change a clock: by right, or as the holder of its task where the definition lets him pause it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from engine import definitions, ports
from engine.calendar import Deadline
from engine.clocks import rows
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import rejection
from ledger.rejection import Rejection
from ledger.transaction import Transaction

RIGHT = "case.reassign"


def may_change(tx: Transaction, clock: Row[Any], right: str = RIGHT) -> bool:
    """Say whether the actor may change a clock by right. Programs may."""
    if not tx.actor.startswith("staff:"):
        return True
    return tx.port(ports.People).has_right(tx, tx.actor, right, clock.subject)


def own_cap(tx: Transaction, clock: Row[Any]) -> Deadline | None:
    """Return for how long at most the actor may pause a clock because he holds its task; None: he may not."""
    if clock.kind != "stage" or not tx.actor.startswith("staff:"):
        return None
    rule = rows.rule_of(definitions.process(tx, clock.definition_id), clock.element, clock.kind)
    if rule is None or rule.pausable is None:
        return None
    given = {"b_clock": clock.id, "b_actor": tx.actor}
    return rule.pausable if tx.execute(_held, given).first() is not None else None


def demand(tx: Transaction, clock: Row[Any]) -> Deadline:
    """Return for how long at most the actor may pause a clock. Raises Rejection(forbidden) where he may not."""
    most = own_cap(tx, clock)
    if most is None:
        raise refusal(clock)
    return most


def refusal(clock: Row[Any], right: str = RIGHT) -> Rejection:
    """Return the refusal for who may not change a clock."""
    return rejection.forbidden(
        "Expected the right %(right)s to change clock %(clock)s", right=right, clock=clock.id
    )


_held = (
    select(tasks.c.id)
    .where(
        tasks.c.clock_id == bindparam("b_clock"), IS_OPEN, tasks.c.assignee == bindparam("b_actor")
    )
    .limit(1)
)
