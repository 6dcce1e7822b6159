"""The list of clients: filtered, sorted and paged, with what a line shows and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm_entities import terms, visibility
from crm_entities.clients import Client
from crm_entities.staff import StaffMember
from crm_entities.terms import Kinds
from crm_entities.visibility import Viewer
from ledger import paging
from ledger.paging import Order, Page
from ledger.rejection import invalid
from ledger.transaction import Transaction

_ID = Client.__table__.c.id
_NAME, _STATUS = Client.__table__.c.name, Client.__table__.c.status
_TOUCHED = Client.__table__.c.touched_at
ORDERS: Final[Mapping[str, Order]] = {
    "name": Order((_NAME, _ID), "si", attrgetter("name", "id")),
    "touched": Order((_TOUCHED, _ID), "ti", attrgetter("touched_at", "id"), descending=True),
    "created": Order((_ID,), "i", lambda row: (row.id,), descending=True),
    "status": Order((_STATUS, _NAME, _ID), "ssi", attrgetter("status", "name", "id")),
}
_FILTERS: Final[Mapping[str, InstrumentedAttribute[Any]]] = {
    "status": Client.status,
    "owner_id": Client.owner_id,
    "team_id": Client.team_id,
    "source": Client.source,
    "country": Client.country,
}


def listing(  # noqa: PLR0913  # each filter of the list is one argument
    tx: Transaction,
    *,
    text: str = "",
    status: str | None = None,
    owner_id: int | None = None,
    team_id: int | None = None,
    tag: str | None = None,
    source: str | None = None,
    country: str | None = None,
    among: Sequence[ColumnElement[bool]] = (),
    order: str = "name",
    after: str | None = None,
    most: int = 50,
) -> Page[Row[Any]]:
    """Return a page of the clients that the actor may read and that pass every filter given.

    `among` are further conditions, such as those of a segment. Its rows
    have what a list shows: `id`, `name`, `status`, `city`,
    `last_contact_at`, `touched_at` and the name of the `owner`.
    """
    values = {
        "status": status, "owner_id": owner_id, "team_id": team_id,
        "source": source, "country": country,
    }  # fmt: skip
    wanted = {name: value for name, value in values.items() if value is not None}
    words: list[terms.Wanted] = [(word, terms.SEARCHED) for word in terms.sought(text)]
    words = terms.rarest_first(tx, ["client"], words).get("client", words)
    way = _order(order)
    kinds = tuple(kinds for _, kinds in words)
    looker = visibility.viewer(tx)
    question = _listing(looker, tuple(wanted), kinds, order, is_behind=after is not None)
    if tag is not None:
        question = question.where(Client.id.in_(terms.exactly("client", "tag", terms.folded(tag))))
    question = question.where(*among)
    given = wanted | terms.given([word for word, _ in words]) | paging.given(way, after, most)
    return paging.cut(way, tx.session.execute(question, given).all(), most)


@lru_cache(maxsize=512)
def _listing(
    looker: Viewer,
    filters: tuple[str, ...],
    words: tuple[Kinds, ...],
    order: str,
    *,
    is_behind: bool,
) -> Select[*tuple[Any, ...]]:
    """Return the question of a list, kept for each who looks: building it costs more than asking it."""
    question = select(
        Client.id, Client.name, Client.status, Client.city, Client.last_contact_at,
        Client.touched_at, StaffMember.name.label("owner"),
    ).outerjoin(StaffMember, StaffMember.id == Client.owner_id)  # fmt: skip
    question = question.where(
        visibility.condition(looker, Client),
        *(_FILTERS[name] == bindparam(name) for name in filters),
        *terms.has_all("client", Client.__table__.c.id, words),
    )
    return paging.ordered(question, ORDERS[order], is_behind=is_behind)


def _order(name: str) -> Order:
    if name not in ORDERS:
        raise invalid(
            "Expected an order out of %(orders)s, but got “%(name)s”",
            orders=ORDERS,
            name=name,
            field="order",
        )
    return ORDERS[name]


def count(
    tx: Transaction,
    *,
    status: str | None = None,
    among: Sequence[ColumnElement[bool]] = (),
    ceiling: int = 1000,
) -> int:
    """Return how many clients the actor may read that fit, counted no further than `ceiling`."""
    if among:
        return tx.session.scalar(_few(tx, status, among, ceiling)) or 0
    question = _counted(visibility.viewer(tx), has_status=status is not None)
    return tx.session.scalar(question, {"status": status, "ceiling": ceiling}) or 0


def _few(
    tx: Transaction, status: str | None, among: Sequence[ColumnElement[bool]], ceiling: int
) -> Select[int]:
    question = select(Client.id).where(visibility.condition(visibility.viewer(tx), Client), *among)
    if status is not None:
        question = question.where(Client.status == status)
    return select(func.count()).select_from(question.limit(ceiling).subquery())


@lru_cache(maxsize=256)
def _counted(looker: Viewer, *, has_status: bool) -> Select[int]:
    question = select(Client.id).where(visibility.condition(looker, Client))
    if has_status:
        question = question.where(Client.status == bindparam("status"))
    few = question.limit(bindparam("ceiling")).subquery()
    return select(func.count()).select_from(few)
