"""Who follows a calendar: the company, teams, clients, definitions; and giving it to company and teams."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from crm_entities import company, teams, visibility
from crm_entities.clients import Client
from crm_entities.teams import Team
from engine import definitions
from engine.bpmn import graph
from ledger.transaction import Transaction
from web import languages, visit

SHOWN = 20
"""How many clients are named; the others are only said to be there."""


@dataclass(frozen=True, slots=True)
class Use:
    """Who names a calendar. `clients` are (id, name), `definitions` (key, version, title)."""

    is_company: bool
    teams: Sequence[Team]
    clients: Sequence[tuple[int, str]]
    has_more_clients: bool
    definitions: Sequence[tuple[str, int, str]]


def of(key: str) -> Use:
    """Return who names the calendar `key`, as far as the visitor may see."""
    tx = visit.tx()
    question = select(Client.id, Client.name).where(
        Client.calendar == key, visibility.condition(visit.viewer(), Client)
    )
    found = tx.session.execute(question.order_by(Client.name).limit(SHOWN + 1)).all()
    return Use(
        company.get(tx).calendar == key,
        [team for team in teams.listing(tx) if team.calendar == key],
        [(row.id, row.name) for row in found[:SHOWN]],
        len(found) > SHOWN,
        _definitions(tx, key),
    )


def give(tx: Transaction, key: str, team_ids: Collection[int] | None, *, is_company: bool) -> None:
    """Let the company and exactly these teams follow the calendar `key`; teams stay where None is given.

    Deadlines that already run keep the calendar they began with.
    """
    ours = company.get(tx)
    if (ours.calendar == key) != is_company:
        company.set_up(tx, {"calendar": key if is_company else None})
    for team in teams.listing(tx) if team_ids is not None else ():
        is_wanted = team.id in (team_ids or ())
        if (team.calendar == key) != is_wanted:
            teams.change(tx, team.id, {"calendar": key if is_wanted else None})


def _definitions(tx: Transaction, key: str) -> list[tuple[str, int, str]]:
    return [
        (one.key, one.version, languages.titled(one.titles, one.title))
        for one in definitions.listed(tx)
        if one.state != "retired" and key in _named(definitions.process(tx, one.id))
    ]


def _named(process: graph.Process) -> set[str | None]:
    """Return the calendars that a process names, for itself or for a stage's clock."""
    activities = (one for one in process.elements.values() if isinstance(one, graph.Activity))
    rules = [rule for one in activities for rule in one.clocks]
    whole = [process.case_clock] if process.case_clock else []
    return {process.calendar, *(rule.calendar for rule in (*rules, *whole))}
