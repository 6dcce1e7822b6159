"""Templates of documents, by a key that processes name; the newest upload is what is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import document_kinds, records
from crm_entities.records import Record
from ledger.base import Base
from ledger.event_log import Event
from ledger.rejection import invalid, not_found
from ledger.transaction import Transaction

KEY = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class DocumentTemplate(Record, Base):
    """A document with gaps, uploaded by an administrator. `name` is that of its file."""

    __tablename__ = "crm_document_template"
    __table_args__ = records.ONCE
    ENTITY: ClassVar[str] = "document_template"
    SILENT: ClassVar[frozenset[str]] = frozenset({"content"})

    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(document_kinds.LONGEST_NAME))
    content: Mapped[bytes] = mapped_column(LargeBinary)


def put(tx: Transaction, key: str, name: str, content: bytes) -> DocumentTemplate:
    """Keep a template under `key`; one that is there already is replaced. The caller has compiled it.

    Raises Rejection(invalid_argument) for a key or a file that cannot be.
    """
    if not KEY.fullmatch(key):
        raise invalid(
            "Expected a key of small letters, digits, - and _ such as offer-letter, but got %(key)s",
            key=key or "–",
            field="key",
        )
    name = document_kinds.checked_name(name)
    document_kinds.checked(name, content)
    known = tx.session.scalars(select(DocumentTemplate).where(DocumentTemplate.key == key)).first()
    if known is None:
        known = DocumentTemplate(key=key, name=name, content=content)
        records.create(tx, known)
    else:
        records.change(tx, known, {"name": name, "content": content}, verb="replaced")
    return known


def get(tx: Transaction, template_id: int) -> DocumentTemplate:
    """Return a template by its number. Raises Rejection(not_found)."""
    found = tx.session.get(DocumentTemplate, template_id)
    if found is None:
        raise not_found("document template %(key)s", key=template_id)
    return found


def by_key(tx: Transaction, key: str) -> DocumentTemplate:
    """Return the template that processes know as `key`. Raises Rejection(not_found)."""
    found = tx.session.scalars(select(DocumentTemplate).where(DocumentTemplate.key == key)).first()
    if found is None:
        raise not_found("document template %(key)s", key=key)
    return found


def listing(tx: Transaction) -> Sequence[DocumentTemplate]:
    """Return all templates by key."""
    return tx.session.scalars(select(DocumentTemplate).order_by(DocumentTemplate.key)).all()


def remove(tx: Transaction, template_id: int) -> None:
    """Remove a template; processes that name it run into an incident. Raises Rejection(not_found)."""
    found = get(tx, template_id)
    tx.session.delete(found)
    tx.session.flush()
    tx.note(Event("document_template_removed", subject=found.subject, data={"key": found.key}))
