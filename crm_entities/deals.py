"""Deals: what a client may buy, for how much, when, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, Final

from sqlalchemy import (
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    String,
    Text,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from crm_entities import (
    company,
    custom_fields,
    ownership,
    pipelines,
    records,
    shapes,
    terms,
    visibility,
)
from crm_entities.clients import Client
from crm_entities.records import Customised, Key, Record
from crm_entities.visibility import Owned, Viewer
from ledger import paging
from ledger.base import Amount, Base, Instant
from ledger.paging import Order, Page
from ledger.rejection import invalid
from ledger.transaction import Transaction


class Deal(Record, Owned, Customised, Base):
    """A deal with a client. `state` (open, won, lost) follows from the stage; `probability` is in percent."""

    __tablename__ = "crm_deal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["pipeline", "pipeline_stage"],
            ["crm_pipeline_stage.pipeline", "crm_pipeline_stage.key"],
            deferrable=True,
            initially="DEFERRED",
        ),
        # the columns of a board; the list by last change, page by page
        Index("ix_crm_deal_pipeline", "pipeline", "pipeline_stage", "touched_at"),
        Index("ix_crm_deal_touched_at_id", "touched_at", "id"),
        records.ONCE,
    )
    ENTITY: ClassVar[str] = "deal"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"title", "note", "custom"})
    SILENT: ClassVar[frozenset[str]] = frozenset({"import_id", "stage_since", "closed_at"})

    client_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_client.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    pipeline: Mapped[str] = mapped_column(String(64))
    pipeline_stage: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(8), default="open")
    amount: Mapped[Decimal | None] = mapped_column(Amount)
    currency: Mapped[str] = mapped_column(String(3))
    close_date: Mapped[date | None] = mapped_column(Date)
    probability: Mapped[int | None] = mapped_column(Integer)
    lost_reason: Mapped[str | None] = mapped_column(String(500))
    source: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(Text)
    stage_since: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)

    client: Mapped[Client] = relationship(lazy="raise", viewonly=True)


_ID = Deal.__table__.c.id
_AMOUNT = func.coalesce(Deal.__table__.c.amount, Decimal(0), type_=Amount)
_CLOSES = func.coalesce(Deal.__table__.c.close_date, date.max, type_=Date)
ORDERS: Final[Mapping[str, Order]] = {
    "touched": Order(
        (Deal.__table__.c.touched_at, _ID), "ti", attrgetter("touched_at", "id"), descending=True
    ),
    "title": Order((Deal.__table__.c.title, _ID), "si", attrgetter("title", "id")),
    "amount": Order(
        (_AMOUNT, _ID), "ni", lambda row: (row.amount or Decimal(0), row.id), descending=True
    ),
    "close_date": Order((_CLOSES, _ID), "di", lambda row: (row.close_date or date.max, row.id)),
}


def create(tx: Transaction, values: Mapping[str, Any]) -> Deal:
    """Write a new deal with a client whom the actor may read, owned by the actor unless another owner is named.

    Without a pipeline it goes into the first, without a stage into its first.
    """
    fields = typed(tx, values)
    ownership.of_new(tx, "deal", fields)
    visibility.record(tx, Client, fields["client_id"])
    fields.setdefault("currency", company.get(tx).currency)
    _enter(tx, fields)
    deal = Deal(**fields)
    records.create(tx, deal)
    terms.write(tx, "deal", {deal.id: words(deal)}, is_new=True)
    return deal


def change(
    tx: Transaction, deal_id: int, values: Mapping[str, Any], *, version: int | None = None
) -> Deal:
    """Change fields of a deal; a new stage brings its state and probability with it.

    Raises `Rejection(conflict)` on another's change, `invalid_argument` for a
    stage that the pipeline does not have.
    """
    deal = visibility.record(tx, Deal, deal_id, "record.write")
    fields = typed(tx, values, before=deal)
    if fields.get("owner_id") != deal.owner_id:
        ownership.handed(tx, "deal", fields)
    if fields.get("client_id", deal.client_id) != deal.client_id:
        visibility.record(tx, Client, fields["client_id"])
    is_moved = fields.get("pipeline_stage", deal.pipeline_stage) != deal.pipeline_stage
    if is_moved or fields.get("pipeline", deal.pipeline) != deal.pipeline:
        fields.setdefault("pipeline", deal.pipeline)
        _enter(tx, fields)
    before = words(deal)
    verb = "moved" if is_moved else "changed"
    if records.change(tx, deal, fields, version=version, verb=verb):
        terms.rewrite(tx, "deal", deal.id, before, words(deal))
    return deal


def move(
    tx: Transaction,
    deal_id: int,
    stage: str,
    *,
    lost_reason: str | None = None,
    version: int | None = None,
) -> Deal:
    """Move a deal to another column by hand. A lost one needs its reason: nobody remembers it a month later."""
    deal = visibility.record(tx, Deal, deal_id, "record.write")
    target = pipelines.stage(tx, deal.pipeline, stage)
    values: dict[str, Any] = {"pipeline_stage": stage}
    if lost_reason:
        values["lost_reason"] = lost_reason
    if target.state == "lost" and not (lost_reason or deal.lost_reason):
        raise invalid("Expected a reason why the deal is lost", field="lost_reason")
    return change(tx, deal_id, values, version=version)


def get(tx: Transaction, deal_id: int) -> Deal:
    """Return a deal that the actor may read; its client's card is seen by its own condition."""
    return visibility.record(tx, Deal, deal_id)


