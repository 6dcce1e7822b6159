"""A PostgreSQL server for benchmarks, and the CPU time it takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks import companies
from ledger.store import Durability, Store

if TYPE_CHECKING:
    from tests.support.postgresql import Server

NANO = 1e9
TICKS = os.sysconf("SC_CLK_TCK")
WORDS = "PostgreSQL in memory, fsync off"
"""What stands beside the durability: the server writes its log, but waits for no disk."""


@contextmanager
def postgresql() -> Iterator[Server]:
    """Yield a server that ends with the benchmark. Raises click.ClickException where there is none to start."""
    try:
        from tests.support import postgresql  # noqa: PLC0415  # a checkout has it, an installed program has not

        server = postgresql.Server()
    except (ImportError, FileNotFoundError, RuntimeError) as fault:
        raise click.ClickException(
            "Expected the PostgreSQL server of the tests; `python3 dev.py setup` in a checkout brings it"
            f" ({fault})"
        ) from fault
    try:
        yield server
    finally:
        server.stop()


def store(server: Server, durability: Durability) -> Store:
    """Return a store over a new database of the server."""
    return companies.prepared(Store.open(server.url(server.create()), durability=durability))


def cpu_seconds(server: Server) -> float:
    """Return the CPU time of the server so far: its own, that of its children and of those that ended."""
    return sum(
        _seconds(pid, ended=pid == server.pid) for pid in (server.pid, *_children(server.pid))
    )


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _seconds(pid: int, *, ended: bool) -> float:
    """Return the CPU time of a process, and to a hundredth of a second that of its children that `ended`."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        own = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / NANO
    except FileNotFoundError:  # ended since it was listed; its parent has its time
        return 0.0
    children = (int(fields[13]) + int(fields[14])) / TICKS if ended else 0.0
    return own + children
