"""What people and steps do to a running clock; each command writes its fact and its event."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Row, bindparam, select, update

from engine import calendar, calendars, definitions
from engine.calendar import Deadline
from engine.clocks import facts, holding, rows
from engine.clocks.facts import Fact
from engine.clocks.table import CLOSED, clocks
from engine.ladder import Ladder
from engine.waiting.cases import cases
from engine.waiting.tasks import IS_OPEN, tasks
from ledger import rejection
from ledger.event_log import Event
from ledger.transaction import Transaction

HAND = "hand"
"""Who pauses, when it is a person; a waiting stage pauses as `token:17`."""
SUSPENSION = "suspension"
"""What holds every clock of a case that is suspended."""
Policy = Literal["continue", "restart", "grace"]


def pause(
    tx: Transaction, clock_id: int, reason: str, until: Deadline | datetime | None = None
) -> None:
    """Stop a clock by hand, for a reason.

    `until` caps the pause: an instant, or a deadline from now in the clock's own calendar. When it
    is over, the responsible person and the process owner are told; the clock stays paused. Whoever
    holds the task may pause it where the definition allows that, for as long as it says at most: all
    pauses of holders in one visit of the stage together.
    """
    clock = _open(tx, clock_id)
    most = None if holding.may_change(tx, clock) else holding.demand(tx, clock)
    if not reason.strip():
        raise rejection.invalid("Expected a reason for the pause, but it is empty", field="reason")
    if HAND in _reading(tx, clock).open_pauses:
        raise rejection.invalid_state(
            "Expected to pause clock %(clock)s, but it is already paused by hand", clock=clock_id
        )
    cap = _capped(tx, clock, until, most)
    own = None if most is None else True
    said = {"by": HAND, "reason": reason.strip(), "cap": cap, "who": tx.actor, "own": own}
    entry = facts.fact("paused", tx.now, **said)
    _write(tx, clock, entry, "clock_paused", {"reason": reason.strip()})


def _capped(
    tx: Transaction, clock: Row[Any], until: Deadline | datetime | None, most: Deadline | None
) -> datetime | None:
    """Return when a pause is over its cap: as asked, and no later than the holder may pause."""
    hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
    asked = calendar.due(hours, tx.now, until).at if isinstance(until, Deadline) else until
    if most is None:
        return asked
    rest = holding.left(tx, clock, most)
    if rest is None:
        raise rejection.invalid_state(
            "Expected to pause clock %(clock)s, but the %(most)s that its holder may pause it are used up",
            clock=clock.id,
            most=str(most),
        )
    last = rest if isinstance(rest, datetime) else calendar.due(hours, tx.now, rest).at
    if asked is not None and asked > last:
        raise rejection.invalid(
            "Expected a pause of at most %(most)s, but it is longer",
            most=str(rest),
            field="at_most",
        )
    return asked or last


def resume(tx: Transaction, clock_id: int) -> None:
    """Let a clock run on that was paused by hand; who paused it as the task's holder may do so himself."""
    clock = _open(tx, clock_id)
    begun = _reading(tx, clock).open_pauses.get(HAND)
    if not holding.may_change(tx, clock) and (begun is None or begun.get("who") != tx.actor):
        raise holding.refusal(clock)
    if begun is None:
        raise rejection.invalid_state(
            "Expected to resume clock %(clock)s, but nobody paused it by hand", clock=clock_id
        )
    _write(tx, clock, facts.fact("resumed", tx.now, by=HAND), "clock_resumed", {})


def pause_case(
    tx: Transaction, case_id: int, reason: str, *, by: str = HAND, seq: int | None = None
) -> None:
    """Stop the clock of the whole case, if it has one: `by` is who, such as `token:17`.

    Several may hold it; it runs again when the last lets go. `seq` numbers the event where the
    caller holds the case's row and counts itself.
    """
    for clock in tx.execute(_case_clock, {"b_case_id": case_id}).all():
        if by not in _reading(tx, clock).open_pauses:
            entry = facts.fact("paused", tx.now, by=by, reason=reason)
            _write(tx, clock, entry, "clock_paused", {"reason": reason}, seq=seq)


def resume_case(tx: Transaction, case_id: int, *, by: str = HAND, seq: int | None = None) -> None:
    """Let go of the clock of the whole case; nothing happens where `by` does not hold it."""
    for clock in tx.execute(_case_clock, {"b_case_id": case_id}).all():
        if by in _reading(tx, clock).open_pauses:
            _write(tx, clock, facts.fact("resumed", tx.now, by=by), "clock_resumed", {}, seq=seq)


def hold_all(tx: Transaction, case_id: int, reason: str) -> None:
    """Stop every clock of a case that is suspended: what nobody can do is not overdue."""
    for clock in tx.execute(_open_clocks, {"b_case_id": case_id}).all():
        if SUSPENSION not in _reading(tx, clock).open_pauses:
            entry = facts.fact("paused", tx.now, by=SUSPENSION, reason=reason)
            _store(tx, clock, entry, is_new_promise=False)


def let_all_go(tx: Transaction, case_id: int) -> None:
    """Let every clock run on that stood still because its case was suspended."""
    for clock in tx.execute(_open_clocks, {"b_case_id": case_id}).all():
        if SUSPENSION in _reading(tx, clock).open_pauses:
            _store(tx, clock, facts.fact("resumed", tx.now, by=SUSPENSION), is_new_promise=False)


