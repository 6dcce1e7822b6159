"""What happened to a clock, and what follows from it: pure.

A fact is `{"fact": kind, "at": instant, …}`. `entered` is the row's `entered_at`, `left` its
`closed_at`; the others stand in `facts`, oldest first:

- `paused`: `by` (`hand`, `suspension`, or the waiting token), `reason`, optionally `cap` (instant);
  `own` where the task's holder paused without the right to change clocks
- `resumed`: `by`
- `due_overridden`: `due`, `reason`, `who`
- `restarted`: `reason`; the promise begins again
- `recomputed`: the promise is reckoned from the stage's start again, by the row's deadline and calendar;
  `from` is when it was due before, where that moved it; `start` is from when on, where the promise
  had begun again
- `kept`: the definition changed, the promise did not
  (this and the promises before it may tell by `over` which levels do not come any more)
- `reassigned`: `to`; moves nothing, reports need it
- `capped`: the alert for a pause over its cap has been given
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from engine import calendar
from engine.calendar import Calendar, Deadline, Due, Pause, WorkingTime

Fact = Mapping[str, Any]
PROMISES = frozenset({"restarted", "recomputed", "due_overridden", "kept"})
"""Facts by which a promise stands anew."""
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock read from its facts.

    `due` holds as if every open pause ended at its beginning; `since` is when the present promise
    was made; `open_pauses` are the pauses that still hold it, by who pauses.
    """

    due: Due
    since: datetime
    pauses: tuple[Pause, ...] = ()
    open_pauses: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def is_paused(self) -> bool:
        """Say whether the clock stands still."""
        return bool(self.open_pauses)

    @property
    def cap_at(self) -> datetime | None:
        """The first instant at which an open pause is over its cap and nobody was told."""
        caps = [moment(fact["cap"]) for fact in self.open_pauses.values() if fact.get("cap")]
        return min(caps, default=None)


def moment(text: str) -> datetime:
    """Return the instant written in a fact."""
    return datetime.fromisoformat(text)


def fact(kind: str, at: datetime, **more: Any) -> dict[str, Any]:
    """Return a fact as it is stored; instants as ISO 8601 in UTC."""
    stored = {name: _stored(value) for name, value in more.items() if value is not None}
    return {"fact": kind, "at": _stored(at), **stored}


def over(told: Sequence[Fact]) -> frozenset[str]:
    """Return the levels that do not come any more under the promise that stands."""
    found: Sequence[str] = ()
    for entry in told:
        if entry["fact"] in PROMISES:
            found = entry.get("over", ())
    return frozenset(found)


def is_set(told: Sequence[Fact] | None) -> bool:
    """Say whether the promise that stands is a date that was set, not one that is reckoned."""
    promises = [one["fact"] for one in told or () if one["fact"] in PROMISES - {"kept"}]
    return bool(promises) and promises[-1] == "due_overridden"


def _stored(value: object) -> object:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def read(
    entered_at: datetime, promise: str, facts: Sequence[Fact] | None, hours: Calendar
) -> Reading:
    """Return what the facts say of a clock entered at that instant under that promise.

    `promise` is a deadline, or an instant of ISO 8601 that an expression gave.
    """
    if not facts:
        return Reading(_promised(hours, entered_at, entered_at, promise, ()), entered_at)
    pauses, still = _pauses(facts)
    start, since, fixed = entered_at, entered_at, promise
    for entry in facts:
        if entry["fact"] == "restarted":
            start, since, fixed = moment(entry["at"]), moment(entry["at"]), promise
        elif entry["fact"] == "recomputed":
            start = moment(entry["start"]) if "start" in entry else entered_at
            since, fixed = moment(entry["at"]), promise
        elif entry["fact"] == "due_overridden":
            since, fixed = moment(entry["at"]), entry["due"]
    return Reading(_promised(hours, start, since, fixed, pauses), since, pauses, still)


def own_pauses(facts: Sequence[Fact]) -> list[tuple[datetime, datetime]]:
    """Return the pauses that holders of the task began and that are over: from when to when."""
    found: list[tuple[datetime, datetime]] = []
    begun: Fact | None = None
    for entry in facts:
        if entry["fact"] == "paused" and entry.get("own"):
            begun = entry
        elif begun is not None and entry["fact"] == "resumed" and entry["by"] == begun["by"]:
            found.append((moment(begun["at"]), moment(entry["at"])))
            begun = None
    return found


def _pauses(facts: Sequence[Fact]) -> tuple[tuple[Pause, ...], dict[str, Fact]]:
    closed: list[Pause] = []
    still: dict[str, Fact] = {}
    for entry in facts:
        if entry["fact"] == "paused":
            still.setdefault(entry["by"], entry)
        elif entry["fact"] == "resumed" and (begun := still.pop(entry["by"], None)):
            span = (moment(begun["at"]), moment(entry["at"]))
            closed.append(Pause(*span, begun.get("reason", "")))
        elif entry["fact"] == "capped":
            still = {by: {**begun, "cap": None} for by, begun in still.items()}
    return tuple(closed), still


def _promised(
    hours: Calendar, start: datetime, since: datetime, promise: str, pauses: Sequence[Pause]
) -> Due:
    if promise[:1].isdigit() and "T" in promise:
        at = calendar.moved(hours, since, moment(promise), pauses)
        whole = calendar.spent(hours, start, at, pauses)
        return Due(at, hours, start, WorkingTime(whole), pauses)
    return calendar.due(hours, start, Deadline.parse(promise), pauses)
