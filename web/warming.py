"""What no first page needs is loaded behind it, so that neither the start nor whoever comes first waits for it."""

from __future__ import annotations

import importlib
import logging
from threading import Timer

from web import garbage

LATER = (
    "process_defs.check",
    "process_defs.reader",
    "process_defs.speaking",
    "process_defs.to_bpmn",
    "SpiffWorkflow.bpmn.parser.BpmnParser",
)
"""Modules that are imported where they are used; each says why there."""
AFTER = 1.0
"""Seconds that belong to whoever has waited for the start."""
log = logging.getLogger(__name__)


def later() -> Timer:
    """Begin to load `LATER` in a second, on a thread of its own; memory is looked through again afterwards."""
    thread = Timer(AFTER, load)
    thread.daemon = True
    thread.start()
    return thread


def load() -> None:
    """Load what is not loaded yet. What cannot be loaded is told where it is used."""
    try:
        for name in LATER:
            importlib.import_module(name)
    except ImportError:
        log.exception("A module could not be loaded")
    finally:
        garbage.go_on()
