"""Timers that are due: each fires in a transaction of its own, and a bad one stops no other."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from engine import clocks, execution, instances, timing
from engine.bpmn.graph import Activity, Event, Timer
from engine.plan import Plan, loading
from engine.verbs import catch, fail
from engine.waiting.state import Token
from engine.waiting.timers import AGAIN, DELETE, timers
from ledger import transaction
from ledger.event_log import Event as Noted
from ledger.store import Store
from ledger.transaction import Transaction

log = logging.getLogger(__name__)
BATCH = 200
PATIENCE = timedelta(minutes=1)
"""How long a timer rests after its first failure; twice as long after each further one."""
MOST_DOUBLINGS = 10

_due = (
    select(timers.c.id, timers.c.case_id, timers.c.due_at)
    .where(timers.c.due_at <= bindparam("now"), timers.c.is_held.is_(False))
    .order_by(timers.c.due_at, timers.c.id)
    .limit(bindparam("most"))
)
_by_id = select(timers).where(timers.c.id == bindparam("id"))
_claim = delete(timers).where(
    timers.c.id == bindparam("b_id"), timers.c.due_at == bindparam("b_due")
)
NEXT = select(func.min(timers.c.due_at)).where(timers.c.is_held.is_(False))
"""Asks when the next timer is due."""
_late = (
    update(timers)
    .where(timers.c.id == bindparam("b_id"))
    .values(due_at=bindparam("due_at"), tries=timers.c.tries + 1)
)


def fire_due(store: Store, limit: int = BATCH) -> int:
    """Fire what is due, at most `limit` timers, the longest due first. Return how many fired."""
    with transaction.read(store, "worker") as tx:
        rows = tx.execute(_due, {"now": tx.now, "most": limit}).all()
    return sum(_fire_safely(store, row) for row in rows)


def next_due(tx: Transaction) -> datetime | None:
    """Return when the next timer is due, or None."""
    return tx.execute(NEXT).scalar()


def clock_due(tx: Transaction, clock_id: int) -> bool:
    """Let the boundary event happen that is bound to a stage clock. Return whether there was one to happen."""
    table = clocks.clocks
    clock = tx.execute(select(table).where(table.c.id == clock_id)).one_or_none()
    if clock is None:
        return False
    plan = loading.lock(tx, clock.case_id)
    found = _bound(plan, clock)
    if plan.case.state != "active" or found is None:
        return False
    token, element, nth = found

    def begin() -> None:
        plan.note("timer_fired", element, data={"clock": clock_id})
        catch.event(plan, token, element, nth, {})

    execution.advance(plan, begin)
    return True


def _fire_safely(store: Store, row: Row[Any]) -> bool:
    try:
        return transaction.run(store, "worker", lambda tx: _fire(tx, row))
    except Exception as fault:  # one bad case never stops a sweep
        said = {"timer": row.id, "case": row.case_id}
        log.warning("timer_failed", extra=said, exc_info=fault)
        words = fail.words(fault)
        transaction.run(store, "worker", lambda tx: _put_off(tx, row.id, words))
        return False


def _fire(tx: Transaction, row: Row[Any]) -> bool:
    if row.case_id is None:
        return _start(tx, row)
    plan = loading.lock_if_free(tx, row.case_id)
    timer = tx.execute(_by_id, {"id": row.id}).one_or_none()
    if plan is None or timer is None or timer.due_at > tx.now or plan.case.state != "active":
        return False
    token = loading.token(plan, timer.scope_id, timer.token_id)
    if token is None:
        tx.execute(DELETE, {"b_id": timer.id})
        return False
    execution.advance(plan, lambda: _happen(plan, token, timer))
    return True


def _happen(plan: Plan, token: Token, timer: Row[Any]) -> None:
    plan.note("timer_fired", timer.element, data={"due": timer.due_at.isoformat()})
    element = token.scope.process.elements[timer.element]
    goes_on = (
        isinstance(element, Event)
        and not element.interrupting
        and element.kind in ("boundaryEvent", "startEvent")
    )
    following = _following(timer, plan.tx.now) if goes_on else None
    if following is not None:
        left = None if timer.left is None else timer.left - 1
        plan.execute(AGAIN, {"b_id": timer.id, "due_at": following, "left": left})
    elif goes_on:
        plan.execute(DELETE, {"b_id": timer.id})
    catch.event(plan, token, timer.element, timer.nth, {})


def _following(timer: Row[Any], now: datetime) -> datetime | None:
    """Return when a timer that repeats fires next; counted from its own instant, so that it never drifts."""
    if timer.cycle is None or timer.left == 0:
        return None
    return timing.following(timer.cycle, timer.due_at, now)


def _start(tx: Transaction, row: Row[Any]) -> bool:
    """Start a case by a timer start event; who takes the row away is the one who starts it."""
    timer = tx.execute(_by_id, {"id": row.id}).one_or_none()
    if timer is None or tx.execute(_claim, {"b_id": row.id, "b_due": row.due_at}).rowcount == 0:
        return False
    following = _following(timer, tx.now)
    if following is not None:
        left = None if timer.left is None else timer.left - 1
        again = {**timer._mapping, "due_at": following, "left": left, "tries": 0}  # noqa: SLF001  # SQLAlchemy's public name
        tx.execute(timers.insert(), again)
    instances.start(tx, "", definition_id=timer.definition_id, element=timer.element)
    return True


def _put_off(tx: Transaction, number: int, words: str) -> None:
    timer = tx.execute(_by_id, {"id": number}).one_or_none()
    if timer is None:
        return
    wait = PATIENCE * 2 ** min(timer.tries, MOST_DOUBLINGS)
    tx.execute(_late, {"b_id": number, "due_at": tx.now + wait})
    tx.note(
        Noted(
            "timer_failed",
            timer.case_id,
            element=timer.element,
            ref=f"timer:{number}",
            data={"message": words},
        )
    )


def _bound(plan: Plan, clock: Row[Any]) -> tuple[Token, str, int] | None:
    """Find the token that a stage clock belongs to, and the event at its border that waits for the clock."""
    token = plan.case.tokens.get(clock.token_id)
    if token is None:
        loading.everything(plan)
        token = next(
            (
                scope.tokens[clock.token_id]
                for scope in plan.scopes.values()
                if clock.token_id in scope.tokens
            ),
            None,
        )
    if token is None or token.element != clock.element:
        return None
    activity = token.definition
    for number in activity.boundary if isinstance(activity, Activity) else ():
        event = token.scope.process.elements[number]
        for nth, definition in enumerate(event.definitions if isinstance(event, Event) else ()):
            if isinstance(definition, Timer) and definition.kind == "clock":
                return token, number, nth
    return None
