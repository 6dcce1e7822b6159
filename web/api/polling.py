"""Requests that wait for work: a few at a time, so that people's pages are never kept waiting by them."""

from __future__ import annotations

from threading import BoundedSemaphore, Event
from time import monotonic
from typing import cast

from flask import Flask, current_app, request

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


def wait_for_job(topics: list[str], seconds: float) -> bool:
    """Say whether a job of `topics` could be claimed, as soon as one can, at the latest after `seconds`.

    Where too many wait already it says so at once: the worker asks again. A worker that has hung
    up gets none: nobody would do it until its lease ends.
    """
    places = cast("BoundedSemaphore", current_app.extensions[KEY])
    if _is_there(topics):
        return True
    if not places.acquire(blocking=False):
        return False
    try:
        ends = monotonic() + seconds
        while monotonic() < ends and not _has_hung_up():
            if _is_there(topics):
                return not _has_hung_up()
            Event().wait(min(EVERY, max(0.0, ends - monotonic())))
        return False
    finally:
        places.release()


def _has_hung_up() -> bool:
    """Say whether the worker has closed its connection, where the server can tell."""
    asked = request.environ.get("waitress.client_disconnected")
    return bool(asked and asked())


def _is_there(topics: list[str]) -> bool:
    with transaction.read(visit.store(), "worker") as tx:
        return jobs.is_claimable(tx, topics)
