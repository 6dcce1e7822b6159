"""The rounds of the post: mails and webhooks go out in the background, each in its own time, beside the deadlines."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from ledger import clock, transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler import workers
from scheduler.delivery import claims, hooks, post, unwritten
from scheduler.ports import Settings
from scheduler.timetable import Timetable

log = logging.getLogger(__name__)


class Rounds:
    """Jobs of a timetable that deliver; `until` says how long there is nothing to do."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        timetable: Timetable,
        until: Callable[[Callable[[Transaction], datetime | None]], timedelta],
    ) -> None:
        self._store = store
        self._settings = settings
        self._timetable = timetable
        self._until = until
        self._name = workers.new_name()
        self._running: set[str] = set()
        self._again: set[str] = set()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin; what a killed process had claimed is given back."""
        if self._store.is_sqlite:
            claims.release_all(self._store)
        else:
            self._beat()
            self._add("beat", self._beat, workers.EVERY.total_seconds())
        for id, work in (("post", self._post), ("hooks", self._hooks)):
            self._add(id, work, self._settings.tick_seconds)

    def wake(self) -> None:
        """Look at once: something may wait to go out."""
        for id in ("post", "hooks"):
            with self._lock:
                is_running = id in self._running
                if is_running:
                    self._again.add(id)  # it looks when it has ended
            if not is_running:
                self._timetable.run_in(id, timedelta())

    def stop(self) -> None:
        """Take leave, after the last round."""
        if not self._store.is_sqlite:
            transaction.run(self._store, "worker", lambda tx: workers.end(tx, self._name))

    def _post(self) -> None:
        if self._settings.smtp_host:
            self._do(
                "post", post.next_at, lambda: post.run(self._store, self._settings, self._name)
            )

    def _hooks(self) -> None:
        self._do("hooks", hooks.next_at, lambda: hooks.run(self._store, self._settings, self._name))

    def _do(
        self,
        job: str,
        asked: Callable[[Transaction], datetime | None],
        deliver: Callable[[], object],
    ) -> None:
        """Deliver if something may go out, and come again when the next may."""
        with self._lock:
            self._running.add(job)
            self._again.discard(job)
        try:
            unwritten.catch_up(self._store)
            with transaction.read(self._store, "worker") as tx:
                at, now = asked(tx), tx.now
            if at is not None and at <= now:
                if not self._store.is_sqlite:
                    transaction.run(self._store, "worker", claims.release)
                deliver()
        except Exception:
            log.exception("A round of %s failed", job)
        delay = self._until(asked)
        with self._lock:
            self._running.discard(job)
            delay = timedelta() if job in self._again else delay
        self._timetable.run_in(job, delay)

    def _beat(self) -> None:
        """Write down that this process lives, so that nobody takes over what it holds."""
        try:
            transaction.run(self._store, "worker", lambda tx: workers.beat(tx, self._name))
        except Exception:
            log.exception("The worker's heartbeat could not be written")

    def _add(self, id: str, work: Callable[[], None], seconds: float) -> None:
        self._timetable.add(id, work, seconds, clock.system())
