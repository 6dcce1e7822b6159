"""Bytes of files, kept once by their hash in the database, so that a backup, a restore and a transaction hold them.

A directory or an object store may stand behind the same functions.
"""

from __future__ import annotations

import hashlib
from typing import Final

from sqlalchemy import (
    Integer,
    LargeBinary,
    String,
    delete,
    insert,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from ledger.base import Base
from ledger.transaction import Transaction

CHUNK: Final = 256 * 1024


class ContentPart(Base):
    """A piece of a file's bytes, in order; all pieces of one hash together are the file."""

    __tablename__ = "crm_content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


def keep(tx: Transaction, content: bytes) -> str:
    """Keep bytes, unless they are kept already, and return their SHA-256 in hexadecimal."""
    sha256 = hashlib.sha256(content).hexdigest()
    table = ContentPart.__table__
    tx.take_turn(f"content {sha256}")
    if tx.execute(select(table.c.part).where(table.c.sha256 == sha256).limit(1)).first() is None:
        pieces = range(0, max(len(content), 1), CHUNK)
        rows = [
            {"sha256": sha256, "part": number, "content": content[start : start + CHUNK]}
            for number, start in enumerate(pieces)
        ]
        tx.execute(insert(ContentPart), rows)
    return sha256


def read(tx: Transaction, sha256: str) -> bytes:
    """Return the bytes with that hash; none where they are not kept."""
    question = select(ContentPart.content).where(ContentPart.sha256 == sha256)
    return b"".join(tx.execute(question.order_by(ContentPart.part)).scalars())


def drop(tx: Transaction, sha256: str) -> None:
    """Forget the bytes with that hash."""
    tx.take_turn(f"content {sha256}")
    tx.execute(delete(ContentPart).where(ContentPart.sha256 == sha256))
