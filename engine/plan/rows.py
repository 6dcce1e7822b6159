"""Tables whose rows wait for a token: how each is filled and emptied, by the letter that the token bears for it."""

from __future__ import annotations

from sqlalchemy import UpdateBase

from engine import clocks
from engine.waiting import (
    compensations,
    incidents,
    jobs,
    subscriptions,
    tasks,
    timers,
    watches,
)

INSERTS: dict[str, UpdateBase] = {
    "t": timers.INSERT,
    "s": subscriptions.INSERT,
    "w": watches.INSERT,
    "f": watches.INSERT_FIELD,
    "j": jobs.INSERT,
    "i": incidents.INSERT,
    "u": tasks.INSERT,
    "g": tasks.INSERT_CANDIDATE,
    "k": clocks.INSERT,
    "c": compensations.INSERT,
}
CLEARS: dict[str, UpdateBase] = {
    "t": timers.CLEAR,
    "s": subscriptions.CLEAR,
    "w": watches.CLEAR,
    "f": watches.CLEAR_FIELDS,
    "j": jobs.CLEAR,
    "i": incidents.CLEAR,
    "u": tasks.CANCEL,
    "g": tasks.CLEAR_CANDIDATES,
    "k": clocks.CLOSE,
}
