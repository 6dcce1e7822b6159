"""Lists of colleagues to choose from."""

from __future__ import annotations

from crm_entities import staff, teams
from web import visit
from web.fields import Option


def options(*, prefix: str = "staff:", also: int | None = None) -> tuple[Option, ...]:
    """Return the active staff by name; `prefix` is what stands before the number in the value.

    `also` is somebody who must not get lost by a form that is sent again: he
    is in the list even if he has left.
    """
    found = [Option(f"{prefix}{one.id}", one.name) for one in staff.listing(visit.tx())]
    if also is not None and f"{prefix}{also}" not in {one.value for one in found}:
        found.append(Option(f"{prefix}{also}", staff.get(visit.tx(), also).name))
    return tuple(found)


def team_options() -> tuple[Option, ...]:
    """Return all teams by name."""
    return tuple(Option(str(one.id), one.name) for one in teams.listing(visit.tx()))
