"""All rows of a file checked before one is written: each by itself, against each other, and against the base."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from crm_entities import company
from crm_entities.imports import base, cells, columns, likeness, rows, runs, targets
from crm_entities.imports.columns import Column
from crm_entities.imports.reading import Sheet
from crm_entities.imports.rows import Row
from crm_entities.imports.runs import Import
from ledger import words
from ledger.transaction import Transaction

SHOWN: Final = 10
"""Rows of the file that a preview shows."""
LISTED: Final = 200
"""Rejected or doubtful rows that a dry run lists."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A file before it is mapped: its columns, the targets there are, and the mapping that is likely."""

    sheet: Sheet
    columns: Sequence[Column]
    targets: Sequence[str]
    mapping: Mapping[int, str]
    is_remembered: bool

    @property
    def rows(self) -> Sequence[Sequence[str]]:
        """The first rows as text."""
        return [[columns.shown(cell) for cell in row] for row in self.sheet.rows[:SHOWN]]

    @property
    def warnings(self) -> list[str]:
        """What to look at, of all columns."""
        return [warning for column in self.columns for warning in column.warnings]


@dataclass(frozen=True, slots=True)
class Report:
    """What an import would do: rows that would be written and rejected, and those to look at, by number."""

    total: int
    good: int
    rejected: int
    doubtful: int
    rows: Sequence[Row]
    warnings: Sequence[str]


def preview(tx: Transaction, import_id: int) -> Preview:
    """Return what a prepared import's file holds."""
    run = runs.get(tx, import_id)
    sheet = runs.sheet(tx, run)
    found = _columns(tx, sheet)
    known = runs.remembered(tx, run.entity, sheet.titles)
    mapping = known if known is not None else targets.suggest(tx, run.entity, found)
    return Preview(sheet, found, targets.of_entity(tx, run.entity), mapping, known is not None)


def dry_run(
    tx: Transaction,
    import_id: int,
    mapping: Mapping[int, str],
    *,
    duplicates: str = "skip",
    order: str | None = None,
) -> Report:
    """Return what would happen; nothing is written. The mapping is checked (`targets.checked`)."""
    run = runs.get(tx, import_id)
    found = _columns(tx, runs.sheet(tx, run))
    every = _read(
        tx, run, targets.checked(tx, run.entity, found, mapping), cast("cells.Order | None", order)
    )
    _compare_inside(every, run.entity, duplicates)
    for start in range(0, len(every), runs.BATCH):
        base.compare(tx, run.entity, every[start : start + runs.BATCH], duplicates)
    rejected = [row for row in every if row.reason is not None]
    doubtful = [row for row in every if row.reason is None and row.warnings]
    warnings = [
        warning for column in found if mapping.get(column.index) for warning in column.warnings
    ]
    good = len(every) - len(rejected)
    listed = sorted([*rejected[:LISTED], *doubtful[:LISTED]], key=lambda row: row.number)
    return Report(len(every), good, len(rejected), len(doubtful), listed, warnings)


def of_run(tx: Transaction, run: Import) -> list[Row]:
    """Return all rows of an import that has begun, read and compared with each other; kept while it is worked on."""

    def make() -> list[Row]:
        mapping = {int(index): target for index, target in run.plan["mapping"].items()}
        every = _read(tx, run, mapping, run.plan["order"])
        _compare_inside(every, run.entity, run.plan["duplicates"])
        return every

    return tx.store.remembered(("import rows", run.id), make)


def forget(tx: Transaction, run: Import) -> None:
    """Let go of an import's rows and file, which are over."""
    tx.store.forget(("import rows", run.id))
    tx.store.forget(("import", run.id))


def _columns(tx: Transaction, sheet: Sheet) -> list[Column]:
    return columns.of_sheet(sheet, is_american=company.get(tx).country == "US")


def _read(
    tx: Transaction, run: Import, mapping: Mapping[int, str], order: cells.Order | None
) -> list[Row]:
    sheet = runs.sheet(tx, run)
    reader = rows.reader(
        tx, run.entity, _columns(tx, sheet), mapping, company.get(tx).country, order
    )
    return [reader.row(sheet.first + offset, every) for offset, every in enumerate(sheet.rows)]


def _compare_inside(every: Sequence[Row], entity: str, duplicates: str) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in every:
        if row.reason is not None:
            continue
        for kind, word, is_strong in likeness.keys(entity, row):
            other = first.setdefault((kind, word), row.number)
            if other != row.number:
                likeness.doubt(
                    row,
                    words.say(
                        "the same %(kind)s as row %(row)s", kind=likeness.CALLED[kind], row=other
                    ),
                    duplicates,
                    is_strong=is_strong,
                )
