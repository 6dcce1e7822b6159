"""A peer: pgqueuer, whose queue claims jobs in batches and moves the finished ones into its log."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg

from benchmarks import peers
from benchmarks.measuring import Contestant

STALE = timedelta(seconds=30)
"""After which a claimed job counts as abandoned, as its own queue manager has it."""


@contextmanager
def queue(address: str, *, waiting: int, claimed: int, batch: int) -> Iterator[Contestant | None]:
    """Yield a contestant that claims and finishes `claimed` of `waiting` jobs, `batch` at a time."""
    if peers.imported("pgqueuer") is None:
        yield None
        return
    with asyncio.Runner() as loop:
        database = loop.run(psycopg.AsyncConnection.connect(address, autocommit=True))
        queries = loop.run(_filled(database, waiting))
        yield Contestant(lambda: loop.run(_claim_and_finish(queries, claimed, batch)))
        loop.run(database.close())


async def _filled(database: Any, waiting: int) -> Any:
    queries = peers.imported("pgqueuer.queries").Queries.from_psycopg_connection(database)
    await queries.install()
    await queries.enqueue(["copy"] * waiting, [b"{}"] * waiting, [0] * waiting)
    return queries


async def _claim_and_finish(queries: Any, claimed: int, batch: int) -> int:
    limits = peers.imported("pgqueuer.ports.repository").EntrypointExecutionParameter(0)
    manager = uuid.uuid4()
    for _ in range(claimed // batch):
        jobs = await queries.dequeue(batch, {"copy": limits}, manager, None, STALE)
        assert len(jobs) == batch
        await queries.log_jobs([(job, "successful", None) for job in jobs])
    return claimed
