"""Pipelines: the columns a deal moves through, from the first talk to won or lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import rights
from ledger.base import Base, Json
from ledger.event_log import Event
from ledger.rejection import Rejection, invalid, not_found
from ledger.transaction import Transaction

STATES = ("open", "won", "lost")
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Pipeline(Base):
    """A way that deals go; `title` by language where it is a mapping."""

    __tablename__ = "crm_pipeline"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[Any] = mapped_column(Json)
    position: Mapped[int] = mapped_column(Integer, default=0)


class PipelineStage(Base):
    """A column of a pipeline. A deal in it is `open`, `won` or `lost`, and comes true with `probability` percent."""

    __tablename__ = "crm_pipeline_stage"

    pipeline: Mapped[str] = mapped_column(
        String(64), ForeignKey("crm_pipeline.key"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[Any] = mapped_column(Json)
    position: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), default="open")
    probability: Mapped[int] = mapped_column(Integer, default=0)


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage as a command gives it."""

    key: str
    title: str | Mapping[str, str]
    probability: int = 0
    state: str = "open"


def define(
    tx: Transaction, key: str, title: str | Mapping[str, str], stages: Sequence[Stage]
) -> Pipeline:
    """Write a new pipeline with its stages in order; needs `settings.manage`."""
    rights.demand(tx, "settings.manage")
    _check(key, stages)
    if tx.session.get(Pipeline, key) is not None:
        raise Rejection(
            "already_exists",
            "Expected a new key, but there is a pipeline “%(key)s”",
            key=key,
            field="key",
        )
    pipeline = Pipeline(key=key, title=title, position=len(listing(tx)))
    tx.session.add(pipeline)
    tx.session.flush()
    _write(tx, key, stages)
    tx.note(
        Event(kind="pipeline_defined", ref=key, data={"stages": [stage.key for stage in stages]})
    )
    return pipeline


def redefine(
    tx: Transaction, key: str, title: str | Mapping[str, str], stages: Sequence[Stage]
) -> None:
    """Give a pipeline another title and other stages; one in which a deal stands must stay. Needs `settings.manage`."""
    from crm_entities.deals import Deal  # noqa: PLC0415  # deals stand in pipelines

    rights.demand(tx, "settings.manage")
    _check(key, stages)
    pipeline = get(tx, key)
    used = tx.session.scalars(select(Deal.pipeline_stage).where(Deal.pipeline == key).distinct())
    if gone := sorted(set(used) - {stage.key for stage in stages}):
        raise invalid(
            "Expected the stage %(gone)s to stay: there are deals in it",
            gone=gone[0],
            field="stages",
        )
    pipeline.title = title
    for old in stages_of(tx, key):
        tx.session.delete(old)
    tx.session.flush()
    _write(tx, key, stages)
    tx.note(
        Event(kind="pipeline_redefined", ref=key, data={"stages": [stage.key for stage in stages]})
    )


def get(tx: Transaction, key: str) -> Pipeline:
    """Return a pipeline."""
    pipeline = tx.session.get(Pipeline, key)
    if pipeline is None:
        raise not_found("pipeline %(key)s", key=key)
    return pipeline


def listing(tx: Transaction) -> Sequence[Pipeline]:
    """Return all pipelines in their order; the first is where a deal goes that names none."""
    return tx.session.scalars(select(Pipeline).order_by(Pipeline.position, Pipeline.key)).all()


def stages_of(tx: Transaction, key: str) -> Sequence[PipelineStage]:
    """Return the stages of a pipeline from left to right."""
    question = select(PipelineStage).where(PipelineStage.pipeline == key)
    return tx.session.scalars(question.order_by(PipelineStage.position)).all()


def stage(tx: Transaction, pipeline: str, key: str) -> PipelineStage:
    """Return a stage of a pipeline; `invalid_argument` names those that there are."""
    found = tx.session.get(PipelineStage, (pipeline, key))
    if found is None:
        known = ", ".join(one.key for one in stages_of(tx, pipeline))
        raise invalid(
            "Expected a stage of pipeline %(pipeline)s (%(known)s), but got “%(key)s”",
            pipeline=pipeline,
            known=known,
            key=key,
            field="pipeline_stage",
        )
    return found


def _check(key: str, stages: Sequence[Stage]) -> None:
    for one in (key, *(stage.key for stage in stages)):
        if not _KEY.fullmatch(one):
            raise invalid(
                "Expected a key of small letters, digits, - and _, but got “%(one)s”",
                one=one,
                field="key",
            )
    if len({stage.key for stage in stages}) != len(stages) or not stages:
        raise invalid("Expected at least one stage and each key once", field="stages")
    for stage in stages:
        if stage.state not in STATES or not 0 <= stage.probability <= 100:  # noqa: PLR2004  # percent
            raise invalid(
                "Expected stage %(stage)s to be open, won or lost, with 0 to 100 percent",
                stage=stage.key,
                field="stages",
            )


def _write(tx: Transaction, pipeline: str, stages: Sequence[Stage]) -> None:
    certain = {"won": 100, "lost": 0}
    tx.session.add_all(
        PipelineStage(
            pipeline=pipeline,
            key=stage.key,
            title=stage.title,
            position=position,
            state=stage.state,
            probability=certain.get(stage.state, stage.probability),
        )
        for position, stage in enumerate(stages)
    )
    tx.session.flush()
