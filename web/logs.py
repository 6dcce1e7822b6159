"""What the program says to its operator: one line an event on standard error, as JSON where nobody watches."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

CHATTY = ("alembic", "apscheduler", "waitress")
"""Libraries that tell at `info` what nobody asked."""
request: Final[ContextVar[str | None]] = ContextVar("request", default=None)
"""The name of the request that is being answered here (`web.request_ids`)."""
OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """Writes an event as one JSON object: what happened, what the caller said of it, when, and the fault."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(self.told(record), default=str)

    def told(self, record: logging.LogRecord) -> dict[str, Any]:
        """Return what a line says, the event first."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat()
        said = {name: value for name, value in vars(record).items() if name not in OF_EVERY_RECORD}
        about = {"level": record.levelname.lower(), "logger": record.name, "timestamp": at}
        named = {"request": name} if (name := request.get()) else {}
        fault = {"exception": self.formatException(record.exc_info)} if record.exc_info else {}
        return {"event": record.getMessage(), **said, **named, **about, **fault}


class Words(Lines):
    """Writes an event for somebody who watches a terminal; a fault stands below it."""

    def format(self, record: logging.LogRecord) -> str:
        told = self.told(record)
        event, level, fault = told.pop("event"), told.pop("level"), told.pop("exception", "")
        at = told.pop("timestamp")[:19]
        said = " ".join(f"{name}={value}" for name, value in told.items())
        return f"{at} [{level}] {event}  {said}".rstrip() + (f"\n{fault}" if fault else "")


def configure(level: str) -> None:
    """Send everything of `level` and above, also what libraries log, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Words() if sys.stderr.isatty() else Lines())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
