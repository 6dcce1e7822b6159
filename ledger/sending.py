"""Statements that PostgreSQL gets together: the writes of a step cost one way there and back, with the commit.

What is refused is told where it is sent: before the next question, at the end of a
savepoint, or where the transaction ends. The order of the statements stays as it was.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

Values = Sequence[Any]
_UNSENT, _USED = "unsent", "used"
FRESH = 1.0
"""For how many seconds after its last use a connection is taken to be alive."""


class Unsent:
    """The writes of one transaction that wait; used by one thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, Sequence[Values]]] = []

    def add(self, text: str, rows: Sequence[Values]) -> None:
        """Let a statement wait that is executed once for each row."""
        self._waiting.append((text, rows))

    def forget(self) -> None:
        """Give up what waits."""
        self._waiting.clear()

    def send(self, *, commit: bool = False) -> None:
        """Execute what waits, in its order, then commit if asked. Raises SQLAlchemy's own errors."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        dialect, driver = self._connection.dialect, _driver(self._connection)
        error = dialect.loaded_dbapi.Error
        try:
            with _pipeline(driver, error):
                for text, rows in waiting:
                    cursor = driver.cursor()
                    for values in rows:
                        cursor.execute(text, values)
                if commit:
                    driver.commit()
        except error as fault:
            texts = ";\n".join(text for text, _ in waiting)
            raise DBAPIError.instance(texts, None, fault, error, dialect=dialect) from fault


def waiting(connection: Connection) -> Unsent | None:
    """Return the writes of this connection's transaction that wait, or None where each is executed at once."""
    if connection.dialect.name == "sqlite":
        return None
    found: Unsent | None = connection.info.get(_UNSENT)
    return found


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let the writes of the body wait for one another; they are sent and committed at its end, unless it raises."""
    unsent = connection.info[_UNSENT] = Unsent(connection)
    try:
        yield
        # SQLAlchemy's own commit then finds nothing to do.
        unsent.send(commit=True)
    finally:
        del connection.info[_UNSENT]


@contextmanager
def apart(connection: Connection) -> Iterator[None]:
    """Send what the body wrote before it ends, and never if it raises: the body of a savepoint."""
    unsent = waiting(connection)
    try:
        yield
        if unsent:
            unsent.send()
    except BaseException:
        if unsent:
            unsent.forget()
        raise


@contextmanager
def with_begin(connection: Connection) -> Iterator[None]:
    """Let a transaction that has not begun yet begin on the same way as the first question of the body."""
    driver = _driver(connection)
    if driver.info.transaction_status:
        yield
        return
    with _pipeline(driver, connection.dialect.loaded_dbapi.Error):
        yield


def listen(engine: Engine) -> None:
    """Send what waits on a connection of the engine before SQLAlchemy executes anything else on it."""

    @event.listens_for(engine, "before_execute")
    def send(connection: Connection, *_statement: object) -> None:
        if unsent := waiting(connection):
            unsent.send()

    @event.listens_for(engine, "checkin")
    def used(_driver: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def is_alive(
        driver: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        last = record.info.get(_USED)
        if last is None or time.monotonic() - last < FRESH:
            return
        try:
            engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as fault:
            raise DisconnectionError(str(fault)) from fault


@contextmanager
def _pipeline(driver: Any, error: type[Exception]) -> Iterator[None]:
    """Send the statements of the body together, and raise what was refused first."""
    refused: Exception | None = None
    try:
        with driver.pipeline():
            try:
                yield
            except error as fault:
                refused = fault
    except error as fault:
        # Leaving the pipeline also tells of what was refused only because something before it was.
        raise refused or fault  # noqa: B904  # the first is the cause
    if refused is not None:
        raise refused


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
