"""Quiet hours: when a mail may go out; pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.ports import Address


def until(address: Address, now: datetime) -> datetime:
    """Return now, or the end of the quiet hours that `now` lies in (they may cross midnight)."""
    begin, end = address.quiet_from, address.quiet_until
    if begin is None or end is None or begin == end:
        return now
    local = now.astimezone(ZoneInfo(address.zone))
    time = local.time()
    is_quiet = begin <= time < end if begin < end else time >= begin or time < end
    if not is_quiet:
        return now
    day = local.date() + timedelta(days=1 if time >= end else 0)
    return datetime.combine(day, end, local.tzinfo).astimezone(UTC)
