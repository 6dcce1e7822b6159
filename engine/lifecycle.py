"""Which step is allowed: one table for each thing that has a life, asked by every command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger import rejection

Steps = Mapping[str, Mapping[str, str]]

CASE: Final[Steps] = {
    "active": {
        "act": "active",
        "suspend": "suspended",
        "migrate": "active",
        "cancel": "terminated",
        "complete": "completed",
        "terminate": "terminated",
    },
    "suspended": {"resume": "active", "migrate": "suspended", "cancel": "terminated"},
    "completed": {},
    "terminated": {},
}
TASK: Final[Steps] = {
    "open": {
        "claim": "open",
        "release": "open",
        "assign": "open",
        "change": "open",
        "delegate": "delegated",
        "complete": "completed",
        "cancel": "cancelled",
    },
    "delegated": {
        "assign": "open",
        "change": "delegated",
        "give back": "open",
        "complete": "completed",
        "cancel": "cancelled",
    },
    "completed": {},
    "cancelled": {},
}
JOB: Final[Steps] = {
    "ready": {
        "claim": "claimed",
        "complete": "done",
        "fail": "ready",
        "give up": "failed",
        "hold": "held",
    },
    "claimed": {
        "claim": "claimed",
        "complete": "done",
        "fail": "ready",
        "give up": "failed",
        "extend": "claimed",
        "hold": "held",
    },
    "failed": {"retry": "ready", "complete": "done", "hold": "failed"},
    "held": {"release": "ready"},
}
DEFINITION: Final[Steps] = {
    "draft": {"publish": "published", "discard": "retired"},
    "published": {"start": "published", "retire": "retired"},
    "retired": {"publish": "published"},
}
TABLES: Final[Mapping[str, Steps]] = {
    "case": CASE,
    "task": TASK,
    "job": JOB,
    "definition": DEFINITION,
}


def is_allowed(thing: str, state: str, step: str) -> bool:
    """Say whether `thing` (case, task, job, definition) in `state` may take `step`."""
    return step in TABLES[thing][state]


def after(thing: str, state: str, step: str, what: str) -> str:
    """Return the state that `step` leads to; Rejection(invalid_state) names `what` where it is not allowed."""
    following = TABLES[thing][state].get(step)
    if following is None:
        if step == "act":
            raise rejection.invalid_state(
                "Expected %(what)s to be active, but it is %(state)s", what=what, state=state
            )
        raise rejection.invalid_state(
            "Expected to %(step)s %(what)s, but it is %(state)s", step=step, what=what, state=state
        )
    return following
