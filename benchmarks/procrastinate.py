"""A peer: procrastinate, whose queue claims jobs one by one and keeps the finished ones, as its worker does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks import peers
from benchmarks.measuring import Contestant


@contextmanager
def queue(address: str, *, waiting: int, claimed: int) -> Iterator[Contestant | None]:
    """Yield a contestant that claims and finishes `claimed` of `waiting` jobs."""
    library = peers.imported("procrastinate")
    if library is None:
        yield None
        return
    app = library.App(connector=library.PsycopgConnector(conninfo=address))
    with asyncio.Runner() as loop:
        worker = loop.run(_filled(app, waiting))
        yield Contestant(lambda: loop.run(_claim_and_finish(app, worker, claimed)))
        loop.run(app.close_async())


async def _filled(app: Any, waiting: int) -> int:
    """Return the number of a worker that may claim them."""
    await app.open_async()
    await app.schema_manager.apply_schema_async()
    await app.configure_task("copy").batch_defer_async(*[{}] * waiting)
    worker: int = await app.job_manager.register_worker()
    return worker


async def _claim_and_finish(app: Any, worker: int, claimed: int) -> int:
    succeeded = peers.imported("procrastinate.jobs").Status.SUCCEEDED
    for _ in range(claimed):
        job = await app.job_manager.fetch_job(queues=None, worker_id=worker)
        await app.job_manager.finish_job(job, succeeded, delete_job=False)
    return claimed
