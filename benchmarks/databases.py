"""The databases that the same work is measured on: SQLite, then PostgreSQL with its server's CPU time counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks import companies, servers
from ledger.store import Durability, Store


@dataclass(frozen=True, slots=True)
class Database:
    """Where a benchmark runs.

    `suffix` stands behind the case of a row, `durability` beside it; `driver` is the library
    below SQLAlchemy; `make` returns an empty prepared store; `others` is the CPU time in
    seconds that processes beside this one have taken so far.
    """

    suffix: str
    durability: str
    driver: str
    make: Callable[[], Store]
    others: Callable[[], float]


def each(folder: Path, level: Durability) -> Iterator[Database]:
    """Yield SQLite, then PostgreSQL. Raises click.ClickException where there is no server to start."""
    files = (folder / f"{number}.db" for number in count())
    yield Database("", level, "sqlite3", lambda: companies.sqlite(next(files), level), lambda: 0.0)
    with servers.postgresql() as server:
        yield Database(
            ", PostgreSQL",
            f"{level}, {servers.WORDS}",
            "psycopg",
            partial(servers.store, server, level),
            partial(servers.cpu_seconds, server),
        )
