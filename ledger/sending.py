"""Statements that PostgreSQL gets together: the writes of a step cost one way there and back, with the commit.

What is refused is told where it is sent: with the next question, at the end of a
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
# Of savepoints that bear one name, the databases mean the newest.
_BEGUN, _ENDED, _UNDONE = (
    (f"{verb} SAVEPOINT part".strip(), ((),)) for verb in ("", "RELEASE", "ROLLBACK TO")
)
_IN_TRANSACTION = 2
"""How libpq calls a transaction that is begun and at rest, and in which nothing was refused."""
FRESH = 1.0
"""For how many seconds after its last use a connection is taken to be alive."""


class Unsent:
    """The writes of one transaction that wait; used by one thread."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: list[tuple[str, Sequence[Values]]] = []
        self._lost: DBAPIError | None = None

    def add(self, text: str, rows: Sequence[Values]) -> None:
        """Let a statement wait that is executed once for each row."""
        self._waiting.append((text, rows))

    def begin_part(self) -> None:
        """Let a savepoint begin here."""
        self.add(*_BEGUN)

    def end_part(self) -> None:
        """End a savepoint: what was written in it is sent, so that it is refused here or never."""
        self.add(*_ENDED)
        self.send()

    def undo_part(self, fault: BaseException) -> None:
        """Undo what was written in a savepoint for a fault; what of it waits is never sent."""
        if _BEGUN in self._waiting:
            while self._waiting.pop() != _BEGUN:
                pass
            return
        self._waiting[:] = [_UNDONE, _ENDED]
        try:
            self.send()
        except DBAPIError as lost:
            # What was refused stood before the savepoint, which the server then never began.
            self._lost = fault if isinstance(fault, DBAPIError) else lost

    def take(self) -> list[tuple[str, Sequence[Values]]]:
        """Return what waits, for whoever sends it. Raises what undid the whole transaction, if anything did."""
        if self._lost:
            raise self._lost
        taken, self._waiting = self._waiting, []
        return taken

    def send(self, *, commit: bool = False) -> None:
        """Execute what waits, in its order, then commit if asked. Raises SQLAlchemy's own errors."""
        if self._waiting or self._lost:
            with _sent(self._connection, self.take()) as driver:
                if commit:
                    driver.commit()


class _AtOnce:
    """The savepoints of a transaction whose writes do not wait."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin_part(self) -> None:
        self._say(_BEGUN)

    def end_part(self) -> None:
        self._say(_ENDED)

    def undo_part(self, _fault: BaseException) -> None:
        self._say(_UNDONE)
        self._say(_ENDED)

    def _say(self, statement: tuple[str, Sequence[Values]]) -> None:
        dialect, (text, _) = self._connection.dialect, statement
        try:
            self._connection.connection.cursor().execute(text)
        except dialect.loaded_dbapi.Error as fault:
            raise DBAPIError.instance(
                text, None, fault, dialect.loaded_dbapi.Error, dialect=dialect
            ) from fault


def waiting(connection: Connection) -> Unsent | None:
    """Return the writes of this connection's transaction that wait, or None where each is executed at once."""
    if connection.dialect.name == "sqlite":
        return None
    found: Unsent | None = connection.info.get(_UNSENT)
    return found


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Let the writes of the body wait for one another; they are sent and committed at its end, unless it raises."""
    # taken once: a connection that was cut meanwhile would refuse it, and hide why
    info = connection.info
    unsent = info[_UNSENT] = Unsent(connection)
    try:
        yield
        # SQLAlchemy's own commit then finds nothing to do.
        unsent.send(commit=True)
    finally:
        info.pop(_UNSENT, None)


@contextmanager
def apart(connection: Connection) -> Iterator[None]:
    """Undo what the body writes if it raises: a savepoint. Where writes wait, it waits with them."""
    part = waiting(connection) or _AtOnce(connection)
    part.begin_part()
    try:
        yield
        part.end_part()
    except BaseException as fault:
        if not connection.invalidated:
            part.undo_part(fault)
        raise


@contextmanager
def ahead_of(connection: Connection, question: str) -> Iterator[None]:
    """Send what waits on one way with the question that the body asks.

    Raises SQLAlchemy's own errors.
    """
    unsent = waiting(connection)
    first = unsent.take() if unsent else []
    if first:
        with _sent(connection, first, question):
            yield
        return
    yield


def end_reading(connection: Connection) -> None:
    """Roll back a transaction that was only read in: by the driver's own way the server would forget its plans."""
    if connection.invalidated:
        return
    driver = _driver(connection)
    if driver.info.transaction_status == _IN_TRANSACTION:
        driver.pgconn.exec_(b"ROLLBACK")


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
def _sent(
    connection: Connection, waiting: Sequence[tuple[str, Sequence[Values]]], question: str = ""
) -> Iterator[Any]:
    """Send statements together with what the body adds on the driver. Raises SQLAlchemy's own errors."""
    dialect, driver = connection.dialect, _driver(connection)
    error = dialect.loaded_dbapi.Error
    try:
        with _pipeline(driver, error):
            for text, rows in waiting:
                cursor = driver.cursor()
                for values in rows:
                    cursor.execute(text, values)
            yield driver
    except error as fault:
        texts = ";\n".join((*(text for text, _ in waiting), question))
        raise DBAPIError.instance(texts, None, fault, error, dialect=dialect) from fault


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
