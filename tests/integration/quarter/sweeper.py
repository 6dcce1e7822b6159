"""A process that sweeps and posts whenever the quarter's clock has moved, until it is killed."""

from __future__ import annotations

import mmap
import os
import struct
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ledger.store import Store
from scheduler import heartbeat
from web import wiring
from web.settings import Settings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LOOK = 0.001
SHAPE = struct.Struct("qq")


class SharedClock:
    """A clock in a file that every process reads and one moves."""

    def __init__(self, file: Path) -> None:
        if not file.exists():
            file.write_bytes(SHAPE.pack(0, 0))
        with file.open("r+b") as opened:
            self._memory = mmap.mmap(opened.fileno(), SHAPE.size)

    def __call__(self) -> datetime:
        return EPOCH + int(SHAPE.unpack(self._memory)[1]) * MICROSECOND

    @property
    def turn(self) -> int:
        """How often the sweepers were woken."""
        return int(SHAPE.unpack(self._memory)[0])

    def move_to(self, instant: datetime) -> None:
        """Move on and wake the sweepers; every process sees it at once."""
        SHAPE.pack_into(self._memory, 0, self.turn, (instant - EPOCH) // MICROSECOND)
        self.wake()

    def wake(self) -> None:
        """Let the sweepers look again, as the program does after each command."""
        SHAPE.pack_into(self._memory, 0, self.turn + 1, (self() - EPOCH) // MICROSECOND)


def opened(url: str, clock: SharedClock, port: int) -> tuple[Store, Settings]:
    """Open the database as the program does, its mails going to `port`."""
    settings = Settings(
        database=url,
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls="none",
        mail_from="k@office.example",
    )
    store = Store.open(url, clock=clock, durability="normal")
    wiring.connect(store, settings)
    return store, settings


def sweep_forever(url: str, file: Path, port: int, begun: int) -> None:
    """What a sweeper's process runs: it looks again as long as there was something to do."""
    clock = SharedClock(file)
    store, settings = opened(url, clock, port)
    os.write(begun, b".")
    seen = -1
    while True:
        turn = clock.turn
        if turn == seen:
            time.sleep(LOOK)
            continue
        counts = heartbeat.tick(store, settings)
        seen = turn if counts.is_empty else -1
