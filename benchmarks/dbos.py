"""A peer: DBOS, which writes the result of each step of a workflow into SQLite before it goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import peers
from benchmarks.measuring import Contestant


@contextmanager
def workflows(
    folder: Path, *, cases: int, elements: int, durability: str
) -> Iterator[Contestant | None]:
    """Yield a contestant that runs `cases` workflows of `elements` steps, each step kept before the next."""
    library = peers.imported("dbos")
    if library is None:
        yield None
        return
    library.DBOS(config=_config(folder / "dbos.db", durability))
    workflow = _workflow(library.DBOS, elements)
    library.DBOS.launch()

    def work() -> int:
        for _ in range(cases):
            assert workflow() == elements
        return cases * elements

    try:
        yield Contestant(work)
    finally:
        library.DBOS.destroy(destroy_registry=True)


def _workflow(library: Any, elements: int) -> Any:
    def count(number: int) -> int:
        return number + 1

    step = library.step()(count)

    def chain() -> int:
        number = 0
        for _ in range(elements):
            number = step(number)
        return number

    return library.workflow()(chain)


def _config(file: Path, durability: str) -> dict[str, Any]:
    class Connection(sqlite3.Connection):
        """A connection that writes as durably as the other contestants'."""

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self.execute("PRAGMA journal_mode = WAL")
            self.execute(f"PRAGMA synchronous = {durability}")

    return {
        "name": "benchmark",
        "system_database_url": f"sqlite:///{file}",
        "db_engine_kwargs": {"connect_args": {"factory": Connection}},
        "log_level": "ERROR",
    }