def of_client(tx: Transaction, client_id: int) -> Sequence[Deal]:
    """Return the deals of a client that the actor may read, open ones first, then the newest."""
    question = _of_client(visibility.viewer(tx))
    return tx.session.scalars(question, {"client": client_id}).all()


@lru_cache(maxsize=256)
def _of_client(looker: Viewer) -> Select[Deal]:
    is_it = Deal.client_id == bindparam("client")
    question = select(Deal).where(is_it, visibility.condition(looker, Deal))
    return question.order_by(Deal.closed_at.is_not(None), Deal.touched_at.desc(), Deal.id)


def listing(  # noqa: PLR0913  # each filter of the list is one argument
    tx: Transaction,
    *,
    text: str = "",
    pipeline: str | None = None,
    stage: str | None = None,
    state: str | None = None,
    owner_id: int | None = None,
    team_id: int | None = None,
    order: str = "touched",
    after: str | None = None,
    most: int = 50,
) -> Page[Deal]:
    """Return a page of the deals that the actor may read and that pass every filter given."""
    question = select(Deal).where(visibility.condition(visibility.viewer(tx), Deal))
    for column, wanted in (
        (Deal.pipeline, pipeline),
        (Deal.pipeline_stage, stage),
        (Deal.state, state),
        (Deal.owner_id, owner_id),
        (Deal.team_id, team_id),
    ):
        if wanted is not None:
            question = question.where(column == wanted)
    words: list[terms.Wanted] = [(word, terms.SEARCHED) for word in terms.sought(text)]
    words = terms.rarest_first(tx, ["deal"], words).get("deal", words)
    has_all = terms.has_all("deal", Deal.__table__.c.id, [kinds for _, kinds in words])
    question = question.where(*has_all).params(terms.given([word for word, _ in words]))
    way = ORDERS.get(order)
    if way is None:
        raise invalid(
            "Expected an order out of %(orders)s, but got “%(order)s”",
            orders=ORDERS,
            order=order,
            field="order",
        )
    return paging.page(tx, question, way, after=after, most=most)


def typed(tx: Transaction, values: Mapping[str, Any], before: Deal | None = None) -> dict[str, Any]:
    """Return the columns that `values` give, checked; `before` is the deal they change."""
    fields = shapes.load(shapes.DealShape(), values, partial=before is not None)
    if before is None or "custom" in fields:
        given = fields.get("custom", {})
        fields["custom"] = custom_fields.checked(
            tx, "deal", given, None if before is None else before.custom
        )
    if not fields.get("title", "-"):
        raise invalid("Expected a deal to have a title", field="title")
    return fields


def words(deal: Deal) -> dict[str, set[str]]:
    """Return the words under which a deal is found, by kind."""
    return {"name": terms.of_name(deal.title)}


def _enter(tx: Transaction, fields: dict[str, Any]) -> None:
    """Complete `fields` with what follows from the stage they lead to."""
    if "pipeline" not in fields:
        known = pipelines.listing(tx)
        if not known:
            raise invalid("Expected a pipeline for the deal, but none is defined", field="pipeline")
        fields["pipeline"] = known[0].key
    if "pipeline_stage" not in fields:
        fields["pipeline_stage"] = next(
            (one.key for one in pipelines.stages_of(tx, fields["pipeline"])), ""
        )
    stage = pipelines.stage(tx, fields["pipeline"], fields["pipeline_stage"])
    fields["state"] = stage.state
    fields.setdefault("probability", stage.probability)
    fields["stage_since"] = tx.now
    fields["closed_at"] = None if stage.state == "open" else tx.now
