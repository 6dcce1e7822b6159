"""Begins the demo company once: one process at a time, and anew where filling it was cut off."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import delete, func, select, text

from ledger import transaction
from ledger.base import metadata
from ledger.rejection import Rejection
from ledger.store import Store
from web import demo, properties

FILLING: Final = "filling"
"""What stands before the number of the process that fills."""
_claim = select(func.pg_try_advisory_lock(func.hashtextextended("kontor demo", 0)))


@contextmanager
def alone(store: Store) -> Iterator[None]:
    """Hold off a second process; clear away what an earlier one left half filled.

    Raises Rejection(invalid_state) where another process is filling right now.
    """
    if store.is_sqlite:
        if _is_filled_elsewhere(_state(store)):
            raise _busy()
        _clear_half(store)
        yield
        return
    with store.engine.connect() as connection:
        if not connection.execute(_claim).scalar():
            raise _busy()
        _clear_half(store)
        yield


def mark() -> str:
    """Return what the state of a demo company says while this process fills it."""
    return f"{FILLING} {os.getpid()}"


def is_half(state: str | None) -> bool:
    """Say whether a demo company was begun and is not whole."""
    return (state or "").startswith(FILLING)


def _state(store: Store) -> str | None:
    with transaction.read(store, "system") as tx:
        return properties.get(tx, demo.STATE)


def _is_filled_elsewhere(state: str | None) -> bool:
    """Say whether the process that began is still there; another machine's cannot be, on SQLite."""
    number = (state or "").partition(" ")[2]
    if not number.isdecimal() or int(number) == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _clear_half(store: Store) -> None:
    """Empty every table of a database that holds half a demo company, and nothing else."""
    if not is_half(_state(store)):
        return
    with transaction.begin(store, "system") as tx:
        if not store.is_sqlite:
            names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
            tx.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
            return
        tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        for table in reversed(metadata.sorted_tables):
            tx.execute(delete(table))
        tx.execute(text("DELETE FROM sqlite_sequence"))
    store.identifiers.forget()


def _busy() -> Rejection:
    return Rejection(
        "invalid_state",
        "Expected nobody else to fill the demo company, but another process does; wait for it",
    )
