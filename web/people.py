"""Lists of colleagues to choose from."""

from __future__ import annotations

from crm_entities import staff, teams
from web import visit
from web.fields import Option


def options(*, prefix: str = "staff:") -> tuple[Option, ...]:
    """Return the active staff by name; `prefix` is what stands before the number in the value."""
    return tuple(Option(f"{prefix}{one.id}", one.name) for one in staff.listing(visit.tx()))


def team_options() -> tuple[Option, ...]:
    """Return all teams by name."""
    return tuple(Option(str(one.id), one.name) for one in teams.listing(visit.tx()))
