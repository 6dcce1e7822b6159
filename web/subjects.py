"""Records by their opaque names: what `deal:17` is called, and where its page is, for those who may see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, g, url_for
from sqlalchemy import select
from sqlalchemy.orm import aliased

from crm_entities import visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from ledger import numbers
from web import visit


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
    seen = visibility.condition(visit.viewer(), Client)
    rows = visit.tx().session.execute(
        select(Client.id, Client.name).where(Client.id.in_(wanted), seen)
    )
    return {
        f"client:{number}": Shown(name, url_for("clients.card", client_id=number), name)
        for number, name in rows
    }


def _deals(wanted: set[int]) -> dict[str, Shown]:
    client = aliased(Client)
    seen = visibility.condition(visit.viewer(), Deal)
    question = select(Deal.id, Deal.title, client.name).where(Deal.id.in_(wanted), seen)
    met = visibility.condition(visit.viewer(), client)
    rows = visit.tx().session.execute(
        question.outerjoin(client, (client.id == Deal.client_id) & met)
    )
    return {
        f"deal:{number}": Shown(title, url_for("deals.card", deal_id=number), name or "")
        for number, title, name in rows
    }
