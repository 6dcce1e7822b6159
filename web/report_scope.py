"""Which measures a report counts: those asked for, without what the reader may not see.

A clock counts for whoever may read the record that its case is about, or in whose teams it was held;
one without a record for whoever may read every report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Table, and_, exists, literal, or_, select
from sqlalchemy.orm import aliased

from crm_entities import rights as record_rights
from crm_entities import visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.staff import StaffMember
from engine.clocks.measures import charged, measures
from web import case_rights, visit
from web.report_filters import NOBODY, Filters

RIGHT = "report.read"
RECORDS: Mapping[str, tuple[type[Deal | Client], Any]] = {
    "deal": (Deal, aliased(Deal)),
    "client": (Client, aliased(Client)),
}
"""What a case may be about, and another name for it: a report may ask for deals besides."""


@dataclass
class Teams:
    """Who is in which team today."""

    of: Mapping[str, int | None] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Teams:
        """Return everybody's team, of those who left too."""
        rows = visit.tx().session.execute(select(StaffMember.id, StaffMember.team_id))
        return cls({f"staff:{number}": team for number, team in rows})

    def members(self, team: int) -> list[str]:
        """Return who is in a team."""
        return [who for who, one in self.of.items() if one == team]


def counted(filters: Filters, *, is_charge: bool = False) -> ColumnElement[bool]:
    """Return the condition on measures that the reader may see and the filters ask for.

    Where charges are counted (`is_charge`), person and team are those charged.
    """
    return and_(
        measures.c.kind == filters.kind,
        measures.c.closed_at >= filters.begin,
        measures.c.closed_at < filters.end,
        *_narrowed(filters, charged if is_charge else measures),
        seen(),
    )


def seen() -> ColumnElement[bool]:
    """Return the condition that leaves the measures that the reader may see; made once a request."""
    if "seen_measures" not in g:
        g.seen_measures = _seen()
    found: ColumnElement[bool] = g.seen_measures
    return found


def _seen() -> ColumnElement[bool]:
    viewer = visit.viewer()
    reach = record_rights.reach(viewer, RIGHT)
    if reach is None:
        return literal(value=False)
    ways: list[ColumnElement[bool]] = [measures.c.holder.in_(case_rights.colleagues())]
    for name, (entity, record) in RECORDS.items():
        if visibility.sees_all(visit.tx(), viewer, entity):
            ways.append(measures.c.about == name)
            continue
        known = record.id == measures.c.about_id
        found = exists().where(known, visibility.condition(viewer, record))
        ways.append(and_(measures.c.about == name, found))
    if reach == "all":
        ways.append(measures.c.about.is_(None))
    return or_(*ways)


def _narrowed(filters: Filters, held: Table) -> list[ColumnElement[bool]]:
    who = held.c.holder
    found: list[ColumnElement[bool]] = []
    if filters.key:
        found.append(measures.c.key == filters.key)
    if filters.element:
        found.append(measures.c.element == filters.element)
    if filters.person == NOBODY:
        found.append(or_(who.is_(None), who == ""))
    elif filters.person:
        found.append(who == filters.person)
    if filters.team is not None:
        found.append(held.c.team == f"team:{filters.team}")
    if filters.client is not None:
        deals = select(Deal.id).where(Deal.client_id == filters.client)
        is_client = (measures.c.about == "client") & (measures.c.about_id == filters.client)
        found.append(is_client | ((measures.c.about == "deal") & measures.c.about_id.in_(deals)))
    return found
