"""Documents: files with versions that belong to a client, a deal or a case; kept by hash, handed out as attachments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, ForeignKey, Integer, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import contents, document_kinds, records, visibility
from crm_entities.clients import Client
from crm_entities.deals import Deal
from crm_entities.records import Key, Record
from crm_entities.visibility import Dependent
from ledger.base import Base, Instant
from ledger.event_log import Event
from ledger.rejection import invalid, not_found
from ledger.transaction import Transaction


class Document(Record, Dependent, Base):
    """A file. It is seen by whoever sees its deal or client, and by whoever the process shows its case or task to.

    `case` and `task` are names of the engine (`case:9`, `task:42`) that this
    room does not read.
    """

    __tablename__ = "crm_document"
    __table_args__ = records.ONCE
    ENTITY: ClassVar[str] = "document"
    PERSONAL: ClassVar[frozenset[str]] = frozenset({"name"})

    name: Mapped[str] = mapped_column(String(document_kinds.LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    number: Mapped[int] = mapped_column(Integer, default=1)
    client_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_client.id"), index=True)
    deal_id: Mapped[int | None] = mapped_column(Key, ForeignKey("crm_deal.id"), index=True)
    case: Mapped[str | None] = mapped_column(String(64), index=True)
    task: Mapped[str | None] = mapped_column(String(64))

    @classmethod
    def parents(cls) -> Sequence[tuple[ColumnElement[Any], type[Record]]]:
        columns = cls.__table__.c
        return [(columns.deal_id, Deal), (columns.client_id, Client)]


class DocumentVersion(Base):
    """What a document was before: the newest version stands in the document itself too."""

    __tablename__ = "crm_document_version"

    document_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(document_kinds.LONGEST_NAME))
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(64))


def add(
    tx: Transaction,
    name: str,
    content: bytes,
    *,
    subject: str | None = None,
    case: str | None = None,
    task: str | None = None,
) -> Document:
    """Keep a file under a record (`client:3`, `deal:17`), a case, or both.

    Without a case the actor needs `record.write` on the record. With one the
    caller has asked whether the actor may act there, and tells the case's history.
    Raises Rejection: invalid_argument for a file that may not be kept.
    """
    name = document_kinds.checked_name(name)
    media_type = document_kinds.checked(name, content)
    client_id, deal_id = _place(tx, subject, is_asked=case is None)
    document = Document(
        name=name,
        media_type=media_type,
        size=len(content),
        sha256=contents.keep(tx, content),
        number=1,
        client_id=client_id,
        deal_id=deal_id,
        case=case,
        task=task,
    )
    records.create(tx, document)
    _keep_version(tx, document)
    if case is None:
        told = {"name": (None, name)}
        tx.note(Event("document_added", subject=subject, ref=document.subject, values=told))
    return document


def replace(
    tx: Transaction, document: Document, name: str, content: bytes, *, version: int | None = None
) -> Document:
    """Put a newer version in the place of the present one, which is kept; the caller has asked for the right."""
    name = document_kinds.checked_name(name)
    fields = {
        "name": name,
        "media_type": document_kinds.checked(name, content),
        "size": len(content),
        "sha256": contents.keep(tx, content),
    }
    if records.change(tx, document, fields, version=version, verb="replaced"):
        document.number += 1
        tx.session.flush()
        _keep_version(tx, document)
    return document


def get(tx: Transaction, document_id: int) -> Document:
    """Return a document whose deal or client the actor may read."""
    return visibility.record(tx, Document, document_id)


def in_case(tx: Transaction, document_id: int, case: str) -> Document:
    """Return a document of a case that the caller may show. Raises Rejection(not_found)."""
    found = tx.session.get(Document, document_id)
    if found is None or found.case != case:
        raise not_found("document %(document)s", document=document_id)
    return found


def of_client(tx: Transaction, client_id: int, *, most: int = 100) -> Sequence[Document]:
    """Return a client's documents that the actor may read, those of its deals too, newest first."""
    return _listed(tx, Document.client_id == client_id, most)


def of_deal(tx: Transaction, deal_id: int, *, most: int = 100) -> Sequence[Document]:
    """Return a deal's documents that the actor may read, newest first."""
    return _listed(tx, Document.deal_id == deal_id, most)


def of_case(tx: Transaction, case: str, *, most: int = 100) -> Sequence[Document]:
    """Return the documents of a case that the caller may show, newest first."""
    question = select(Document).where(Document.case == case)
    return tx.session.scalars(question.order_by(Document.id.desc()).limit(most)).all()


def versions(tx: Transaction, document: Document) -> Sequence[DocumentVersion]:
    """Return every version of a document, newest first."""
    question = select(DocumentVersion).where(DocumentVersion.document_id == document.id)
    return tx.session.scalars(question.order_by(DocumentVersion.number.desc())).all()


def content(tx: Transaction, document: Document, number: int | None = None) -> bytes:
    """Return the bytes of a document, or of an older version of it. Raises Rejection(not_found)."""
    if number is None or number == document.number:
        return contents.read(tx, document.sha256)
    found = tx.session.get(DocumentVersion, (document.id, number))
    if found is None:
        raise not_found(
            "version %(number)s of document %(document)s", number=number, document=document.id
        )
    return contents.read(tx, found.sha256)


def remove(tx: Transaction, document: Document) -> None:
    """Remove a document with its versions; its bytes go where nothing else holds the same. The caller has asked."""
    if tx.actor.startswith("staff:") and tx.actor != document.created_by:
        visibility.record(tx, Document, document.id, "record.write")
    gone = {each.sha256 for each in versions(tx, document)}
    tx.execute(delete(DocumentVersion).where(DocumentVersion.document_id == document.id))
    tx.session.delete(document)
    tx.session.flush()
    for sha256 in gone:
        used = select(func.count()).where(DocumentVersion.sha256 == sha256)
        if not tx.execute(used).scalar_one():
            contents.drop(tx, sha256)
    tx.note(Event("document_removed", subject=document.subject))


def _place(
    tx: Transaction, subject: str | None, *, is_asked: bool
) -> tuple[int | None, int | None]:
    """Return the client and the deal that a subject stands for."""
    kind, _, number = (subject or "").partition(":")
    if kind == "deal":
        deal = _record(tx, Deal, int(number), is_asked=is_asked)
        return deal.client_id, deal.id
    if kind == "client":
        return _record(tx, Client, int(number), is_asked=is_asked).id, None
    if is_asked:
        raise invalid("Expected a client or a deal that the file belongs to", field="subject")
    return None, None


def _record(tx: Transaction, entity: type[Any], number: int, *, is_asked: bool) -> Any:
    if is_asked:
        return visibility.record(tx, entity, number, "record.write")
    found = tx.session.get(entity, number)
    if found is None:
        raise not_found("%(entity)s %(number)s", entity=entity.ENTITY, number=number)
    return found


def _keep_version(tx: Transaction, document: Document) -> None:
    tx.session.add(
        DocumentVersion(
            document_id=document.id,
            number=document.number,
            name=document.name,
            media_type=document.media_type,
            size=document.size,
            sha256=document.sha256,
            at=tx.now,
            by=tx.actor,
        )
    )
    tx.session.flush()


def _listed(tx: Transaction, is_wanted: ColumnElement[bool], most: int) -> Sequence[Document]:
    seen = visibility.condition(visibility.viewer(tx), Document)
    question = select(Document).where(is_wanted, seen)
    return tx.session.scalars(question.order_by(Document.id.desc()).limit(most)).all()
