"""Records by their opaque names: what `deal:17` is called, and where its page is, for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import Flask, g
from sqlalchemy import Select, bindparam, select

from crm_entities import visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.visibility import Viewer
from ledger import numbers
from web import addresses, visit


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as a line shows it; `url` is None where the visitor may not see the record."""

    title: str
    url: str | None
    client: str = ""


def init_app(app: Flask) -> None:
    """Give `subject_of` to the templates of `app`."""
    app.jinja_env.globals["subject_of"] = of


def gather(subjects: Iterable[str | None]) -> None:
    """Fetch what many subjects are called: one statement for the clients, one for the deals."""
    missing = {subject for subject in subjects if subject} - _known().keys()
    for entity, fetch in (("client", _clients), ("deal", _deals)):
        named = (one.partition(":")[2] for one in missing if one.startswith(f"{entity}:"))
        wanted = {number for one in named if (number := numbers.of_record(one)) is not None}
        if wanted:
            _known().update(fetch(wanted))
    for subject in missing:
        _known().setdefault(subject, Shown(f"#{subject.partition(':')[2]}", None))


def of(subject: str | None) -> Shown | None:
    """Return how a subject is shown; None where there is none."""
    if not subject:
        return None
    gather([subject])
    return _known()[subject]


def _known() -> dict[str, Shown]:
    if "subjects" not in g:
        g.subjects = {}
    known: dict[str, Shown] = g.subjects
    return known


def _clients(wanted: set[int]) -> dict[str, Shown]:
    rows = visit.tx().session.execute(_named_clients(visit.viewer()), {"numbers": list(wanted)})
    cards = addresses.folder("clients.card", "client_id")
    return {f"client:{number}": Shown(name, f"{cards}{number}", name) for number, name in rows}


def _deals(wanted: set[int]) -> dict[str, Shown]:
    rows = visit.tx().session.execute(_named_deals(visit.viewer()), {"numbers": list(wanted)})
    cards = addresses.folder("deals.card", "deal_id")
    return {
        f"deal:{number}": Shown(title, f"{cards}{number}", name or "")
        for number, title, name in rows
    }


# Kept for each who looks: building them costs more than asking them.
@lru_cache(maxsize=256)
def _named_clients(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    is_one = Client.id.in_(bindparam("numbers", expanding=True))
    return select(Client.id, Client.name).where(is_one, visibility.condition(viewer, Client))


@lru_cache(maxsize=256)
def _named_deals(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    is_one = Deal.id.in_(bindparam("numbers", expanding=True))
    is_met = (Client.id == Deal.client_id) & visibility.condition(viewer, Client)
    question = select(Deal.id, Deal.title, Client.name).outerjoin(Client, is_met)
    return question.where(is_one, visibility.condition(viewer, Deal))
