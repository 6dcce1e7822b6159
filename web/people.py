"""Lists of colleagues to choose from."""

from __future__ import annotations

from crm_entities import absences, staff, teams
from web import shown, visit
from web.fields import Option
from web.speech import gettext


def options(*, prefix: str = "staff:", also: int | None = None) -> tuple[Option, ...]:
    """Return the active staff by name; `prefix` is what stands before the number in the value.

    `also` is somebody who must not get lost by a form that is sent again: he
    is in the list even if he has left.
    """
    found = [Option(f"{prefix}{one.id}", one.name) for one in staff.listing(visit.tx())]
    if also is not None and f"{prefix}{also}" not in {one.value for one in found}:
        found.append(Option(f"{prefix}{also}", staff.get(visit.tx(), also).name))
    return tuple(found)


def receivers() -> tuple[Option, ...]:
    """Return the active staff, to give a task to; of who is away it is said who gets it instead."""
    tx = visit.tx()
    names = {one.id: one.name for one in staff.listing(tx)}
    acting = absences.stand_ins(tx, names, tx.now)
    return tuple(
        Option(f"staff:{one}", _with_stand_in(name, names.get(acting[one], name)))
        for one, name in names.items()
    )


def _with_stand_in(name: str, acting: str) -> str:
    if acting == name:
        return name
    return gettext("%(name)s (away: %(acting)s)", name=name, acting=acting)


def holder(person: str, holds: str | None) -> str:
    """Name who got a task that was given to `person`: himself, or who stands in for him."""
    if holds is None or holds == person:
        return shown.who(person)
    return gettext(
        "%(who)s, who stands in for %(away)s", who=shown.who(holds), away=shown.who(person)
    )


def team_options() -> tuple[Option, ...]:
    """Return all teams by name."""
    return tuple(Option(str(one.id), one.name) for one in teams.listing(visit.tx()))
