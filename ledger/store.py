"""One company's database: opened once by a process, used by all its threads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar, cast

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

from ledger import clock as clocks
from ledger import sending
from ledger.identifiers import Identifiers
from ledger.turnstile import Turnstile

if TYPE_CHECKING:
    from ledger.transaction import Transaction

_SILENT: Final[Mapping[str, Any]] = {"hide_parameters": True}
"""What people wrote does not come into the program's log with a statement that failed."""
KEPT: Final = 16
"""So many connections stay open once they were needed; others end when they are given back."""
Durability = Literal["full", "normal"]
P = TypeVar("P")
T = TypeVar("T")


class Store:
    """A database with its clock, its ports and its caches.

    `ports` holds what the rooms below need from the rooms above, by the
    protocol's type; `web.wiring` fills it. `before_commit` is called with each
    writing transaction just before its events are written.
    """

    def __init__(self, engine: Engine, clock: clocks.Clock) -> None:
        self.engine = engine
        self.clock = clock
        self.ports: dict[type, object] = {}
        self.before_commit: list[Callable[[Transaction], None]] = []
        self.identifiers = Identifiers()
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._memory: dict[object, Any] = {}
        self._turnstile = Turnstile()

    @classmethod
    def open(
        cls,
        url: str,
        *,
        clock: clocks.Clock = clocks.system,
        durability: Durability = "full",
        threads: int = 8,
    ) -> Store:
        """Open the database at `url`: `sqlite:///FILE`, `sqlite://` (in memory) or `postgresql+psycopg://…`.

        `full` durability waits for the disk at each commit; `normal` survives
        a killed process, but may lose the last commits when the power fails. So many `threads`, and
        those in the background, can each hold a connection or two.
        """
        address = make_url(url)
        pool = {"pool_size": KEPT, "max_overflow": 2 * threads}
        if address.get_backend_name() != "sqlite":
            options = "" if durability == "full" else "-c synchronous_commit=off"
            engine = create_engine(address, connect_args={"options": options}, **pool, **_SILENT)
            sending.listen(engine)
            return cls(engine, clock)
        if address.database in (None, "", ":memory:"):
            engine = create_engine(
                address, poolclass=StaticPool, connect_args={"check_same_thread": False}, **_SILENT
            )
        else:
            engine = create_engine(address, connect_args={"timeout": 30}, **pool, **_SILENT)
        _speak_sqlite(engine, durability)
        return cls(engine, clock)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection inside a writing transaction; the caller commits, everything else rolls back.

        SQLite has one writer: threads of this process queue in order of arrival.
        """
        turn = self._turnstile.passage() if self.is_sqlite else nullcontext()
        with turn, self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN IMMEDIATE"
            with (
                connection.begin(),
                nullcontext() if self.is_sqlite else sending.together(connection),
            ):
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection on one consistent state of the database; what is written on it is rolled back."""
        with self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN"
            if not self.is_sqlite:
                # by default each statement there would see what was committed meanwhile
                connection.execution_options(isolation_level="REPEATABLE READ")
            transaction = connection.begin()
            try:
                yield connection
            finally:
                if not self.is_sqlite:
                    sending.end_reading(connection)
                transaction.rollback()

    @contextmanager
    def asking(self) -> Iterator[Connection]:
        """Yield a connection for one question: it sees one state by itself, so that none is begun and ended for it."""
        with self.engine.connect() as connection:
            connection.info["begin"] = "BEGIN"
            if not self.is_sqlite:
                connection.execution_options(isolation_level="AUTOCOMMIT")
            yield connection

    def port(self, protocol: type[P]) -> P:
        """Return what `web.wiring` gave for `protocol`; a missing one is a fault of the wiring (`KeyError`)."""
        return cast("P", self.ports[protocol])

    def remembered(self, key: object, make: Callable[[], T]) -> T:
        """Return the immutable value kept under `key` in this process, made on first use."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast("T", self._memory[key])

    def forget(self, key: object) -> None:
        """Drop what is kept under `key`."""
        self._memory.pop(key, None)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _speak_sqlite(engine: Engine, durability: Durability) -> None:
    """Take transactions into our own hands: the driver would begin them late and without the write lock."""

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode = WAL",
            f"synchronous = {'FULL' if durability == 'full' else 'NORMAL'}",
            "foreign_keys = ON",
            "busy_timeout = 30000",
            "cache_size = -65536",
            "temp_store = MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # At the driver's cost, which is a tenth of a statement of SQLAlchemy's.
        text, driver = connection.info.get("begin", "BEGIN"), connection.connection
        try:
            driver.cursor().execute(text)
        except sqlite3.Error as fault:
            raise DBAPIError.instance(
                text, None, fault, sqlite3.Error, dialect=connection.dialect
            ) from fault
