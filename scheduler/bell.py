"""Wakes the workers of other processes: whoever changed something rings, whoever ticks hears it.

PostgreSQL's LISTEN and NOTIFY. A ring may be lost with a connection: then the next tick by the
interval finds what is due, only later.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from ledger.store import Store
from ledger.transaction import Transaction

CHANNEL = "kontor_due"
PATIENCE = 1.0
"""Seconds after which a waiting thread looks whether it shall end."""
AGAIN_AFTER, LONGEST = 0.1, 5.0
"""Seconds until a broken connection is tried again: at first, and when it has failed many times running."""
WORKER = "worker"
log = logging.getLogger(__name__)


def ring(store: Store) -> None:
    """Wake the workers of other processes now, on a connection of its own; nothing on SQLite, where there are none."""
    if store.is_sqlite:
        return
    try:
        with store.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(text(f"NOTIFY {CHANNEL}"))
    except SQLAlchemyError:
        log.warning("The bell did not ring; the next tick finds what is due", exc_info=True)


def after_commands(store: Store, wake: Callable[[], None]) -> None:
    """Call `wake` after each commit of `store` that may have made something due.

    That is each of a person and each in which something happened, but none of the worker's own
    rounds: who ticks looks again by itself until nothing is due.
    """

    def hook(tx: Transaction) -> None:
        if tx.actor != WORKER and (tx.noted or tx.actor.startswith("staff:")):
            tx.on_commit(wake)

    store.before_commit.append(hook)


class _Thread:
    """A thread with a connection of its own that commits by itself, made anew when it breaks."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End soon, and wait for it."""
        self._is_over.set()
        self._thread.join()

    def _keep(self) -> None:
        pause = AGAIN_AFTER
        while not self._is_over.is_set():
            begun = time.monotonic()
            try:
                with self._store.engine.connect() as connection:
                    connection.execution_options(isolation_level="AUTOCOMMIT")
                    connection.detach()  # it is held for long, and no part of the pool
                    self._work(connection)
            except Exception:
                log.warning("The bell's connection broke; it is opened again", exc_info=True)
                pause = AGAIN_AFTER if time.monotonic() - begun > LONGEST else pause
                self._is_over.wait(pause)
                pause = min(2 * pause, LONGEST)

    def _work(self, connection: Connection) -> None:
        raise NotImplementedError


class Ringer(_Thread):
    """Rings for this process; many rings at once are one."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, "bell rings")
        self._is_rung = threading.Event()

    def ring(self) -> None:
        """Wake the others; returns at once."""
        self._is_rung.set()

    def stop(self) -> None:
        """End soon, and wait for it; a ring that has not gone out yet goes out."""
        super().stop()
        if self._is_rung.is_set():
            ring(self._store)

    def _work(self, connection: Connection) -> None:
        while not self._is_over.is_set():
            if self._is_rung.wait(PATIENCE):
                self._is_rung.clear()
                self._ring(connection)

    def _ring(self, connection: Connection) -> None:
        try:
            connection.execute(text(f"NOTIFY {CHANNEL}"))
        except BaseException:
            self._is_rung.set()  # the next connection rings
            raise


class Listener(_Thread):
    """Calls `heard` whenever somebody rings, also once when it begins to listen."""

    def __init__(self, store: Store, heard: Callable[[], None]) -> None:
        super().__init__(store, "bell listens")
        self._heard = heard

    def _work(self, connection: Connection) -> None:
        connection.execute(text(f"LISTEN {CHANNEL}"))
        self._heard()
        driver = connection.connection.dbapi_connection
        while driver is not None and not self._is_over.is_set():
            if list(driver.notifies(timeout=PATIENCE, stop_after=1)):
                self._heard()
