"""What became of deliveries while the database could not be written: kept in mind, and written down first of all.

A mail that was sent and could not be written off would be sent again when its claim ends.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError

from ledger import transaction
from ledger.store import Store
from ledger.transaction import Transaction
from scheduler.delivery.claims import Posted

NEVER = (DataError, IntegrityError, ProgrammingError)
"""What is refused for what it says, so that no later try is better."""
Command = Callable[[Transaction], Posted | None]
_waiting: WeakKeyDictionary[Store, deque[Command]] = WeakKeyDictionary()
_turn = Lock()
log = logging.getLogger(__name__)


def write(store: Store, command: Command, otherwise: Iterable[Command] = ()) -> Posted:
    """Write down what became of a delivery.

    Where the database cannot be written now it is kept in mind, together with `otherwise`, which gives
    back what was claimed and not tried. Raises SQLAlchemy's own errors.
    """
    try:
        return transaction.run(store, "worker", command) or Posted()
    except NEVER:
        raise
    except DBAPIError:
        _waiting.setdefault(store, deque()).extend((command, *otherwise))
        raise


def catch_up(store: Store) -> None:
    """Write down what is kept in mind; what the database will never take is told in the log, and left.

    Raises SQLAlchemy's own errors while the database cannot be written.
    """
    waiting = _waiting.get(store)
    if not waiting:
        return
    with _turn:
        while waiting:
            try:
                transaction.run(store, "worker", waiting[0])
                log.info("A delivery was written down late")
            except NEVER:
                log.exception("What became of a delivery cannot be written down")
            waiting.popleft()
