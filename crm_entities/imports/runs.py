"""An import's life: prepared, written in batches that nobody sees, shown at once, undone where that is wished."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from crm_entities import records, rights, staff
from crm_entities.imports import reading, targets
from crm_entities.imports.reading import Format, Sheet
from crm_entities.records import Key, Numbered
from ledger.base import Base, Instant, Json, Spoken
from ledger.event_log import Event
from ledger.rejection import forbidden, invalid, invalid_state, not_found
from ledger.transaction import Transaction

BATCH: Final = 500
"""Rows written, told or taken back in one transaction."""
CHUNK: Final = 256 * 1024
NEXT: Final[Mapping[str, frozenset[str]]] = {
    "prepared": frozenset({"running", "dropped"}),
    "running": frozenset({"announcing", "undoing"}),
    "announcing": frozenset({"done"}),
    "done": frozenset({"undoing"}),
    "undoing": frozenset({"undone"}),
    "undone": frozenset(),
    "dropped": frozenset(),
}
UNFINISHED: Final = ("running", "announcing", "undoing")


class Import(Numbered, Base):
    """One file on its way into the records.

    `plan` holds the format, the mapping and the choices; `position` is how far
    the present state has come: the rows of the file, or the last record told
    or taken back. Rows of a `running` or `undoing` import are hidden from everybody.
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
    position: Mapped[int] = mapped_column(Key, default=0)
    written: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    kept: Mapped[int] = mapped_column(Integer, default=0)


class FilePart(Base):
    """A piece of an import's file, in order."""

    __tablename__ = "crm_import_part"

    import_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_import.id"), primary_key=True)
    part: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportRemark(Numbered, Base):
    """Why a row was rejected (`subject` null), or why a record of the import was kept when it was undone."""

    __tablename__ = "crm_import_remark"
    __table_args__ = (Index("ix_crm_import_remark_import_id", "import_id", "row"), records.ONCE)

    import_id: Mapped[int] = mapped_column(Key, ForeignKey("crm_import.id"))
    row: Mapped[int | None] = mapped_column(Integer)
    subject: Mapped[str | None] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Spoken)


