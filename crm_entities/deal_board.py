"""The board of a pipeline: its columns, the newest deals of each, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, func, select, union_all

from crm_entities import pipelines, visibility
from crm_entities.deals import Deal
from crm_entities.staff import StaffMember
from crm_entities.visibility import Viewer
from ledger.base import Amount
from ledger.transaction import Transaction

COUNTED = 500
"""So many deals of a column are counted and summed; of more it is only known that there are more."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: its stage and its newest deals; of all of them the number and the sums by currency.

    Where `has_more` than are counted, there are no sums. Its rows have what a card shows: `id`, `title`,
    `client_id`, `pipeline_stage`, `amount`, `currency`, `close_date`, `version` and the name of the `owner`.
    """

    stage: pipelines.PipelineStage
    deals: Sequence[Row[Any]]
    count: int
    has_more: bool
    sums: Mapping[str, Decimal]


def columns(
    tx: Transaction, pipeline: str, *, owner_id: int | None = None, most: int = 20
) -> list[Column]:
    """Return the columns of a pipeline with what the actor may read: two statements, whatever the number of columns."""
    stages = pipelines.stages_of(tx, pipeline)
    keys = tuple(stage.key for stage in stages)
    if not keys:
        return []
    looker, is_own = visibility.viewer(tx), owner_id is not None
    given = {"pipeline": pipeline, "owner": owner_id, "most": most, "counted": COUNTED + 1}
    cards: dict[str, list[Row[Any]]] = {}
    for deal in tx.session.execute(_newest(looker, keys, is_own=is_own), given):
        cards.setdefault(deal.pipeline_stage, []).append(deal)
    totals: dict[str, dict[str, tuple[int, Decimal]]] = {}
    for key, currency, count, amount in tx.session.execute(
        _totals(looker, keys, is_own=is_own), given
    ):
        totals.setdefault(key, {})[currency] = (count, amount or Decimal(0))
    return [_column(stage, cards.get(stage.key, []), totals.get(stage.key, {})) for stage in stages]


def _column(
    stage: pipelines.PipelineStage,
    cards: Sequence[Row[Any]],
    totals: Mapping[str, tuple[int, Decimal]],
) -> Column:
    count = sum(count for count, _ in totals.values())
    if count > COUNTED:
        return Column(stage, cards, COUNTED, has_more=True, sums={})
    sums = {currency: amount for currency, (_, amount) in sorted(totals.items())}
    return Column(stage, cards, count, has_more=False, sums=sums)


# Each column by itself, so that its index gives the newest at once, however many deals it holds.
@lru_cache(maxsize=256)
def _newest(looker: Viewer, stages: tuple[str, ...], *, is_own: bool) -> Select[*tuple[Any, ...]]:
    shown = (
        "id", "title", "client_id", "owner_id", "pipeline_stage", "amount", "currency",
        "close_date", "version", "touched_at",
    )  # fmt: skip
    newest = select(*(getattr(Deal, name) for name in shown))
    newest = newest.order_by(Deal.touched_at.desc(), Deal.id.desc()).limit(bindparam("most"))
    each = [newest.where(*_seen(looker, key, is_own=is_own)).subquery() for key in stages]
    cards = union_all(*(select(one) for one in each)).subquery()
    question = select(cards, StaffMember.name.label("owner"))
    question = question.outerjoin(StaffMember, StaffMember.id == cards.c.owner_id)
    return question.order_by(cards.c.touched_at.desc(), cards.c.id.desc())


@lru_cache(maxsize=256)
def _totals(looker: Viewer, stages: tuple[str, ...], *, is_own: bool) -> Select[*tuple[Any, ...]]:
    some = select(Deal.pipeline_stage, Deal.currency, Deal.amount).limit(bindparam("counted"))
    each = [some.where(*_seen(looker, key, is_own=is_own)).subquery() for key in stages]
    deals = union_all(*(select(one) for one in each)).subquery()
    found = deals.c
    sums = func.sum(found.amount, type_=Amount)
    question = select(found.pipeline_stage, found.currency, func.count(), sums)
    return question.group_by(found.pipeline_stage, found.currency)


def _seen(looker: Viewer, stage: str, *, is_own: bool) -> list[ColumnElement[bool]]:
    found = [
        visibility.condition(looker, Deal),
        Deal.pipeline == bindparam("pipeline"),
        Deal.pipeline_stage == stage,
    ]
    return [*found, Deal.owner_id == bindparam("owner")] if is_own else found
