"""A fair lock: who came first goes first, so that no writer starves."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turnstile:
    """Lets one thread through at a time, in the order of arrival (`threading.Lock` promises no order)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._taken = False

    @contextmanager
    def passage(self) -> Iterator[None]:
        """Wait for the turn and hold it while the body runs."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    @property
    def queue_length(self) -> int:
        """How many wait for their turn now."""
        with self._guard:
            return len(self._waiting)

    def _enter(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
