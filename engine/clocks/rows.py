"""Rows of clocks for a step that is planned in memory and written once; pure but for the statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import bindparam, insert, update

from engine import ladder as ladders
from engine.bpmn import graph
from engine.calendar import Calendar, Deadline
from engine.clocks import facts
from engine.clocks.table import CLOSED, PAUSED, RUNNING, clocks
from engine.ladder import Ladder, Level, Point

CASE_TOKEN = 0
"""The token of a clock that runs over the whole case."""
DUE_EVENT = Level("due-event", Point())
"""Stands at due on a clock whose activity has a boundary event bound to it."""
PAUSE_CAP = "pause-cap"
"""The level of a pause that outlived its cap."""
Left = Literal["completed", "terminated"]


def rule_of(process: graph.Process, element: str | None, kind: str) -> graph.ClockRule | None:
    """Return the rule behind a clock of that kind, or None where the process no longer has it."""
    if kind == "case":
        return process.case_clock
    found = process.elements.get(element or "")
    rules = found.clocks if isinstance(found, graph.Activity) else ()
    return next((rule for rule in rules if rule.kind == kind), None)


def is_bound(process: graph.Process, element: str | None) -> bool:
    """Say whether a boundary event of the activity waits for its stage clock."""
    found = process.elements.get(element or "")
    if not isinstance(found, graph.Activity):
        return False
    events = (process.elements.get(id) for id in found.boundary)
    return any(
        isinstance(definition, graph.Timer) and definition.kind == "clock"
        for event in events
        if isinstance(event, graph.Event)
        for definition in event.definitions
    )


def levels(rule: graph.ClockRule | None, *, bound: bool) -> Ladder | None:
    """Return the levels that a clock climbs: its ladder's, and its boundary event's at due."""
    given = rule.ladder if rule else None
    if not bound:
        return given
    return Ladder((given.levels if given else ()) + (DUE_EVENT,))


def ahead(ladder: Ladder | None, told: Sequence[facts.Fact] | None) -> Ladder | None:
    """Return a ladder without the levels that the facts say do not come any more."""
    over = facts.over(told) if told else None
    if ladder is None or not over:
        return ladder
    return Ladder(tuple(level for level in ladder.levels if level.id not in over))


def entered(  # noqa: PLR0913  # each keyword is a column that only the step knows
    rule: graph.ClockRule,
    *,
    id: int,
    case_id: int,
    definition_id: int,
    element: str | None,
    token_id: int,
    subject: str | None,
    calendar_id: int,
    calendar_version: int,
    calendar: Calendar,
    now: datetime,
    promise: Deadline | datetime | None = None,
    bound: bool = False,
) -> dict[str, Any]:
    """Return the row of a clock that starts now.

    `promise` is what the rule's deadline came to, where that is an expression: a deadline or an
    instant. `bound` says that a boundary event waits for the clock (`is_bound`). `token_id` is
    CASE_TOKEN for the clock of the whole case. Raises DeadlineError or NoWorkingTimeError.
    """
    text = _written(rule.deadline if promise is None else promise)
    reading = facts.read(now, text, None, calendar)
    return {
        "id": id, "case_id": case_id, "definition_id": definition_id, "kind": rule.kind,
        "element": element, "token_id": token_id, "subject": subject,
        "calendar_id": calendar_id, "calendar_version": calendar_version, "deadline": text,
        "entered_at": now, "epoch": 1, "facts": None, "closed_at": None, "closed_as": None,
        **begun(reading, levels(rule, bound=bound)),
    }  # fmt: skip


def _written(promise: object) -> str:
    if isinstance(promise, datetime):
        return promise.astimezone(UTC).isoformat()
    if isinstance(promise, Deadline):
        return str(promise)
    raise TypeError(f"Expected a deadline or an instant, not {promise!r}")


def begun(reading: facts.Reading, ladder: Ladder | None) -> dict[str, Any]:
    """Return the caches of a promise that was just made: its first level comes next."""
    step = ladders.first(ladder, reading.due, reading.since) if ladder else None
    return _cached(reading, step)


def kept(reading: facts.Reading, ladder: Ladder | None, level: str | None) -> dict[str, Any]:
    """Return the caches of a promise whose next level is `level` (None: none is left)."""
    steps = ladders.schedule(ladder, reading.due, level) if ladder and level else iter(())
    return _cached(reading, next(steps, None))


def _cached(reading: facts.Reading, step: ladders.Step | None) -> dict[str, Any]:
    fires = step.fires if step else None
    return {
        "due_at": reading.due.at,
        "next_level": step.level.id if step else None,
        "next_fire_at": reading.cap_at if reading.is_paused else fires,
        "state": PAUSED if reading.is_paused else RUNNING,
    }


INSERT = insert(clocks)
"""Writes rows of `entered`, many at once."""

_ENDED = {"state": CLOSED, "next_fire_at": None, "next_level": None}
CLOSE = (
    update(clocks)
    .where(
        clocks.c.case_id == bindparam("b_case_id"),
        clocks.c.token_id == bindparam("b_token_id"),
        clocks.c.state != CLOSED,
    )
    .values(closed_at=bindparam("b_now"), closed_as=bindparam("b_how"), **_ENDED)
)
"""Closes the clocks of tokens that leave; parameters by `left`, many at once."""
RESPOND = CLOSE.where(clocks.c.kind == "response")
"""Closes the response clock of a token; parameters by `left`."""
CLOSE_CASE = (
    update(clocks)
    .where(clocks.c.case_id == bindparam("b_case_id"), clocks.c.state != CLOSED)
    .values(closed_at=bindparam("b_now"), closed_as=bindparam("b_how"), **_ENDED)
)
"""Closes every clock of a case that ends; parameters by `left_case`."""


def left(case_id: int, token_id: int, now: datetime, how: Left) -> dict[str, Any]:
    """Return the parameters of CLOSE for a token that leaves its stage."""
    return {"b_case_id": case_id, "b_token_id": token_id, "b_now": now, "b_how": how}


def left_case(case_id: int, now: datetime, how: Left) -> dict[str, Any]:
    """Return the parameters of CLOSE_CASE."""
    return {"b_case_id": case_id, "b_now": now, "b_how": how}
