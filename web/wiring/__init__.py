"""Opens a database as this program needs it: its clock, and every port of the rooms below given."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, make_url

from ledger import clock as clocks
from ledger import transaction
from ledger.rejection import Rejection, invalid
from ledger.store import Durability, Store
from web import properties
from web.settings import Settings
from web.wiring.connections import connect

__all__ = ["connect", "open_store"]

MARKS = frozenset({"demo", "test"})
"""Only on a database so marked may time be moved."""


def open_store(settings: Settings) -> Store:
    """Open the database that `settings` name, wired; its tables may still be missing or old (`web.schema`).

    Raises `Rejection` for a durability or a clock that cannot be had.
    """
    _make_folder(settings.database)
    store = Store.open(
        settings.database,
        clock=_clock(settings),
        durability=_durability(settings),
        threads=settings.threads,
    )
    if settings.clock != "system":
        _require_mark(store)
    connect(store, settings)
    return store


def _make_folder(database: str) -> None:
    address = make_url(database)
    if address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:"):
        Path(str(address.database)).resolve().parent.mkdir(parents=True, exist_ok=True)


def _durability(settings: Settings) -> Durability:
    if settings.durability == "full":
        return "full"
    if settings.durability == "normal":
        return "normal"
    raise invalid(
        "Expected durability to be full or normal, but got “%(durability)s”",
        durability=settings.durability,
    )


def _clock(settings: Settings) -> clocks.Clock:
    kind, _, file = settings.clock.partition(":")
    if kind == "system" and not file:
        return clocks.system
    if kind == "offset" and file:
        return clocks.offset(Path(file))
    raise invalid(
        "Expected clock to be system or offset:FILE, but got “%(clock)s”", clock=settings.clock
    )


def _require_mark(store: Store) -> None:
    mark = None
    if inspect(store.engine).has_table(properties.table.name):
        with transaction.read(store, "system") as tx:
            mark = properties.get(tx, "mark")
    if mark not in MARKS:
        store.close()
        raise Rejection(
            "forbidden",
            "Expected a database marked demo or test for a clock that can be moved, but this one is not marked",
        )
