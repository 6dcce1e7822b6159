"""Import runs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities.records import Key, Numbered
from ledger.base import Base, Instant, Json


class Import(Numbered, Base):
    """One file on its way into the records.

    `state` goes prepared → running → announcing → done → undoing → undone; a
    prepared one may be `dropped`. `position` counts the rows of the file that
    the present state is through with.
    """

    __tablename__ = "crm_import"

    entity: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="prepared", index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(64))
    plan: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    total: Mapped[int] = mapped_column(Integer, default=0)
    position: Mapped[int] = mapped_column(Integer, default=0)
    counts: Mapped[dict[str, int]] = mapped_column(Json, default=dict)


class FilePart(Base):
    """A piece of an import's file, in order."""

    __tablename__ = "crm_import_part"

    import_id: Mapped[int] = mapped_column(Key, primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