class ImportMapping(Base):
    """How the columns of files with these titles were mapped the last time."""

    __tablename__ = "crm_import_mapping"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    mapping: Mapped[dict[str, str]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
    by: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: `done` of `total` rows in this `state`; nothing is left to do where `is_over`."""

    state: str
    done: int
    total: int

    @property
    def is_over(self) -> bool:
        """Say whether no batch is left."""
        return self.state not in UNFINISHED


def prepare(
    tx: Transaction,
    entity: str,
    name: str,
    content: bytes,
    *,
    wanted: Format | None = None,
    sheet: Sheet | None = None,
) -> Import:
    """Keep a file for an import of `entity` (client or contact), not yet begun; needs `record.import`.

    `sheet` is what `reading.read` made of the file before: a large one takes
    seconds, in which nobody should wait for this transaction. Raises
    `Rejection(invalid_argument)` where the file cannot be read.
    """
    rights.demand(tx, "record.import", entity)
    targets.of_entity(tx, entity)
    sheet = reading.read(name, content, wanted) if sheet is None else sheet
    run = Import(
        entity=entity,
        name=name[-255:],
        sha256=hashlib.sha256(content).hexdigest(),
        at=tx.now,
        by=tx.actor,
        plan={"format": asdict(sheet.format)},
        total=len(sheet.rows),
    )
    tx.session.add(run)
    tx.session.flush()
    for part, start in enumerate(range(0, len(content), CHUNK)):
        row = {"import_id": run.id, "part": part, "content": content[start : start + CHUNK]}
        tx.session.execute(insert(FilePart), row)
    tx.note(
        Event(
            kind="import_prepared",
            ref=f"import:{run.id}",
            data={"entity": entity, "rows": run.total},
        )
    )
    return run


def begin(
    tx: Transaction,
    import_id: int,
    mapping: Mapping[int, str],
    *,
    duplicates: str = "skip",
    order: str | None = None,
) -> Import:
    """Decide how the file is read, and remember it for files with the same titles; the rows follow in batches.

    `duplicates`: `skip` rejects a row whose number, tax number or mail is
    known already, `write` writes it all the same. `order` (dmy, mdy) settles
    dates that could be either.
    """
    run = get(tx, import_id, lock=True)
    if duplicates not in ("skip", "write") or order not in (None, "dmy", "mdy"):
        raise invalid("Expected duplicates to be skip or write, and order dmy or mdy")
    go_on(run, "running")
    kept = {str(index): target for index, target in mapping.items()}
    run.plan = {**run.plan, "mapping": kept, "duplicates": duplicates, "order": order}
    _remember(tx, run, kept)
    tx.session.flush()
    tx.note(
        Event(
            kind="import_started",
            ref=f"import:{run.id}",
            data={"rows": run.total, "duplicates": duplicates},
        )
    )
    return run


def drop(tx: Transaction, import_id: int) -> None:
    """Forget a prepared import and its file."""
    run = get(tx, import_id, lock=True)
    go_on(run, "dropped")
    tx.session.execute(delete(FilePart).where(FilePart.import_id == run.id))
    tx.note(Event(kind="import_dropped", ref=f"import:{run.id}"))


def take_back(tx: Transaction, import_id: int) -> Import:
    """Begin to undo an import that is done, or one that is still being written; its rows vanish at once."""
    run = get(tx, import_id, lock=True)
    go_on(run, "undoing")
    tx.session.flush()
    tx.note(Event(kind="import_undo_started", ref=f"import:{run.id}"))
    return run


def get(tx: Transaction, import_id: int, *, lock: bool = False) -> Import:
    """Return an import: one's own, or anybody's where `record.import` reaches to all."""
    looker = rights.demand(tx, "record.import")
    question = select(Import).where(Import.id == import_id)
    if lock:
        question = question.with_for_update().execution_options(populate_existing=True)
    run = tx.session.scalar(question)
    if run is None:
        raise not_found("import %(number)s", number=import_id)
    if run.by != tx.actor and rights.reach(looker, "record.import") != "all":
        raise forbidden(
            "Expected whoever began import %(number)s, which is %(who)s",
            number=import_id,
            who=staff.name_of(tx, run.by),
        )
    return run


def listing(tx: Transaction, *, most: int = 50) -> Sequence[Import]:
    """Return the newest imports that the actor may look at."""
    looker = rights.demand(tx, "record.import")
    question = select(Import).where(Import.state != "dropped")
    if rights.reach(looker, "record.import") != "all":
        question = question.where(Import.by == tx.actor)
    return tx.session.scalars(question.order_by(Import.id.desc()).limit(most)).all()


def unfinished(tx: Transaction) -> Sequence[Import]:
    """Return the imports that stopped on their way, oldest first: each goes on where it was."""
    return tx.session.scalars(
        select(Import).where(Import.state.in_(UNFINISHED)).order_by(Import.id)
    ).all()


def remembered(tx: Transaction, entity: str, titles: Sequence[str]) -> dict[int, str] | None:
    """Return how files with these titles were mapped the last time, or None."""
    known = tx.session.get(ImportMapping, targets.fingerprint(entity, titles))
    return (
        None if known is None else {int(index): target for index, target in known.mapping.items()}
    )


def remarks(tx: Transaction, import_id: int, *, most: int = 1000) -> Sequence[ImportRemark]:
    """Return why rows were rejected, or records kept, in the order of the file."""
    run = get(tx, import_id)
    question = select(ImportRemark).where(ImportRemark.import_id == run.id)
    return tx.session.scalars(
        question.order_by(ImportRemark.row, ImportRemark.id).limit(most)
    ).all()


def sheet(tx: Transaction, run: Import) -> Sheet:
    """Return the table of an import's file, read once per process as long as it is worked on."""
    return tx.store.remembered(
        ("import", run.id), lambda: reading.read(run.name, content(tx, run), _format(run))
    )


def content(tx: Transaction, run: Import) -> bytes:
    """Return an import's file as it came."""
    parts = tx.session.scalars(
        select(FilePart.content).where(FilePart.import_id == run.id).order_by(FilePart.part)
    ).all()
    found = b"".join(parts)
    if hashlib.sha256(found).hexdigest() != run.sha256:
        raise invalid_state(
            "Expected the file of import %(run)s, but it is not kept any more", run=run.id
        )
    return found


def go_on(run: Import, state: str) -> None:
    """Take the next step of an import's life; raises `Rejection(invalid_state)` where there is no such step."""
    if state not in NEXT[run.state]:
        raise invalid_state(
            "Expected import %(run)s to be one that can become %(wanted)s, but it is %(state)s",
            run=run.id,
            wanted=state,
            state=run.state,
        )
    run.state, run.position = state, 0


def _format(run: Import) -> Format:
    return Format(**run.plan["format"])


def _remember(tx: Transaction, run: Import, mapping: Mapping[str, str]) -> None:
    key = targets.fingerprint(run.entity, sheet(tx, run).titles)
    tx.session.merge(ImportMapping(fingerprint=key, mapping=dict(mapping), at=tx.now, by=tx.actor))
