"""A file becomes rows of cells: .xlsx, and .csv of any delimiter and encoding."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

import python_calamine

from crm_entities.imports import encodings, extent
from ledger.rejection import invalid

Cell: TypeAlias = str | int | float | bool | date | datetime | time | timedelta

MOST_BYTES = 50_000_000
MOST_ROWS = 500_000
MOST_COLUMNS = 500
LONGEST_CELL = 32_767
"""What a cell of a spreadsheet can hold."""
DELIMITERS = (";", ",", "\t", "|")
LOOKED_AT = 100
"""Rows from which the delimiter and the header are told."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a file was read, or is to be read where something is given. `header` is the row of the titles, from 1."""

    sheet: str | None = None
    delimiter: str | None = None
    encoding: str | None = None
    header: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: titles, and below them rows as long as the titles. `first` is the file's number of the first row."""

    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    first: int
    format: Format
    sheets: Sequence[str] = ()


def read(name: str, content: bytes, wanted: Format | None = None) -> Sheet:
    """Return the table in a file; what `wanted` leaves open is found out.

    Raises `Rejection(invalid_argument)` where the file is none of the kinds
    that are read, is too large, or holds no rows.
    """
    asked = wanted or Format()
    if len(content) > MOST_BYTES:
        raise invalid(
            "Expected a file of at most %(most_bytes)s MB, but it has %(count)s",
            most_bytes=MOST_BYTES // 1000000,
            count=len(content) // 1000000,
        )
    if content[:4] == b"PK\x03\x04":
        rows, used, sheets = _read_xlsx(content, asked)
    elif name.casefold().endswith((".xls", ".xlsx", ".ods", ".pdf", ".doc", ".docx")):
        raise invalid(
            "Expected an .xlsx or .csv file, but %(name)s is another kind; save it as "
            ".xlsx and try again",
            name=name,
        )
    else:
        rows, used = _read_csv(content, asked)
        sheets = []
    return _below_header(rows, used, sheets)


def _read_xlsx(content: bytes, asked: Format) -> tuple[list[list[Cell]], Format, list[str]]:
    extent.must_be_small(content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        name = asked.sheet or _fullest(book)
        if name not in book.sheet_names:
            raise invalid(
                "Expected one of the sheets %(sheet_names)s, but got “%(name)s”",
                sheet_names=book.sheet_names,
                name=name,
                field="sheet",
            )
        rows: list[list[Cell]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError) as fault:
        raise invalid(
            "Expected a spreadsheet that can be opened, but this one is damaged: %(fault)s",
            fault=fault,
        ) from fault
    return rows, replace(asked, sheet=name, delimiter=None, encoding=None), list(book.sheet_names)


def _fullest(book: python_calamine.CalamineWorkbook) -> str:
    """Return the first sheet with more than one row, else the first."""
    for name in book.sheet_names:
        if book.get_sheet_by_name(name).height > 1:
            return name
    return book.sheet_names[0] if book.sheet_names else ""


def _read_csv(content: bytes, asked: Format) -> tuple[list[list[Cell]], Format]:
    text, encoding = encodings.decoded(content, asked.encoding)
    delimiter = asked.delimiter
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        text, delimiter = rest, delimiter or first.strip()[-1]
    delimiter = delimiter or _delimiter(text)
    try:
        rows: list[list[Cell]] = [list(row) for row in _rows(text, delimiter)]
    except csv.Error as fault:
        raise invalid(
            "Expected rows of text between “%(delimiter)s”, but %(fault)s",
            delimiter=delimiter,
            fault=fault,
            field="delimiter",
        ) from fault
    return rows, replace(asked, sheet=None, delimiter=delimiter, encoding=encoding)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(MOST_BYTES)
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)


def _delimiter(text: str) -> str:
    """Return the delimiter that gives most rows of one same width above one."""
    start = "\n".join(text.splitlines()[:LOOKED_AT])

    def regular(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in _rows(start, delimiter) if row)
        width, count = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(0, 0))
        return (count if width > 1 else 0, width)

    return max(DELIMITERS, key=regular)


def _below_header(rows: list[list[Cell]], used: Format, sheets: list[str]) -> Sheet:
    rows = rows[: MOST_ROWS + LOOKED_AT + 1]
    at = _header(rows) if used.header is None else used.header - 1
    if not 0 <= at < len(rows) or not any(_is_filled(cell) for cell in rows[at]):
        raise invalid(
            "Expected a row of titles and rows below it, but the file is empty", field="header"
        )
    titles = [str(cell).strip() for cell in rows[at]]
    width = max(number for number, title in enumerate(titles, 1) if title)
    below = rows[at + 1 :]
    width = max([width, *(_width(row) for row in below[:LOOKED_AT])])
    if width > MOST_COLUMNS:
        raise invalid(
            "Expected at most %(most_columns)s columns, but there are %(width)s",
            most_columns=MOST_COLUMNS,
            width=width,
        )
    if len(below) > MOST_ROWS:
        raise invalid(
            "Expected at most %(most_rows)s rows in one file; divide it", most_rows=MOST_ROWS
        )
    titles = [
        title or f"Column {number}"
        for number, title in enumerate((titles + [""] * width)[:width], 1)
    ]
    padding: list[Cell] = [""] * width
    table = [[_clean(cell) for cell in (row + padding)[:width]] for row in below]
    while table and not any(_is_filled(cell) for cell in table[-1]):
        table.pop()
    if not table:
        raise invalid("Expected rows below the titles, but there are none")
    return Sheet(titles, table, at + 2, replace(used, header=at + 1), sheets)


def _header(rows: Sequence[Sequence[Cell]]) -> int:
    """Return the first row that is filled about as far as the widest and holds text only."""
    widest = max((_filled(row) for row in rows[:LOOKED_AT]), default=0)
    for number, row in enumerate(rows[:LOOKED_AT]):
        if _filled(row) * 5 >= widest * 3 and all(isinstance(cell, str) for cell in row):
            return number
    return 0


def _filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if _is_filled(cell))


def _width(row: Sequence[Cell]) -> int:
    return max((number for number, cell in enumerate(row, 1) if _is_filled(cell)), default=0)


def _is_filled(cell: Cell) -> bool:
    return not isinstance(cell, str) or bool(cell.strip())


def _clean(cell: Cell) -> Cell:
    return cell.replace("\u00a0", " ").strip()[:LONGEST_CELL] if isinstance(cell, str) else cell
