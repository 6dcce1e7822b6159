"""Requests that wait for work: they keep nobody from being answered, and one of them looks for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Event, Lock
from time import monotonic
from typing import Any, cast

from flask import Flask, current_app, request

from engine import jobs
from engine.jobs import Job
from ledger import transaction
from web import visit
from web.api import problems

KEY = "kontor.polls"
EVERY = 0.25
"""Seconds between two looks."""
COME_AGAIN = 5
"""Seconds until a request that found no place to wait is worth sending again."""
Topics = tuple[str, ...]
Claim = Callable[[], list[Job]]


class Queue:
    """Who waits in this process. `threads` requests are answered at a time; beside them `most` may wait."""

    def __init__(self, threads: int, most: int) -> None:
        self.most = most
        self.waiting = BoundedSemaphore(max(1, most))
        self.working = BoundedSemaphore(threads)
        self.looking = Lock()
        self.is_over = Event()
        self.looked: dict[Topics, float] = {}

    def first(self, topics: Topics, claim: Claim) -> list[Job]:
        """Claim jobs of `topics` if there are any; what nobody found a moment ago is not looked for again."""
        with self.looking:
            if monotonic() - self.looked.get(topics, -EVERY) < EVERY:
                return []
            found = claim() if _is_there(topics) else []
            if not found:
                self._remember(topics)
            return found

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Keep nobody from being answered while the body waits; of those who wait only one looks at a time."""
        self.working.release()
        try:
            yield
        finally:
            self.working.acquire()

    def _remember(self, topics: Topics) -> None:
        now = monotonic()
        self.looked = {known: at for known, at in self.looked.items() if now - at < EVERY}
        self.looked[topics] = now


def init_app(app: Flask, threads: int, most: int) -> None:
    """Answer at most `threads` requests of `app` at the same time, beside `most` that may wait for jobs."""
    queue = app.extensions[KEY] = Queue(threads, most)
    answer = app.wsgi_app

    def answer_in_turn(environ: Any, start_response: Any) -> Iterable[bytes]:
        with queue.working:
            return answer(environ, start_response)

    app.wsgi_app = answer_in_turn  # type: ignore[method-assign]  # Flask's documented way


def end(app: Flask) -> None:
    """Let nobody wait any longer: a job that a request of an ending server got would wait for its lease."""
    cast("Queue", app.extensions[KEY]).is_over.set()


def wait_for_jobs(topics: list[str], seconds: float, claim: Claim) -> list[Job]:
    """Return what `claim` does as soon as there are jobs of `topics`, and none after `seconds`.

    Raises `problems.TooMany` where there is none and too many wait already. A worker that has hung
    up gets none: nobody would do it until its lease ends.
    """
    queue, wanted = cast("Queue", current_app.extensions[KEY]), tuple(sorted(set(topics)))
    if found := queue.first(wanted, claim):
        return found
    if not queue.waiting.acquire(blocking=False):
        raise problems.TooMany(
            f"Expected at most {queue.most} requests to wait for jobs; come again in {COME_AGAIN} seconds, "
            "or let one program ask for many jobs; an administrator can allow more (waiting)",
            COME_AGAIN,
        )
    try:
        with queue.aside():
            return _waited(queue, wanted, monotonic() + seconds, claim)
    finally:
        queue.waiting.release()


def _waited(queue: Queue, topics: Topics, ends: float, claim: Claim) -> list[Job]:
    while (left := ends - monotonic()) > 0 and not _has_hung_up():
        if queue.is_over.wait(min(EVERY, left)):
            break
        if not _has_hung_up() and (found := queue.first(topics, claim)):
            return found
    return []


def _has_hung_up() -> bool:
    """Say whether the worker has closed its connection, where the server can tell."""
    asked = request.environ.get("waitress.client_disconnected")
    return bool(asked and asked())


def _is_there(topics: Topics) -> bool:
    with transaction.read(visit.store(), "worker") as tx:
        return jobs.is_claimable(tx, list(topics))
