"""The working calendar of one case, as its start and its page offer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from engine import calendars, instances
from web import case_rights, rights, visit
from web.fields import Option

NAME = "own_calendar"
"""The field of the form; a process may have a field of its own called calendar."""


def choices() -> list[Option]:
    """Return the calendars that the visitor may give to a case; none without the right."""
    if not rights.may("case.reassign"):
        return []
    return [Option(key, title) for key, title in calendars.keys(visit.tx()).items()]


def read(typed: Mapping[str, str]) -> str | None:
    """Return the key that was chosen, or None for the calendar that would hold anyway."""
    return typed.get(NAME, "").strip() or None


def of_case(case: Row[Any]) -> dict[str, Any]:
    """Return what a case's page needs: the calendar it has of its own, and what may be chosen instead."""
    own = instances.calendar_of(visit.tx(), case.id)
    known = calendars.keys(visit.tx()) if own else {}
    may = case.state == "active" and case_rights.may_on_case("case.reassign", case)
    return {
        "own_calendar": own,
        "own_calendar_title": known.get(own or "", own),
        "calendars": choices() if may else [],
    }
