"""How somebody wants mails: the form on one's own page, and what was typed as values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from crm_entities import staff
from ledger.rejection import invalid
from scheduler import choices
from web import alert_words, visit
from web.fields import Option
from web.speech import gettext

MOST = 1000
NUMBER = re.compile(r"[0-9]{1,4}")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of news and how its mails come now."""

    name: str
    title: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The form: a line for each kind, and what holds for all."""

    kinds: Sequence[Kind]
    ways: Sequence[Option]
    daily_at: str
    wants_digests: bool
    budget: str
    budget_of_house: int


def shown() -> Shown:
    """Return the form as the visitor has it."""
    held = staff.get(visit.tx(), visit.viewer().id).mail_choices or {}
    ways, budget = held.get("ways") or {}, held.get("budget")
    return Shown(
        [Kind(name, alert_words.kind(name), ways.get(name, "now")) for name in choices.KINDS],
        [
            Option("now", gettext("at once")),
            Option("hourly", gettext("in an hourly digest")),
            Option("daily", gettext("in a daily digest")),
            Option("never", gettext("no mail")),
        ],
        held.get("daily_at", choices.MORNING.strftime("%H:%M")),
        held.get("digests", True),
        "" if budget is None else str(budget),
        visit.settings().mail_budget,
    )


def typed() -> dict[str, Any]:
    """Return what was typed. Raises `Rejection(invalid_argument)` with a sentence for the person."""
    form = request.form
    daily, budget = form.get("daily_at", "").strip(), form.get("budget", "").strip()
    if not TIME.fullmatch(daily):
        raise invalid(gettext("Please give a time of day such as 08:00."), field="daily_at")
    if budget and not (NUMBER.fullmatch(budget) and int(budget) <= MOST):
        words = gettext("Please give a number of mails from 0 to 1000, or nothing.")
        raise invalid(words, field="budget")
    ways = {kind: form.get(f"way_{kind}", "now") for kind in choices.KINDS}
    return {
        "ways": {kind: way for kind, way in ways.items() if way != "now"},
        "daily_at": daily,
        "digests": form.get("digests") == "true",
        "budget": int(budget) if budget else None,
    }