def override(tx: Transaction, clock_id: int, due_at: datetime, reason: str) -> None:
    """Set another due date by hand; reports count it as extended, never as met."""
    clock = _open(tx, clock_id, may="case.reassign")
    if not reason.strip():
        raise rejection.invalid("Expected a reason for the new due date", field="reason")
    if due_at.tzinfo is None:
        raise rejection.invalid("Expected a due date with its time zone", field="due_at")
    entry = facts.fact("due_overridden", tx.now, due=due_at, reason=reason.strip(), who=tx.actor)
    told = {"reason": reason.strip(), "from": _text(clock.due_at), "to": _text(due_at)}
    _write(tx, clock, entry, "due_date_overridden", told, is_new_promise=True)


def reassigned(
    tx: Transaction,
    clock_id: int,
    person: str,
    policy: Policy = "continue",
    grace: Deadline | None = None,
    *,
    seq: int | None = None,
) -> None:
    """Take note of a new holder; by itself that moves no promise.

    `restart` begins the promise again; `grace` leaves at least that much time from now.
    """
    clock = _open(tx, clock_id)
    if policy == "restart":
        entry = facts.fact("restarted", tx.now, to=person, reason="reassigned")
        _write(tx, clock, entry, "clock_restarted", {"to": person}, is_new_promise=True, seq=seq)
        return
    if policy == "grace" and grace is not None:
        hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
        at = calendar.due(hours, tx.now, grace).at
        if at > clock.due_at:
            entry = facts.fact("due_overridden", tx.now, due=at, to=person, reason="reassigned")
            told = {"from": _text(clock.due_at), "to": _text(at), "reason": "reassigned"}
            _write(tx, clock, entry, "due_date_overridden", told, is_new_promise=True, seq=seq)
            return
    _store(tx, clock, facts.fact("reassigned", tx.now, to=person), is_new_promise=False)


def cap_told(tx: Transaction, clock: Any) -> None:
    """Take note that the alert for a pause over its cap was given."""
    _store(tx, clock, facts.fact("capped", tx.now), is_new_promise=False)


def _open(tx: Transaction, clock_id: int, *, may: str | None = None) -> Row[Any]:
    clock = tx.execute(_by_id, {"b_id": clock_id}).one_or_none()
    if clock is None:
        raise rejection.not_found("clock %(clock)s", clock=clock_id)
    if may and not holding.may_change(tx, clock, may):
        raise holding.refusal(clock, may)
    if clock.state == CLOSED:
        raise rejection.invalid_state(
            "Expected clock %(clock)s to run, but it was %(closed_as)s at %(closed_at)s",
            clock=clock_id,
            closed_as=clock.closed_as,
            closed_at=clock.closed_at,
        )
    return clock


def _reading(tx: Transaction, clock: Row[Any], more: tuple[Fact, ...] = ()) -> facts.Reading:
    hours = calendars.load(tx, clock.calendar_id, clock.calendar_version)
    return facts.read(clock.entered_at, clock.deadline, [*(clock.facts or ()), *more], hours)


def _write(
    tx: Transaction,
    clock: Row[Any],
    entry: Fact,
    kind: str,
    told: dict[str, Any],
    *,
    is_new_promise: bool = False,
    seq: int | None = None,
) -> None:
    if seq is None:
        seq = tx.execute(NEXT_SEQ, {"b_id": clock.case_id, "b_now": tx.now}).scalar()
        # The case is held from here on: what was read before may have been left behind.
        clock = _open(tx, clock.id)
    _store(tx, clock, entry, is_new_promise=is_new_promise)
    ref = f"clock:{clock.id}"
    more = {"clock": clock.kind, **told}
    tx.note(Event(kind, clock.case_id, seq, clock.subject, clock.element, ref, more))


def _store(tx: Transaction, clock: Row[Any], entry: Fact, *, is_new_promise: bool) -> None:
    reading = _reading(tx, clock, (entry,))
    ladder = ladder_of(tx, clock)
    if is_new_promise:
        caches = rows.begun(reading, ladder) | {"epoch": clock.epoch + 1}
    else:
        caches = rows.kept(reading, ladder, clock.next_level)
    told = {"facts": [*(clock.facts or ()), entry], **caches}
    tx.execute(update(clocks).where(clocks.c.id == clock.id).values(**told))
    if caches["due_at"] != clock.due_at and clock.kind == "stage":
        tell_tasks(tx, clock.id, caches["due_at"])


def tell_tasks(tx: Transaction, clock_id: int, due_at: datetime) -> None:
    """Copy the due date of a stage's clock to its open tasks."""
    tx.execute(_due_changed, {"b_clock": clock_id, "b_due": due_at})


def ladder_of(tx: Transaction, clock: Any) -> Ladder | None:
    """Return the levels that a stored clock climbs, as its definition has them, or None."""
    process = definitions.process(tx, clock.definition_id)
    rule = rows.rule_of(process, clock.element, clock.kind)
    bound = clock.kind == "stage" and rows.is_bound(process, clock.element)
    return rows.levels(rule, bound=bound)


def _text(instant: datetime) -> str:
    return instant.isoformat()


_by_id = select(clocks).where(clocks.c.id == bindparam("b_id"))
_case_clock = select(clocks).where(
    clocks.c.case_id == bindparam("b_case_id"), clocks.c.kind == "case", clocks.c.state != CLOSED
)
_open_clocks = select(clocks).where(
    clocks.c.case_id == bindparam("b_case_id"), clocks.c.state != CLOSED
)
NEXT_SEQ = (
    update(cases)
    .where(cases.c.id == bindparam("b_id"))
    .values(seq=cases.c.seq + 1, touched_at=bindparam("b_now"))
    .returning(cases.c.seq)
)
_due_changed = (
    update(tasks)
    .where(tasks.c.clock_id == bindparam("b_clock"), IS_OPEN)
    .values(due_at=bindparam("b_due"))
)
