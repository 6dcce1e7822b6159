"""What kinds of alerts, states of deliveries and receivers of them are called, in the page's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, url_for
from sqlalchemy import Row

from ledger import words
from scheduler import alerts, webhooks
from web import sentences, visit
from web.speech import gettext, lazy_gettext

KINDS: Final[Mapping[str, object]] = {
    "deadline_near": lazy_gettext("A deadline is near"),
    "deadline_due": lazy_gettext("A deadline has come"),
    "deadline_overdue": lazy_gettext("A deadline has passed"),
    "pause_over_cap": lazy_gettext("A pause lasts too long"),
    "task_assigned": lazy_gettext("A new task"),
    "task_handed_over": lazy_gettext("A task was handed over"),
    "task_offered": lazy_gettext("A task for the group"),
    "mention": lazy_gettext("A mention in a comment"),
    "outage_summary": lazy_gettext("A summary after an outage"),
    "notice": lazy_gettext("Other news"),
    "digest": lazy_gettext("A digest"),
    "test": lazy_gettext("A trial"),
    "case_started": lazy_gettext("A case starts"),
    "case_completed": lazy_gettext("A case is completed"),
    "case_terminated": lazy_gettext("A case ends early"),
    "case_cancelled": lazy_gettext("A case is cancelled"),
    "task_created": lazy_gettext("A task is to be done"),
    "task_completed": lazy_gettext("A task is done"),
    "comment_written": lazy_gettext("Somebody writes a comment"),
}
STATES: Final[Mapping[str, tuple[str, str, object]]] = {
    "pending": ("plain", "clock", lazy_gettext("waits")),
    "sending": ("plain", "send", lazy_gettext("goes out")),
    "sent": ("good", "check", lazy_gettext("sent")),
    "delivered": ("good", "check", lazy_gettext("there")),
    "dead": ("bad", "mail-x", lazy_gettext("dead letter")),
    "none": ("plain", "minus", lazy_gettext("not sent")),
    "held": ("plain", "clock", lazy_gettext("waits")),
    "folded": ("plain", "stack-2", lazy_gettext("waits for the digest")),
}
"""State of an alert: look, icon, word."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a delivery is."""

    look: str
    icon: str
    word: str


def init_app(app: Flask) -> None:
    """Give the words to the templates of `app`."""
    app.jinja_env.filters.update(alert_kind=kind, alert_state=state)


def kind(name: str) -> str:
    """Return what a kind of alert is called; one nobody named is called by its name."""
    return str(KINDS.get(name, name))


def state(row: Row[Any]) -> State:
    """Return how far a delivery is; one that was folded into a digest says so."""
    if row.folded_into is not None:
        return State("plain", "stack-2", gettext("in a digest"))
    look, icon, word = STATES[row.state]
    return State(look, icon, str(word))


def receivers() -> dict[str, tuple[str, str]]:
    """Return title and address of every webhook by its name as a recipient."""
    return {
        f"{webhooks.KIND}{row.id}": (row.title, url_for("webhooks.show", webhook_id=row.id))
        for row in webhooks.listed(visit.tx())
    }


def why(row: Row[Any]) -> str:
    """Return why a delivery failed, in the page's language where it is a sentence of ours."""
    return sentences.readable(words.unpacked(row.last_error or ""))


def is_webhook(row: Row[Any]) -> bool:
    """Say whether an alert goes to another program."""
    return str(row.channel) == alerts.WEBHOOK
