"""Where the present comes from: the only module that reads the machine's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def system() -> datetime:
    """Return the present instant in UTC."""
    return datetime.now(UTC)


def offset(file: Path) -> Clock:
    """Return a clock that is ahead of the machine's by the seconds written in `file`.

    The file is read anew each time, so that the time of a running server can
    be moved. A file that is missing or empty means no offset.
    """

    def read() -> datetime:
        text = file.read_text(encoding="utf-8").strip() if file.exists() else ""
        return system() + timedelta(seconds=float(text or 0))

    return read


class VirtualClock:
    """A clock that stands still until it is moved, for scenarios and tests."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def move_to(self, instant: datetime) -> None:
        """Move to `instant`; a clock never goes back."""
        self.now = max(self.now, instant)
