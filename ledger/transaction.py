"""Who does something, when, and where it is written: one command is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Executable, Select, bindparam, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.dml import UpdateBase

from ledger import event_log, sending
from ledger.event_log import Event
from ledger.reading import Reader
from ledger.store import Store
from ledger.writing import Writer

Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
T = TypeVar("T")
P = TypeVar("P")

TRIES = 10
RETRIED = frozenset({"40001", "40P01", "23505"})
"""SQLSTATE of what another try may not meet again: a serialization failure, a deadlock, and a key
that somebody else wrote at the same instant; the next try finds what he wrote."""
_turn = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("what"), 0)))


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record's fields that changed, each with its old and new value."""

    subject: str
    fields: dict[str, tuple[Any, Any]]


class Transaction:
    """One unit of work: `actor` is `staff:4`, `system` or `worker`; `now` is read once, in UTC.

    `via` is by which key the actor's program came, where it is one: `api_key:7`. Events bear it.
    `facts` is what a room has found out here and need not ask again before the transaction ends.
    """

    __slots__ = (
        "_noted",
        "_on_commit",
        "_session",
        "actor",
        "changes",
        "connection",
        "facts",
        "now",
        "store",
        "via",
    )

    def __init__(self, store: Store, connection: Connection, actor: str) -> None:
        self.store = store
        self.connection = connection
        self.actor = actor
        self.via: str | None = None
        self.now: datetime = store.clock()
        self.changes: list[RecordChange] = []
        self.facts: dict[str, Any] = {}
        self._session: Session | None = None
        self._noted: list[tuple[datetime, str, Event]] = []
        self._on_commit: list[Callable[[], None]] = []

    @property
    def session(self) -> Session:
        """The ORM session on this connection, made on first use: `crm_entities` and `web` only."""
        if self._session is None:
            self._session = Session(
                self.connection, join_transaction_mode="rollback_only", expire_on_commit=False
            )
        return self._session

    def execute(
        self, statement: Executable, parameters: Parameters | None = None
    ) -> CursorResult[Any]:
        """Execute a Core statement on this transaction's connection."""
        return self.connection.execute(statement, parameters)

    def write(self, statement: UpdateBase, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute an insert, update or delete once for each row, at the driver's cost.

        All rows have the columns of the first. A column that a row leaves out has
        the value that stands in the statement.
        """
        self._writer(statement, tuple(rows[0])).write(self.connection, rows)

    def write_values(
        self, statement: UpdateBase, columns: tuple[str, ...], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Execute an insert, update or delete once for each row, given by its values in the order of `columns`."""
        self._writer(statement, columns).write_values(self.connection, rows)

    def _writer(self, statement: UpdateBase, columns: tuple[str, ...]) -> Writer:
        return self.store.remembered(
            (statement, columns), lambda: Writer(statement, self.connection.dialect, columns)
        )

    def read(self, question: Select[Any], given: Mapping[str, Any]) -> Sequence[list[Any]]:
        """Return the rows of a question, each a list in the order of its columns, at the driver's cost."""
        self._flush()
        reader = self.store.remembered(question, lambda: Reader(question, self.connection.dialect))
        return reader.read(self.connection, given)

    def new_id(self) -> int:
        """Return a number for a new row, unique in this database."""
        return self.store.identifiers.take(self.connection)

    def new_ids(self, count: int) -> list[int]:
        """Return that many numbers for new rows."""
        return self.store.identifiers.take_many(self.connection, count)

    def take_turn(self, what: str) -> None:
        """Go on only when no other transaction has the turn of that name, and keep it to the end.

        For what no row stands for, such as a key that is to be free. On SQLite whoever writes has it.
        """
        if not self.store.is_sqlite:
            self.execute(_turn, {"what": what})

    def port(self, protocol: type[P]) -> P:
        """Return the port of that type (see `Store.ports`)."""
        return self.store.port(protocol)

    def note(self, event: Event) -> None:
        """Note what happened; it is written with this transaction."""
        self._noted.append((self.now, self.actor, event))

    @property
    def noted(self) -> Sequence[Event]:
        """What was noted so far, in order."""
        return [event for _, _, event in self._noted]

    def record_changed(self, subject: str, fields: dict[str, tuple[Any, Any]]) -> None:
        """Note that fields of a record changed, for whoever watches them."""
        self.changes.append(RecordChange(subject, fields))

    def on_commit(self, effect: Callable[[], None]) -> None:
        """Call `effect` once the transaction is durable, as a wake-up; it may be lost in a crash."""
        self._on_commit.append(effect)

    def not_before(self, instant: datetime) -> None:
        """Hold the present at or after `instant`: a case's history never runs backwards."""
        self.now = max(self.now, instant)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what the body wrote, noted and changed if it raises, and pass the exception on."""
        noted, changes, effects = len(self._noted), len(self.changes), len(self._on_commit)
        try:
            with sending.apart(self.connection):
                yield
                self._flush()
        except BaseException:
            if self._session is not None:
                self._session.expunge_all()
            del self._noted[noted:], self.changes[changes:], self._on_commit[effects:]
            raise

    def _flush(self) -> None:
        if self._session is not None:
            self._session.flush()

    def _finish(self) -> None:
        self._flush()
        for hook in self.store.before_commit:
            hook(self)
        self._flush()
        if self._noted:
            event_log.write(self, self._noted)


@contextmanager
def begin(store: Store, actor: str) -> Iterator[Transaction]:
    """Yield a writing transaction that commits where the `with` ends, or rolls back if the body raises.

    The only commit of the program; on PostgreSQL `ledger.sending` lets it travel with the last
    writes. It is not tried again: see `run`.
    """
    try:
        with store.writing() as connection:
            tx = Transaction(store, connection, actor)
            yield tx
            tx._finish()  # noqa: SLF001  # the end of the transaction belongs to this module
    except BaseException:
        store.identifiers.forget()
        raise
    for effect in tx._on_commit:  # noqa: SLF001
        effect()


def run(store: Store, actor: str, command: Callable[[Transaction], T]) -> T:
    """Return what `command` returns, run in a transaction of its own.

    What somebody else was in the way of (see `RETRIED`; a record that he changed meanwhile) is
    tried again, up to `TRIES` times: `command` must have no effect outside the transaction.
    """
    for _ in range(TRIES - 1):
        try:
            with begin(store, actor) as tx:
                return command(tx)
        except DBAPIError as fault:
            if getattr(fault.orig, "sqlstate", None) not in RETRIED:
                raise
        except StaleDataError:
            continue
    with begin(store, actor) as tx:
        return command(tx)


@contextmanager
def read(store: Store, actor: str) -> Iterator[Transaction]:
    """Yield a transaction that only reads: one consistent state, no lock, nothing kept."""
    with store.reading() as connection:
        yield Transaction(store, connection, actor)


@contextmanager
def glance(store: Store, actor: str) -> Iterator[Transaction]:
    """Yield a transaction for a single `read`, at the cost of one way to the database and back."""
    with store.asking() as connection:
        yield Transaction(store, connection, actor)
