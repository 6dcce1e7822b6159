"""Requests that wait for work: a few at a time, so that people's pages are never kept waiting by them."""

from __future__ import annotations

from threading import BoundedSemaphore, Event
from time import monotonic
from typing import cast

from flask import Flask, current_app

from engine import jobs
from ledger import transaction
from web import visit

KEY = "kontor.polls"
EVERY = 0.25
"""Seconds between two looks."""
SHARE = 4
"""One thread in so many may be held by requests that wait."""


def init_app(app: Flask, threads: int) -> None:
    """Let requests of `app` wait, never more than a share of its threads."""
    app.extensions[KEY] = BoundedSemaphore(max(1, threads // SHARE))


def wait_for_job(topics: list[str], seconds: float) -> None:
    """Return as soon as a job of `topics` could be claimed, at the latest after `seconds`.

    Where too many wait already it returns at once: the worker asks again.
    """
    places = cast("BoundedSemaphore", current_app.extensions[KEY])
    if _is_there(topics) or not places.acquire(blocking=False):
        return
    try:
        ends = monotonic() + seconds
        while monotonic() < ends and not _is_there(topics):
            Event().wait(min(EVERY, max(0.0, ends - monotonic())))
    finally:
        places.release()


def _is_there(topics: list[str]) -> bool:
    with transaction.read(visit.store(), "worker") as tx:
        return jobs.is_claimable(tx, topics)
