"""The record of a segment: clients by conditions in words, under a name that definitions keep to."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities.records import Key, Record
from ledger.base import Base, Json


class Segment(Record, Base):
    """A saved choice of clients, known to definitions as `segment: <key>`.

    `filters` are rows of a filter's name and its value in words, all of which a client fits; `title`
    is shown, by language where it is a mapping; the owner answers for it. A retired one is offered
    nowhere any more.
    """

    __tablename__ = "crm_segment"
    ENTITY: ClassVar[str] = "segment"

    key: Mapped[str] = mapped_column(String(56), unique=True)
    title: Mapped[Any] = mapped_column(Json)
    description: Mapped[str] = mapped_column(Text, default="")
    filters: Mapped[list[list[str]]] = mapped_column(Json)
    owner_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_staff.id"), index=True)
    is_retired: Mapped[bool] = mapped_column(Boolean, default=False)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filters as `filters.conditions` takes them."""
        return [(name, value) for name, value in self.filters]
