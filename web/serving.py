"""Processes that stay: the web server, the heartbeat, and how both begin and end cleanly."""

from __future__ import annotations

import dataclasses
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

import waitress

from ledger.rejection import Rejection
from ledger.store import Store
from scheduler import bell
from scheduler.heartbeat import Heartbeat
from web import app, draining, schema, warming, wiring
from web.api import polling
from web.settings import Settings

if TYPE_CHECKING:
    from waitress.server import BaseWSGIServer

BACKLOG = 128
FILES = 300
"""Files that the program needs beside its connections."""
HANDLED = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def store_of(
    settings: Settings, *, migrates: bool, fill: Callable[[Store], None] | None = None
) -> Iterator[Store]:
    """Yield the store of a process that stays; `migrates` brings its tables up to date, else they must be.

    `fill` is called with a store whose clock is the machine's, before any
    other clock is asked for: a fresh demo company marks its database first.
    """
    if migrates:
        with _plain(settings) as plain:
            copy = schema.upgrade(plain, Path(settings.backups))
            if copy is not None:
                announce(f"The database was brought up to date; a copy of before is {copy}")
            if fill is not None:
                fill(plain)
    store = wiring.open_store(settings)
    try:
        schema.check(store)
        yield store
    finally:
        store.close()


def serve(
    store: Store, settings: Settings, *, has_heartbeat: bool, greeting: Callable[[], None]
) -> None:
    """Answer requests until Ctrl-C or SIGTERM; with a heartbeat also look after deadlines and jobs."""
    application = app.create_app(store, settings)
    server = listen(application, settings)
    looking = _ticking(store, settings) if has_heartbeat else _ringing(store)
    with looking as wake:
        bell.after_commands(store, wake)
        _end_on_signals(partial(polling.end, application))
        greeting()
        warming.later()
        try:
            server.run()
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            server.close()


def work(store: Store, settings: Settings) -> None:
    """Look after deadlines, jobs and mails until Ctrl-C or SIGTERM."""
    if store.is_sqlite:
        raise Rejection(
            "invalid_state",
            "Expected PostgreSQL for a worker of its own: SQLite has one writing process, and `kontor serve` is it",
        )
    ended = Event()
    for number in HANDLED:
        signal.signal(number, lambda *_: ended.set())
    with _ticking(store, settings):
        announce("Looking after deadlines, jobs and mails. Ctrl-C ends.")
        warming.later()
        ended.wait()


@contextmanager
def _ticking(store: Store, settings: Settings) -> Iterator[Callable[[], None]]:
    """Look after what is due meanwhile; yields what wakes it. On PostgreSQL other processes ring too."""
    heartbeat = Heartbeat(store, settings)
    heartbeat.start()
    listener = None if store.is_sqlite else bell.Listener(store, heartbeat.wake)
    try:
        if listener is not None:
            listener.start()
        yield heartbeat.wake
    finally:
        if listener is not None:
            listener.stop()
        heartbeat.stop()


@contextmanager
def _ringing(store: Store) -> Iterator[Callable[[], None]]:
    """Yield what wakes the workers in other processes; on SQLite there are none."""
    if store.is_sqlite:
        yield lambda: None
        return
    ringer = bell.Ringer(store)
    ringer.start()
    try:
        yield ringer.ring
    finally:
        ringer.stop()


def announce(words: str) -> None:
    """Say something to the person at the terminal."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


@contextmanager
def _plain(settings: Settings) -> Iterator[Store]:
    """Yield the same database under the machine's clock."""
    store = wiring.open_store(dataclasses.replace(settings, clock="system"))
    try:
        yield store
    finally:
        store.close()


def listen(application: Any, settings: Settings) -> BaseWSGIServer:
    """Return a server that listens where the settings say. Raises Rejection(invalid_state) where it cannot."""
    try:
        server = waitress.create_server(
            application,
            host=settings.host,
            port=settings.port,
            threads=settings.threads + settings.waiting,
            backlog=BACKLOG,
            connection_limit=_room(settings.connections) + draining.SPARE,
            asyncore_use_poll=True,  # select() knows no more than 1,024 files
            ident=None,
            channel_request_lookahead=1,  # so that a request that waits hears of a client that hung up
            clear_untrusted_proxy_headers=not settings.trusted_proxies,
            max_request_body_size=settings.upload_megabytes * 1024 * 1024 + 65536,
        )
    except OSError as fault:
        where = f"{settings.host}:{settings.port}"
        raise Rejection(
            "invalid_state",
            f"Expected to listen on {where}, but {fault.strerror or fault}; try another --port",
        ) from fault
    draining.use(server)
    return server


def _room(connections: int) -> int:
    """Return how many connections can be open, after asking the system for as many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + FILES
    if soft < wanted and soft != resource.RLIM_INFINITY:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return connections if soft == resource.RLIM_INFINITY else min(connections, soft - FILES)


def _end_on_signals(first: Callable[[], None]) -> None:
    """Do `first` and end the server's loop at SIGTERM as at Ctrl-C; requests that run are answered."""

    def end(_number: int, _frame: object) -> None:
        first()
        raise KeyboardInterrupt

    for number in HANDLED:
        signal.signal(number, end)
