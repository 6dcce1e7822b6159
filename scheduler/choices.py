"""By mail at once, in a digest, or not at all: what a person chose for each kind of alert; pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from scheduler import quiet
from scheduler.ports import Address

Way = Literal["now", "hourly", "daily", "never"]
KINDS = (
    "deadline_near",
    "deadline_due",
    "deadline_overdue",
    "pause_over_cap",
    "task_handed_over",
    "mention",
)
"""The kinds of mails that a person chooses for; every other kind is sent at once."""
URGENT = frozenset({"deadline_overdue", "pause_over_cap", "outage_summary", "digest"})
"""Kinds that the noise budget never folds."""
MORNING = time(8)
HOUR = timedelta(hours=1)


def way(address: Address, kind: str) -> Way:
    """Return how a person wants mails of a kind."""
    chosen = address.ways.get(kind, "now") if kind in KINDS else "now"
    if chosen in ("hourly", "daily") and not address.wants_digests:
        return "never"
    return chosen


def columns(address: Address, kind: str, now: datetime) -> dict[str, Any] | None:
    """Return state and instant of a mail to a person, or None where no mail is wanted.

    One inside the quiet hours waits until they are over; one for a digest waits, folded, for it.
    """
    chosen = way(address, kind)
    if chosen == "never":
        return None
    if chosen == "now":
        return {"state": "pending", "next_try_at": quiet.until(address, now)}
    return {"state": "folded", "next_try_at": digest_at(address, chosen, now)}


def digest_at(address: Address, chosen: Way, now: datetime) -> datetime:
    """Return when the next digest of a person goes out: at the full hour, or at the time of day chosen."""
    if chosen == "daily":
        return quiet.until(address, _next_time(address, now))
    local = now.astimezone(ZoneInfo(address.zone))
    into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    return quiet.until(address, now - into + HOUR)


def _next_time(address: Address, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(address.zone))
    day = local.date() + timedelta(days=int(local.time() >= address.daily_at))
    return datetime.combine(day, address.daily_at, local.tzinfo).astimezone(UTC)
