"""What becomes of a running clock whose rule changes under it: pure.

`keep` lets it go on, `recompute` reckons it from the stage's start by the new deadline and calendar,
`restart` begins the new promise now, `grace` leaves at least some time from now. Whatever happens,
a level that was told stays told while its time has passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from engine import calendar
from engine import ladder as ladders
from engine.calendar import Calendar, Deadline, DeadlineError
from engine.clocks import facts, rows
from engine.clocks.facts import Reading
from engine.ladder import Ladder, Step
from ledger import rejection

Policy = Literal["keep", "recompute", "restart", "grace"]
POLICIES: tuple[str, ...] = get_args(Policy)


@dataclass(frozen=True, slots=True)
class Terms:
    """What becomes of deadlines; `grace` is how much time is left at least under that policy."""

    policy: Policy = "keep"
    grace: Deadline | None = None

    @staticmethod
    def parse(policy: str, grace: str | None = None) -> Terms:
        """Read a policy and, for `grace`, its time. Raises Rejection(invalid_argument)."""
        for known in POLICIES:
            if policy == known:
                time = _grace(grace) if known == "grace" else None
                return Terms(known, time)  # type: ignore[arg-type]  # one of the literal's own words
        raise rejection.invalid(
            "Expected a policy for deadlines (%(known)s), but got %(policy)s",
            known=list(POLICIES),
            policy=policy,
            field="clocks",
        )


def _grace(text: str | None) -> Deadline:
    try:
        return Deadline.parse(text or "")
    except DeadlineError as fault:
        raise rejection.invalid(
            "Expected how much time is left at least: %(why)s", why=fault.args[0], field="grace"
        ) from None


@dataclass(frozen=True, slots=True)
class Promise:
    """What the new rule promises: the deadline as it is stored, and the calendar it is reckoned in."""

    deadline: str
    calendar_id: int
    calendar_version: int
    hours: Calendar


def moved(
    clock: Mapping[str, Any],
    terms: Terms,
    promise: Promise,
    *,
    hours: Calendar,
    climbed: tuple[Ladder | None, Ladder | None],
    now: datetime,
    told: Mapping[str, Any],
) -> dict[str, Any]:
    """Return what changes in the row of a clock; its epoch rises.

    `climbed` are the ladders before and after, `told` what the fact tells. Raises DeadlineError or
    NoWorkingTimeError.
    """
    before = facts.read(clock["entered_at"], clock["deadline"], clock["facts"], hours)
    columns, entry = _entry(before, terms, promise, hours, now)
    deadline = columns.get("deadline", clock["deadline"])
    known = [*(clock["facts"] or ()), {**entry, **told}]
    after = facts.read(clock["entered_at"], deadline, known, promise.hours if columns else hours)
    over = _over(clock, before, after, climbed, now)
    ahead = [step.level.id for step in _steps(climbed[1], after) if step.level.id not in over]
    known[-1] |= _about(terms, before, after, over if ahead else set())
    caches = rows.kept(after, climbed[1], next(iter(ahead), None))
    return {**columns, "facts": known, **caches, "epoch": clock["epoch"] + 1}


def begun(row: dict[str, Any], ladder: Ladder | None, hours: Calendar, now: datetime) -> None:
    """Set the caches of a clock that is entered late for its stage: warnings of the past are left out."""
    after = facts.read(row["entered_at"], row["deadline"], None, hours)
    row.update(rows.kept(after, ladder, _first(after, ladder, now)))


def _entry(
    before: Reading, terms: Terms, promise: Promise, hours: Calendar, now: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns that the policy replaces, and the fact that tells of it."""
    columns = {
        "deadline": promise.deadline,
        "calendar_id": promise.calendar_id,
        "calendar_version": promise.calendar_version,
    }
    if terms.policy == "recompute":
        return columns, facts.fact("recomputed", now)
    if terms.policy == "restart":
        return columns, facts.fact("restarted", now)
    if terms.policy == "grace" and terms.grace is not None:
        at = calendar.due(hours, now, terms.grace).at
        if at > before.due.at:
            return {}, facts.fact("due_overridden", now, due=at)
    return {}, facts.fact("kept", now)


def _about(terms: Terms, before: Reading, after: Reading, over: set[str]) -> dict[str, Any]:
    """Return what the fact tells of the move: when it was due, and the levels that are over."""
    told: dict[str, Any] = {"over": sorted(over)} if over else {}
    if terms.policy == "recompute" and after.due.at != before.due.at:
        told["from"] = before.due.at.isoformat()
    return told


def _over(
    clock: Mapping[str, Any],
    before: Reading,
    after: Reading,
    both: tuple[Ladder | None, Ladder | None],
    now: datetime,
) -> set[str]:
    """Return the levels of the new ladder that do not come any more: told before, or missed."""
    old, new = both
    told = _told(old, before, clock["next_level"]) | facts.over(clock["facts"] or ())
    if after.due.at != before.due.at:
        return {
            step.level.id
            for step in _steps(new, after)
            if step.fires <= now and (step.level.at.share is not None or step.level.id in told)
        }
    pending = min(now, clock["next_fire_at"] or now)
    found: set[str] = set()
    for step in _steps(new, after):
        is_missed = step.fires < pending and old is not None and step.level is not rows.DUE_EVENT
        is_warning = step.fires < pending and step.level.at.share is not None
        if step.level.id in told or is_missed or is_warning:
            found.add(step.level.id)
    return found


def _first(reading: Reading, ladder: Ladder | None, now: datetime) -> str | None:
    """Return the first level of a promise that is new: no warning whose time is over."""
    for step in _steps(ladder, reading):
        if step.fires > now or step.level.at.share is None:
            return step.level.id
    return None


def _told(ladder: Ladder | None, reading: Reading, next_level: str | None) -> set[str]:
    found: set[str] = set()
    for step in _steps(ladder, reading):
        if step.level.id == next_level:
            break
        found.add(step.level.id)
    return found


def _steps(ladder: Ladder | None, reading: Reading) -> Iterator[Step]:
    return ladders.schedule(ladder, reading.due) if ladder else iter(())
