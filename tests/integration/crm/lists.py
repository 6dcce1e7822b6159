"""Client lists as companies have them, and how a test brings them in."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from crm_entities.imports import checking, runs, writing
from ledger import transaction
from ledger.store import Store

TITLES = [
    "Firma",
    "Ansprechpartner",
    "Telefon",
    "E-Mail",
    "Straße",
    "PLZ",
    "Ort",
    "Land",
    "Kundennr.",
    "Seit",
]
ROWS: list[list[object]] = [
    [
        "Müller & Söhne",
        "Jürgen Groß",
        "0228 1234567",
        "info@mueller.example",
        "Weg 1",
        "53111",
        "Köln",
        "Deutschland",
        "K1",
        1,
    ],
    [
        "Łódź Sp. z o.o.",
        "",
        "+48 42 123 45 67",
        "",
        "ul. Żabia 2",
        "90-001",
        "Łódź",
        "Polen",
        "K2",
        2,
    ],
    ["", "Nobody", "", "", "", "", "", "", "K3", 3],
    ["Zweimal AG", "", "", "info@mueller.example", "", "", "Bonn", "Deutschland", "K4", 4],
    ["Fern GmbH", "", "call me", "", "", "", "", "", "K5", 5],
]


def xlsx(titles: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """Return a spreadsheet."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("Liste")
        for line, row in enumerate([titles, *rows]):
            page.write_row(line, 0, row)
    return buffer.getvalue()


def prepared(store: Store, actor: str, name: str, content: bytes, entity: str = "client") -> int:
    """Keep a file and return the number of its import."""
    with transaction.begin(store, actor) as tx:
        return runs.prepare(tx, entity, name, content).id


def finish(store: Store, actor: str, number: int, *, most: int = 1000) -> str:
    """Do batches until the import is over and return its state."""
    for _ in range(most):
        with transaction.begin(store, actor) as tx:
            progress = writing.next_batch(tx, number)
        if progress.is_over:
            break
    return progress.state


def bring_in(store: Store, actor: str, name: str, content: bytes, entity: str = "client") -> int:
    """Import a file with the suggested mapping."""
    number = prepared(store, actor, name, content, entity)
    with transaction.begin(store, actor) as tx:
        runs.begin(tx, number, checking.preview(tx, number).mapping)
    assert finish(store, actor, number) == "done"
    return number
