"""Calendars as records: every change is a new version, and what runs keeps the version it began with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    insert,
    select,
    update,
)

from engine.calendar import Calendar, CalendarError, public_holidays
from ledger import rejection
from ledger.base import Instant, Json, metadata
from ledger.event_log import Event
from ledger.transaction import Transaction

YEARS_AHEAD = 10

calendars = Table(
    "sla_calendar",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("version", Integer, nullable=False),
)
versions = Table(
    "sla_calendar_version",
    metadata,
    Column("calendar_id", ForeignKey(calendars.c.id), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("spec", Json, nullable=False),
    Column("source", Json, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("made_by", String(64), nullable=False),
)


def define(
    tx: Transaction, key: str, source: Mapping[str, Any], *, title: str | None = None
) -> tuple[int, int]:
    """Make the calendar `key`, or a new version of it, and return (id, version).

    `source` is what its owner wrote: a calendar document, optionally with `country` and `region`,
    whose public holidays are resolved to dates here. The same source again makes no new version.
    Raises Rejection(invalid_argument) with the place of a fault.
    """
    spec = _resolved(source, tx.now.year)
    known = _by_key(tx, key)
    if known is None:
        number, version = tx.new_id(), 1
        row = {"id": number, "key": key, "title": title or key, "version": version}
        tx.execute(insert(calendars), row)
    else:
        number, version = known.id, known.version + 1
        if spec == _spec(tx, number, known.version) and title in (None, known.title):
            return number, known.version
        change = update(calendars).where(calendars.c.id == number)
        tx.execute(change.values(version=version, title=title or known.title))
    row = {"calendar_id": number, "version": version, "spec": spec, "source": dict(source)}
    tx.execute(insert(versions), {**row, "made_at": tx.now, "made_by": tx.actor})
    tx.note(Event("calendar_defined", ref=f"calendar:{number}", data={"version": version}))
    return number, version


def latest(tx: Transaction, key: str) -> tuple[int, int] | None:
    """Return (id, version) of the newest version of the calendar `key`, or None."""
    found = tx.read(_version_of, {"key": key})
    return (found[0][0], found[0][1]) if found else None


def keys(tx: Transaction) -> dict[str, str]:
    """Return the key and title of every calendar."""
    question = select(calendars.c.key, calendars.c.title).order_by(calendars.c.title)
    return {row.key: row.title for row in tx.execute(question)}


def title(tx: Transaction, id: int) -> str:
    """Return what a calendar is called."""
    return str(tx.execute(select(calendars.c.title).where(calendars.c.id == id)).scalar() or "")


def listed(tx: Transaction) -> Sequence[Row[Any]]:
    """Return every calendar by title with its newest version: what was written, when, by whom."""
    return tx.execute(_listed).all()


def history(tx: Transaction, id: int) -> Sequence[Row[Any]]:
    """Return version, made_at and made_by of a calendar's versions, the newest first."""
    return tx.execute(_history, {"id": id}).all()


def draft(tx: Transaction, source: Mapping[str, Any]) -> Calendar:
    """Return the calendar that a source would make now, without writing it; see `define`."""
    return Calendar.parse(_resolved(source, tx.now.year))


def load(tx: Transaction, id: int, version: int) -> Calendar:
    """Return the calendar as it was in that version; kept in memory, since no version changes."""
    return tx.store.remembered(
        ("calendar", id, version), lambda: Calendar.parse(_spec(tx, id, version))
    )


def source(tx: Transaction, id: int, version: int) -> dict[str, Any]:
    """Return what the owner wrote for that version."""
    found = tx.execute(_source_of, {"id": id, "version": version}).scalar()
    if found is None:
        raise rejection.not_found(
            "calendar %(number)s in version %(version)s", number=id, version=version
        )
    return dict(found)


def _resolved(source: Mapping[str, Any], year: int) -> dict[str, Any]:
    spec = {part: value for part, value in source.items() if part not in ("country", "region")}
    try:
        if country := source.get("country"):
            public = public_holidays.resolve(
                str(country), source.get("region"), range(year - 1, year + YEARS_AHEAD)
            )
            own = spec.get("holidays") or {}
            named = own if isinstance(own, Mapping) else dict.fromkeys(own, "")
            spec["holidays"] = {day.isoformat(): name for day, name in public.items()} | dict(named)
        Calendar.parse(spec)
    except CalendarError as fault:
        place = str(fault).split(":", 1)[0]
        raise rejection.invalid(fault.args[0], field=place) from None
    return spec


def _by_key(tx: Transaction, key: str) -> Row[Any] | None:
    return tx.execute(_key_of, {"key": key}).one_or_none()


def _spec(tx: Transaction, id: int, version: int) -> object:
    found = tx.execute(_spec_of, {"id": id, "version": version}).scalar()
    if found is None:
        raise rejection.not_found(
            "calendar %(number)s in version %(version)s", number=id, version=version
        )
    return found


_key_of = select(calendars).where(calendars.c.key == bindparam("key"))
_version_of = select(calendars.c.id, calendars.c.version).where(calendars.c.key == bindparam("key"))
_is_version = (versions.c.calendar_id == bindparam("id")) & (
    versions.c.version == bindparam("version")
)
_spec_of = select(versions.c.spec).where(_is_version)
_source_of = select(versions.c.source).where(_is_version)
_history = (
    select(versions.c.version, versions.c.made_at, versions.c.made_by)
    .where(versions.c.calendar_id == bindparam("id"))
    .order_by(versions.c.version.desc())
)
_newest = (versions.c.calendar_id == calendars.c.id) & (versions.c.version == calendars.c.version)
_listed = (
    select(calendars, versions.c.made_at, versions.c.made_by, versions.c.source)
    .join(versions, _newest)
    .order_by(calendars.c.title)
)
