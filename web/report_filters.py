"""What a report is asked for: a period and whatever narrows it, all of it in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.clocks.endings import VERDICTS
from ledger import numbers
from web import formats, speech

KINDS = ("stage", "response", "case")
GROUPINGS = ("stage", "definition", "team", "person", "client")
STEPS = ("week", "month")
USUAL = 90
"""Days that a report looks back unless it is told otherwise."""
FARTHEST = 3660
NOBODY = "nobody"
"""Stands in an address for work that nobody held."""


@dataclass(frozen=True, slots=True)
class Filters:
    """Which clocks count: those that ended from the day `since` to the day `until`, both included.

    `kind` is stage, response or case; `verdict` and `charged` narrow the list behind a figure.
    """

    since: date
    until: date
    kind: str = "stage"
    by: str = "stage"
    step: str = "week"
    key: str = ""
    element: str = ""
    team: int | None = None
    person: str = ""
    client: int | None = None
    verdict: str = ""
    charged: str = ""
    reason: str = ""

    @property
    def begin(self) -> datetime:
        """The first instant that counts."""
        return midnight(self.since)

    @property
    def end(self) -> datetime:
        """The first instant that counts no more."""
        return midnight(self.until + timedelta(days=1))

    def address(self, **more: Any) -> dict[str, Any]:
        """Return the parameters of an address that asks for the same, with `more` instead."""
        changed = replace(self, **more)
        plain = Filters(changed.since, changed.until)
        found = {
            name: getattr(changed, name)
            for name in self.__slots__
            if name in ("since", "until") or getattr(changed, name) != getattr(plain, name)
        }
        return {name: str(value) for name, value in found.items() if value not in (None, "")}


def read(typed: Mapping[str, str]) -> Filters:
    """Return what an address asks for; what it does not say, or says wrongly, is as usual."""
    today = formats.today()
    until = min(_day(typed.get("until"), today), today)
    since = min(_day(typed.get("since"), until - timedelta(days=USUAL - 1)), until)
    return Filters(
        since=max(since, until - timedelta(days=FARTHEST)),
        until=until,
        kind=_one_of(typed.get("kind"), KINDS),
        by=_one_of(typed.get("by"), GROUPINGS),
        step=_one_of(typed.get("step"), STEPS),
        key=typed.get("key", "")[:255],
        element=typed.get("element", "")[:255],
        team=numbers.of_record(typed.get("team", "")),
        person=typed.get("person", "")[:64],
        client=numbers.of_record(typed.get("client", "")),
        verdict=typed.get("verdict", "") if typed.get("verdict") in VERDICTS else "",
        charged=typed.get("charged", "")[:64],
        reason=typed.get("reason", "")[:255],
    )


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in the reader's zone."""
    return datetime.combine(day, time(), speech.zone()).astimezone(UTC)


def periods(filters: Filters) -> list[tuple[date, date]]:
    """Return the weeks (from Monday) or months of a report as first days and the day after the last."""
    found = []
    start = _start_of(filters.since, filters.step)
    while start <= filters.until:
        following = _next(start, filters.step)
        found.append((max(start, filters.since), min(following, filters.until + timedelta(days=1))))
        start = following
    return found


def _start_of(day: date, step: str) -> date:
    return day.replace(day=1) if step == "month" else day - timedelta(days=day.weekday())


def _next(start: date, step: str) -> date:
    if step == "week":
        return start + timedelta(days=7)
    return (start + timedelta(days=32)).replace(day=1)


def _one_of(given: str | None, known: tuple[str, ...]) -> str:
    return given if given in known else known[0]


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return otherwise
